"""A file of typed columns (Parquet) for those who analyze: one row a resource, the columns people ask for, and all of it as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, BinaryIO, Final

import orjson

from openler.actions.ports import ColumnRows, StoredDocument
from openler.ctdl.document import restored
from openler.ctdl.summary import name_of
from openler.ctdl.values import refs, text, texts
from openler.ids import Ctid

ColumnFile = Callable[[BinaryIO, Mapping[str, str]], ColumnRows]

PARQUET: Final[Mapping[str, str]] = {
    "ctid": "text", "type": "text", "name": "text", "description": "text", "owner": "text", "published_by": "text", "webpage": "text",
    "language": "texts", "codes": "texts", "keywords": "texts", "status": "texts", "offered_by": "texts", "created": "moment",
    "updated": "moment", "document": "text", "address": "text", "json": "json",
}  # fmt: skip
"""The columns and their types; what a resource does not tell is null, or an empty list."""

_DESCRIPTIONS = ("ceterms:description", "ceasn:description", "ceasn:competencyText", "qdata:description")


class ColumnsWriter:
    """Writes an export as columns."""

    tells_deletions = False

    def __init__(self, rows: ColumnRows) -> None:
        self._rows = rows

    def document(self, stored: StoredDocument) -> None:
        """One row for each resource of the graph that has a CTID."""
        for node in restored(stored.normalised, stored.digest).graph:
            ctid = Ctid.within(stated) if isinstance(stated := node.get("ceterms:ctid"), str) else None
            if ctid is not None:
                self._rows.add(_row(stored, node, ctid))

    def deletion(self, ctid: Ctid, at: datetime) -> None:
        """Nothing."""

    def close(self, head: int) -> None:  # noqa: ARG002 - one signature for all
        """The file."""
        self._rows.close()

    def abandon(self) -> None:
        """No file."""
        self._rows.abandon()


def _row(stored: StoredDocument, node: Mapping[str, Any], ctid: Ctid) -> tuple[object, ...]:
    kind = node.get("@type")
    return (
        str(ctid),
        str(kind[0] if isinstance(kind, list) and kind else kind or ""),
        name_of(node) or None,
        next((found for prop in _DESCRIPTIONS if (found := text(node, prop))), None),
        str(stored.owner) if stored.owner else None,
        str(stored.publisher),
        next(iter(refs(node, "ceterms:subjectWebpage")), None),
        (*texts(node, "ceterms:inLanguage"), *texts(node, "ceasn:inLanguage")),
        (*texts(node, "ceterms:codedNotation"), *texts(node, "ceasn:codedNotation")),
        texts(node, "ceterms:keyword"),
        (*refs(node, "ceterms:lifeCycleStatusType"), *refs(node, "ceterms:credentialStatusType")),
        refs(node, "ceterms:offeredBy"),
        stored.created,
        stored.updated,
        str(stored.ctid),
        node.get("@id") if isinstance(node.get("@id"), str) else None,
        orjson.dumps(node, option=orjson.OPT_SORT_KEYS).decode(),
    )
