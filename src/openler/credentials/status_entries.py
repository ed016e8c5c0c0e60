"""What a ``credentialStatus`` says: which list, which place in it, and how that place is read. A table others can extend.

Bitstring Status List 1.0 and the StatusList2021 before it keep one compressed string for all; the 1EdTech revocation list
names what is revoked, one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from openler.credentials import status as bitstring
from openler.credentials.faults import CannotCheck
from openler.credentials.jwt_claims import STATUS_TYPE
from openler.credentials.shapes import is_url, listed, types_of
from openler.errors import declare

KIND_UNKNOWN = declare("credentials.status_kind_unknown", by=__name__)
ENTRY_MALFORMED = declare("credentials.status_entry_malformed", by=__name__)

EDTECH = "1EdTechRevocationList"
TOKEN = STATUS_TYPE
"""The type under which the ``status`` claim of a token stands among a credential's statuses: ``{type, idx, uri}``."""
_ELSEWHERE = {EDTECH: "id", TOKEN: "uri"}
"""The members that hold the list's address, where it is not ``statusListCredential``."""
MAX_SIZE = 16
"""Most bits that one entry of a list may take (``statusSize``)."""

_INDEX = re.compile(r"\d{1,12}", re.ASCII)
_HEX = re.compile(r"0[xX][0-9a-fA-F]{1,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of bitstring list: the types of its credential and of that credential's subject, and how its text is unpacked.

    ``strict`` is true where an index must be text, as the standard has it.
    """

    list_type: str
    subject_type: str
    unpack: Callable[[object], bytes]
    strict: bool = True


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "BitstringStatusListEntry": Kind("BitstringStatusListCredential", "BitstringStatusList", bitstring.decode),
        "StatusList2021Entry": Kind("StatusList2021Credential", "StatusList2021", bitstring.decode_2021, strict=False),
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in a bitstring list, ``size`` bits wide. ``messages`` maps values to the issuer's words for them."""

    kind: Kind
    url: str
    index: int
    purpose: str
    size: int = 1
    messages: Mapping[int, str] | None = None


def kind_of(entry: Mapping[str, Any]) -> str | None:
    """The name of an entry's kind, where it is one known here."""
    for name in types_of(entry):
        if name in KINDS or name in _ELSEWHERE:
            return name
    return None


def list_url(entry: Mapping[str, Any], kind: str | None = None) -> str | None:
    """The address of the list that an entry of a known kind names; ``kind`` where that has been asked for already."""
    name = kind or kind_of(entry)
    url = entry.get(_ELSEWHERE.get(name, "statusListCredential")) if name is not None else None
    return url if isinstance(url, str) and is_url(url) else None


def read_entry(entry: Mapping[str, Any], named: str | None = None) -> Entry:
    """An entry of a bitstring list; ``named`` is the name of its kind, where that has been asked for already.

    :raises CannotCheck: ``credentials.status_kind_unknown`` or ``credentials.status_entry_malformed``
    """
    kind = KINDS.get(named or kind_of(entry) or "")
    if kind is None:
        raise CannotCheck(KIND_UNKNOWN, seen=", ".join(types_of(entry))[:80])
    url, purpose = entry.get("statusListCredential"), entry.get("statusPurpose", None if kind.strict else "revocation")
    size = entry.get("statusSize", 1)
    sound = isinstance(url, str) and is_url(url) and isinstance(purpose, str) and isinstance(size, int) and not isinstance(size, bool)
    if not sound or not 1 <= size <= MAX_SIZE:
        raise CannotCheck(ENTRY_MALFORMED)
    return Entry(kind, str(url), _index(entry.get("statusListIndex"), strict=kind.strict), str(purpose), size, _messages(entry))


def _index(value: object, *, strict: bool) -> int:
    if not strict and isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12:
        return value
    if not isinstance(value, str) or not _INDEX.fullmatch(value):
        raise CannotCheck(ENTRY_MALFORMED)
    return int(value)


def _messages(entry: Mapping[str, Any]) -> dict[int, str] | None:
    if "statusMessage" not in entry:
        return None
    found: dict[int, str] = {}
    for each in listed(entry["statusMessage"]):
        value, words = (each.get("status"), each.get("message")) if isinstance(each, Mapping) else (None, None)
        if not isinstance(value, str) or not _HEX.fullmatch(value) or not isinstance(words, str) or int(value, 16) in found:
            raise CannotCheck(ENTRY_MALFORMED)
        found[int(value, 16)] = words
    return found
