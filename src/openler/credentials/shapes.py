"""Small checks of JSON shapes that gather faults instead of raising."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeGuard

from openler.credentials.faults import Fault
from openler.credentials.times import parse_time
from openler.errors import Code, Malformed, declare
from openler.ids import MAX_IRI

NOT_OBJECT = declare("credentials.shape_not_object", by=__name__)
MISSING = declare("credentials.shape_missing", by=__name__)
NOT_URL = declare("credentials.shape_not_url", by=__name__)
TYPE_MALFORMED = declare("credentials.shape_type_malformed", by=__name__)
TYPE_MISSING = declare("credentials.shape_type_missing", by=__name__)
WRONG_KIND = declare("credentials.shape_wrong_kind", by=__name__)

# URL as VCDM 2.0 uses the word: any absolute URI, DIDs and URNs included.
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\x7f]+")


_LONG_NAME = 64


def pointer(*steps: str | int) -> str:
    """A JSON Pointer (RFC 6901)."""
    for step in steps:
        if type(step) is str and len(step) > _LONG_NAME:  # some stranger's own name, as long as she likes
            return _written(*steps)
    return _remembered(*steps)


@lru_cache(maxsize=4096)
def _remembered(*steps: str | int) -> str:
    """The same few places are named for every record."""
    return _written(*steps)


def _written(*steps: str | int) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def is_url(value: object) -> bool:
    """Whether a value is an absolute URI of bearable length."""
    return isinstance(value, str) and len(value) <= MAX_IRI and _is_url(value)


@lru_cache(maxsize=4096)
def _is_url(text: str) -> bool:
    """Most addresses of a record stand in many: its contexts, its issuer's, its achievement's."""
    return _URL.fullmatch(text) is not None


def is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value is a JSON object. Most are what the parser makes, and to ask for the abstract class takes long."""
    return isinstance(value, dict) or (not isinstance(value, str | list) and isinstance(value, Mapping))


def types_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    """The strings in a node's ``type``."""
    stated = node.get("type")
    if isinstance(stated, str):
        return (stated,)
    return tuple([value for value in stated if isinstance(value, str)]) if isinstance(stated, list) else ()


def listed(value: object) -> list[Any]:
    """A value that may be one or many, as a list; an absent one is empty."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


@dataclass(slots=True)
class Shape:
    """Gathers faults while a document is read."""

    faults: list[Fault] = field(default_factory=list)

    def fault(self, code: Code, path: str, **parameters: object) -> None:
        """Note a fault."""
        self.faults.append(Fault(code, path, parameters))

    def objects(self, node: Mapping[str, Any], name: str, *, at: str = "") -> Iterable[tuple[str, dict[str, Any]]]:
        """The objects of a property that may hold one or many, each with its path; anything else is a fault."""
        if name not in node:
            return ()
        value = node[name]
        if isinstance(value, list):
            return self._each(value, name, at)
        if isinstance(value, dict):
            return ((at + pointer(name), value),)
        self.fault(WRONG_KIND, at + pointer(name), wanted="object")
        return ()

    def _each(self, values: list[Any], name: str, at: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for number, each in enumerate(values):
            path = at + pointer(name, number)
            if isinstance(each, dict):
                yield path, each
            else:
                self.fault(WRONG_KIND, path, wanted="object")

    def typed(self, node: Mapping[str, Any], name: str, *, url_id: bool = True, id_required: bool = False, at: str = "") -> None:
        """Check a property whose objects must have a type (VCDM 2.0 table 1), and an id that is a URL where they have one."""
        for path, each in self.objects(node, name, at=at):
            if not self.types(each, path):
                continue
            if url_id:
                self.identifier(each, path, required=id_required)

    def types(self, node: Mapping[str, Any], path: str, *, required: tuple[str, ...] = ()) -> bool:
        """Check ``type``: non-empty strings, holding at least one of ``required`` where that is given; whether it is sound."""
        values = listed(node.get("type"))
        if not values:
            self.fault(TYPE_MISSING, path + "/type", wanted=" / ".join(required) or "type")
            return False
        for value in values:
            if not isinstance(value, str) or not value:
                self.fault(TYPE_MALFORMED, path + "/type")
                return False
        for name in required:
            if name in values:
                return True
        if required:
            self.fault(TYPE_MISSING, path + "/type", wanted=" / ".join(required))
        return not required

    def identifier(self, node: Mapping[str, Any], path: str, *, required: bool = False) -> str | None:
        """Check ``id``: one URL."""
        if "id" not in node:
            if required:
                self.fault(MISSING, path + "/id", name="id")
            return None
        value = node["id"]
        if not is_url(value):
            self.fault(NOT_URL, path + "/id", seen=str(value)[:80])
            return None
        return str(value)

    def text(self, node: Mapping[str, Any], name: str, path: str, *, required: bool = False) -> None:
        """Check a property that is one string."""
        if name not in node:
            if required:
                self.fault(MISSING, path + pointer(name), name=name)
        elif not isinstance(node[name], str) or not node[name].strip():
            self.fault(WRONG_KIND, path + pointer(name), wanted="text")

    def texts(self, node: Mapping[str, Any], names: tuple[str, ...], path: str) -> None:
        """Check properties that are one string each, where they are there."""
        for name in names:
            if name in node:
                self.text(node, name, path)

    def moment(self, node: Mapping[str, Any], name: str, *, zone_required: bool = True, at: str = "") -> datetime | None:
        """Read a dateTimeStamp."""
        if name not in node:
            return None
        path = at + pointer(name)
        try:
            return parse_time(node[name], place=path, zone_required=zone_required)
        except Malformed as error:
            self.fault(error.code, path, **error.parameters)
            return None
