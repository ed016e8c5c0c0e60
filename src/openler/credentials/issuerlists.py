"""Lists of known issuers: how they are kept here, and the format in which the Digital Credentials Consortium publishes its own.

Whose list it is and when it was loaded stands beside it (:class:`openler.actions.trust_ports.TrustSource`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from openler.credentials.shapes import is_url
from openler.credentials.times import parse_time
from openler.errors import Malformed, OpenlerError, declare
from openler.ids import Did
from openler.linkeddata.jcs import jcs
from openler.linkeddata.parse import parse_json

LIST_MALFORMED = declare("trust.list_malformed", by=__name__)
LIST_EMPTY = declare("trust.list_empty", by=__name__)

MAX_LIST = 32 * 1024 * 1024
"""Largest list read, in bytes: about a hundred thousand issuers."""
MAX_NAME = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class IssuerEntry:
    """What a list says of an issuer. ``ctid`` is the organization's in a registry; after ``expires`` it says nothing any more."""

    name: str
    url: str = ""
    location: str = ""
    ctid: str = ""
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssuerList:
    """Issuers by identifier. ``updated`` is the list's own date where it has one; ``left_out`` what in it could not be used.

    ``settings`` is what is needed to load it again, such as a federation's pinned keys.
    """

    entries: Mapping[str, IssuerEntry]
    updated: str = ""
    left_out: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def content(self) -> bytes:
        """As it is kept: canonical JSON."""
        issuers = {
            identifier: {
                name: value
                for name, value in (
                    ("name", each.name), ("url", each.url), ("location", each.location), ("ctid", each.ctid),
                    ("expires", each.expires.isoformat() if each.expires else ""),
                )
                if value
            }
            for identifier, each in self.entries.items()
        }  # fmt: skip
        kept = {"issuers": issuers, "updated": self.updated, "leftOut": list(self.left_out), "settings": dict(self.settings)}
        return jcs(kept)


def kept(content: bytes) -> IssuerList:
    """A list as :meth:`IssuerList.content` wrote it."""
    found: Any = parse_json(content)
    entries = {
        identifier: IssuerEntry(
            name=each["name"],
            url=each.get("url", ""),
            location=each.get("location", ""),
            ctid=each.get("ctid", ""),
            expires=parse_time(each["expires"]) if "expires" in each else None,
        )
        for identifier, each in found["issuers"].items()
    }
    return IssuerList(entries, found["updated"], tuple(found["leftOut"]), found["settings"])


def words(value: object, limit: int = MAX_NAME) -> str:
    """A stranger's words for a person to read: one line, no characters that drive a screen, not too long."""
    return " ".join(_CONTROL.sub(" ", value).split())[:limit] if isinstance(value, str) else ""


def web(value: object) -> str:
    """A stranger's link, if it is one that a person may follow."""
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) and is_url(value) and len(value) <= 500 else ""  # noqa: PLR2004 - longer is no home page


def is_identifier(value: str) -> bool:
    """Whether an issuer can go by this: a DID or a web address."""
    if value.startswith("did:"):
        try:
            Did.parse(value)
        except OpenlerError:
            return False
        return True
    return bool(web(value))


def read_dcc(data: bytes) -> IssuerList:
    """The DCC's format: ``{"meta": {"created", "updated"}, "registry": {identifier: {"name", "url", "location"}}}``.

    An entry without a name, or under what is no identifier, is left out and told.

    :raises Malformed: ``trust.list_malformed``, ``trust.list_empty``, or it is no JSON
    :raises TooLarge: over :data:`MAX_LIST`
    """
    found = parse_json(data, max_bytes=MAX_LIST)
    registry = found.get("registry") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(registry, dict):
        raise Malformed(LIST_MALFORMED, place="/registry")
    entries: dict[str, IssuerEntry] = {}
    left_out: list[str] = []
    for identifier, each in registry.items():
        name = words(each.get("name")) if isinstance(each, dict) else ""
        if not isinstance(each, dict) or not name or not is_identifier(identifier):
            left_out.append(words(identifier))
            continue
        entries[identifier] = IssuerEntry(name, web(each.get("url")), words(each.get("location")))
    if not entries:
        raise Malformed(LIST_EMPTY)
    meta = found.get("meta")
    return IssuerList(entries, words(meta.get("updated"), 40) if isinstance(meta, dict) else "", tuple(left_out))
