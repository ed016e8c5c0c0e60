"""Parts of a document, chosen by JSON Pointers (Data Integrity ECDSA Cryptosuites 1.0, sections 3.4.11 to 3.4.13).

Where a pointer leads into an object, that object's ``id`` and ``type`` come along, for without them the part would be about
something else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from openler.errors import Malformed, TooLarge, declare
from openler.linkeddata.parse import MAX_DEPTH

POINTER_MALFORMED = declare("credentials.selection_pointer_malformed", by=__name__)
POINTER_NOWHERE = declare("credentials.selection_pointer_nowhere", by=__name__)
TOO_MANY_POINTERS = declare("credentials.selection_too_many", by=__name__)

MAX_POINTERS = 500
"""Most pointers in one selection."""

_COME_ALONG = ("id", "@id", "type", "@type")


def select(document: Mapping[str, Any], pointers: Sequence[str]) -> dict[str, Any] | None:
    """What the pointers choose of a document, with its contexts; None where there are no pointers.

    :raises Malformed: ``credentials.selection_pointer_malformed`` or ``_nowhere``, with the pointer as ``place``
    :raises TooLarge: ``credentials.selection_too_many``
    """
    if not pointers:
        return None
    if len(pointers) > MAX_POINTERS:
        raise TooLarge(TOO_MANY_POINTERS, count=len(pointers), limit=MAX_POINTERS)
    chosen: Any = _begun(document)
    for pointer in pointers:
        chosen = _merged(chosen, document, _steps(pointer), pointer)
    made = dict(_dense(chosen))
    return {"@context": deepcopy(document.get("@context")), **{name: value for name, value in made.items() if name != "@context"}}


def _steps(pointer: str) -> list[str]:
    if pointer == "":
        return []
    if not pointer.startswith("/"):
        raise Malformed(POINTER_MALFORMED, seen=pointer[:80])
    steps = pointer[1:].split("/")
    if len(steps) > MAX_DEPTH or any("~" in step.replace("~0", "").replace("~1", "") for step in steps):
        raise Malformed(POINTER_MALFORMED, seen=pointer[:80])
    return [step.replace("~1", "/").replace("~0", "~") for step in steps]


def _begun(source: Any) -> Any:
    """What of a value comes along with any part of it. A list's chosen items stand under their numbers until the end."""
    if isinstance(source, list):
        return _Items()
    named = {name: source[name] for name in _COME_ALONG if name in source}
    return {name: deepcopy(value) for name, value in named.items() if not (isinstance(value, str) and value.startswith("_:"))}


class _Items(dict[int, Any]):
    """The chosen items of a list, by number."""


def _merged(chosen: Any, source: Any, steps: Sequence[str], pointer: str) -> Any:
    if not steps:
        return deepcopy(source)
    step, rest = steps[0], steps[1:]
    key: Any = step
    if isinstance(source, list):
        if not (step.isascii() and step.isdecimal() and (step == "0" or step[0] != "0") and int(step) < len(source)):
            raise Malformed(POINTER_NOWHERE, seen=pointer[:80])
        key = int(step)
    elif not isinstance(source, Mapping) or step not in source:
        raise Malformed(POINTER_NOWHERE, seen=pointer[:80])
    value = source[key]
    if not isinstance(chosen, dict):
        return chosen  # the whole list was chosen already
    if key in chosen:
        held = chosen[key]
    elif isinstance(value, (list, Mapping)):
        held = _begun(value)
    elif rest:
        raise Malformed(POINTER_NOWHERE, seen=pointer[:80])
    else:
        held = None
    chosen[key] = _merged(held, value, rest, pointer)
    return chosen


def _dense(value: Any) -> Any:
    if isinstance(value, _Items):
        return [_dense(value[number]) for number in sorted(value)]
    if isinstance(value, list):
        return [_dense(each) for each in value]
    return {name: _dense(each) for name, each in value.items()} if isinstance(value, dict) else value
