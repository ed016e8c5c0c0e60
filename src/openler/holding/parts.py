"""What a record says, part by part, in the order in which it says it; and which parts its holder may leave out.

How finely a record can be cut is the issuer's doing: an SD-JWT in the places that it concealed, a base proof of
ecdsa-sd-2023 everywhere but in what it wants always shown. Every other record is shown whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from openler.credentials import sdjwt
from openler.credentials.proofs import sd_holder
from openler.credentials.shapes import pointer
from openler.errors import Code, OpenlerError
from openler.holding import part_words
from openler.holding.record import Record

Manner = Literal["copy", "token", "whole"]
"""How parts are left out: by a copy with a proof of its own, by dropping disclosures of a token, or not at all."""

MOST_PARTS: Final = 200
"""Beyond so many, lists are one part each: nobody decides about more, and a proof takes no more pointers than 500."""

_CONTAINERS: Final = frozenset({"credentialSubject", "vc"})
_TECHNICAL: Final = frozenset({"@context", "id", "@id", "type", "@type", "proof"})
"""These come along with whatever stands beside them, and say nothing to people."""
_CLAIMS: Final = frozenset({"iss", "iat", "nbf", "exp", "sub", "jti", "cnf", "vct", "vct#integrity", "status"})
"""A token's own claims."""
_RULES: Final = "credentialSchema"
"""The rules of a whole record are not those of a part of it, so that they go where anything is left out."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part. ``name`` is short and the only one of its kind in the record; ``code`` with ``parameters`` is its title in words.

    ``value`` is what it says in at most some hundred letters, empty where that is nothing for people. ``free`` tells that
    it may be left out.
    """

    pointer: str
    name: str
    code: Code
    parameters: Mapping[str, object]
    value: str = field(repr=False)
    free: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """All parts of a record."""

    manner: Manner
    parts: tuple[Part, ...]

    @property
    def free(self) -> tuple[Part, ...]:
        """Those that may be left out."""
        return tuple(each for each in self.parts if each.free)


def parts(record: Record) -> Parts:
    """The parts of a record that others issued; none for her own words and for what cannot be read."""
    credential = record.credential
    if isinstance(credential, str):
        return _of_token(credential, record)
    proof = sd_holder.base_of(credential)
    if credential is None or proof is None:
        return Parts("whole", said(record.document))
    try:
        always = sd_holder.always_shown(proof)
    except OpenlerError:
        return Parts("whole", said(credential))
    return Parts("copy", _numbered(_Walk(always=always).all(credential)))


def said(document: Mapping[str, Any] | None) -> tuple[Part, ...]:
    """What a record says to whoever sees it."""
    return () if document is None else _numbered(_Walk(always=("",)).all(document))


def details(document: Mapping[str, Any] | None) -> tuple[Part, ...]:
    """What it says besides what stands at its head anyway (whose, what, by whom, since when): results, evidence, numbers."""
    return tuple(each for each in said(document) if each.value and each.code not in part_words.AT_ITS_HEAD)


def _of_token(token: str, record: Record) -> Parts:
    try:
        held = sdjwt.parse(token)
        revealed = sdjwt.reveal(held.jws.claims(), held.disclosures)
    except OpenlerError:
        return Parts("whole", said(record.document))
    if "~" not in token:
        return Parts("whole", said(record.document))
    return Parts("token", _numbered(_Walk(places=frozenset(revealed.places)).all(revealed.claims)))


class _Walk:
    """One walk through a document: ``always`` are pointers to what shows whatever is chosen, ``places`` the only ones that need not."""

    def __init__(self, *, always: Collection[str] = (), places: frozenset[str] | None = None) -> None:
        self._always = always
        self._places = places
        self._items = True

    def all(self, document: Mapping[str, Any]) -> list[Part]:
        self._scales = part_words.scales(document)
        found = list(self._members(document, ""))
        if len(found) > MOST_PARTS:
            self._items = False
            found = list(self._members(document, ""))
        return found

    def _members(self, node: Mapping[str, Any], path: str) -> Iterator[Part]:
        for name, value in node.items():
            at = path + pointer(name)
            if not self._technical(at, name) or (self._places is not None and at in self._places):
                yield from self._part(at, name, value)

    def _technical(self, at: str, name: str) -> bool:
        at_top = at.count("/") == 1
        return name in _TECHNICAL or (at_top and (name == _RULES or (self._places is not None and name in _CLAIMS)))

    def _part(self, at: str, name: str, value: Any) -> Iterator[Part]:
        split = self._split(at)
        free = self._free(at)
        if isinstance(value, Mapping) and (split or name in _CONTAINERS or (free and name == "achievement")):
            if free and self._places is not None:
                yield self._made(at, name, value, free=True)
            yield from self._members(value, at)
        elif isinstance(value, list) and value and (split or self._items or name in _CONTAINERS):
            for number, each in enumerate(value):
                yield from self._part(at + pointer(number), name, each)
        else:
            yield self._made(at, name, value, free=free)

    def _split(self, at: str) -> bool:
        """Whether something inside is treated otherwise than the rest of it."""
        inside = at + "/"
        return any(each.startswith(inside) for each in (self._always if self._places is None else self._places))

    def _free(self, at: str) -> bool:
        if self._places is not None:
            return at in self._places
        return not any(at == each or at.startswith(each + "/") for each in self._always)

    def _made(self, at: str, name: str, value: Any, *, free: bool) -> Part:
        title = part_words.title(name, value, self._scales)
        return Part(at, title.name, title.code, title.parameters, title.value, free)


def _numbered(found: list[Part]) -> tuple[Part, ...]:
    """Names made the only ones: ``result``, ``result-2``."""
    met: Counter[str] = Counter()
    made = []
    for each in found:
        met[each.name] += 1
        made.append(each if met[each.name] == 1 else replace(each, name=f"{each.name}-{met[each.name]}"))
    return tuple(made)
