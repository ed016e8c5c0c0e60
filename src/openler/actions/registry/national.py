"""Which CTIDs the national Registry knows, read from what people can get of it: a dump, a changeset, or a plain list."""

from __future__ import annotations

import re
from typing import Final

from openler.actions.ports import Ports
from openler.ctdl.document import parse
from openler.errors import Malformed, declare
from openler.ids import Ctid

NO_CTIDS = declare("initiative.no_ctids", by=__name__)

_LISTS: Final = (".txt", ".csv", ".tsv")
_CTID: Final = re.compile(rb"(?<![0-9A-Za-z-])ce-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9A-Za-z-])", re.IGNORECASE)
_NOT_CURRENT: Final = frozenset({"deletes", "metadata"})


def national_ctids(ports: Ports, location: str) -> frozenset[Ctid]:
    """The CTIDs of everything described in a folder, ZIP or file of Registry documents, or named in a ``.txt``, ``.csv`` or ``.tsv`` list.

    A CTID that a document only refers to is not counted: that somebody mentions it does not mean that the Registry knows it.

    :raises Misused: there is nothing at that place
    :raises Malformed: ``initiative.no_ctids``: not one CTID is in it
    """
    if location.lower().endswith(_LISTS):
        found = {Ctid(each.group().decode().lower()) for each in _CTID.finditer(ports.tables.content(location))}
    else:
        found = set()
        for name, content in ports.tables.documents(location):
            if _NOT_CURRENT.isdisjoint(name.replace("\\", "/").split("/")):
                found.update(_described(content))
    if not found:
        raise Malformed(NO_CTIDS, place=location)
    return frozenset(found)


def _described(content: bytes) -> tuple[Ctid, ...]:
    named = _CTID.fullmatch(content.strip().strip(b'"'))
    if named is not None:
        return (Ctid(named.group().decode().lower()),)
    try:
        return parse(content).resources
    except Malformed:
        return ()
