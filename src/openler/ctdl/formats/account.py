"""What became of every row, and what was seen on the way.

A row is *published* (a document was made from it), *merged* (into documents made from others) or *refused*. Remarks are
counted, never silently dropped: *gaps* (data that is absent), *contradictions* (the source says two things) and *notes*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from openler.errors import Code, Internal, declare
from openler.ids import Ctid

PUBLISHED = declare("import.published", by=__name__)
SAME_ROW = declare("import.same_row", by=__name__)
REFERENCE = declare("import.reference", by=__name__)
NOT_USED = declare("import.not_used", by=__name__)
NOT_SELECTED = declare("import.not_selected", by=__name__)
KEY_MISSING = declare("import.key_missing", by=__name__)
NAME_MISSING = declare("import.name_missing", by=__name__)
DUPLICATE_KEY = declare("import.duplicate_key", by=__name__)
ROW_LOST = declare("import.row_lost", by=__name__)

Fate = Literal["published", "merged", "refused"]
Weight = Literal["gap", "contradiction", "note"]


@dataclass(frozen=True, slots=True)
class RowFate:
    """What became of one row. ``ctids`` are the documents it stands in; ``parameters`` fill the code's sentence."""

    table: str
    row: int
    fate: Fate
    code: Code
    ctids: tuple[Ctid, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a person should know about a row: the code tells what, ``ctid`` which document it concerns."""

    code: Code
    weight: Weight
    table: str
    row: int
    ctid: Ctid | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A CTID that may already name this thing; a person decides. ``existing`` is not used until then."""

    kind: str
    key: str
    name: str
    ours: Ctid
    existing: Ctid
    reason: Code
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableAccount:
    """The sums of one table; ``read == published + merged + refused``."""

    table: str
    read: int
    published: int
    merged: int
    refused: int
    refused_by_code: Mapping[str, int]


class Account:
    """The ledger an import is written into."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[int, ...]] = {}
        self._fates: dict[tuple[str, int], RowFate] = {}
        self._used: dict[tuple[str, int], set[Ctid]] = {}
        self._remarks: list[Remark] = []

    def read(self, table: str, rows: Iterable[int]) -> None:
        """These rows were read."""
        self._read[table] = tuple(rows)

    def decide(self, fate: RowFate) -> None:
        """Tell what became of a row; once. :raises Internal: it was told before."""
        if (fate.table, fate.row) in self._fates:
            raise Internal(ROW_LOST, table=fate.table, row=fate.row)
        self._fates[fate.table, fate.row] = fate

    def remark(self, code: Code, weight: Weight, table: str, row: int, ctid: Ctid | None = None, /, **parameters: object) -> None:
        """Note something."""
        self._remarks.append(Remark(code, weight, table, row, ctid, parameters))

    def use(self, rows: Iterable[tuple[str, int]], ctid: Ctid) -> None:
        """These rows of reference tables went into a document."""
        for row in rows:
            self._used.setdefault(row, set()).add(ctid)

    def close(self, reference_tables: Iterable[str]) -> None:
        """Settle the reference tables: what was used is merged, what no document needed is refused as such.

        :raises Internal: a row of another table has no fate
        """
        for table in reference_tables:
            for row in self._read.get(table, ()):
                if (table, row) not in self._fates:
                    into = tuple(sorted(self._used.get((table, row), ())))
                    self.decide(RowFate(table, row, "merged" if into else "refused", REFERENCE if into else NOT_USED, into))
        for table, rows in self._read.items():
            for row in rows:
                if (table, row) not in self._fates:
                    raise Internal(ROW_LOST, table=table, row=row)

    @property
    def fates(self) -> tuple[RowFate, ...]:
        """Every row's fate, by table and row."""
        return tuple(self._fates[key] for key in sorted(self._fates))

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Every remark, by code, table and row."""
        return tuple(
            sorted(
                self._remarks, key=lambda remark: (remark.code, remark.table, remark.row, str(sorted(remark.parameters.items(), key=str)))
            )
        )

    def tables(self) -> tuple[TableAccount, ...]:
        """The sums, by table."""
        sums = []
        for table in sorted(self._read):
            fates = [self._fates[table, row] for row in self._read[table]]
            by = Counter(fate.fate for fate in fates)
            codes = Counter(fate.code for fate in fates if fate.fate == "refused")
            sums.append(TableAccount(table, len(fates), by["published"], by["merged"], by["refused"], dict(sorted(codes.items()))))
        return tuple(sums)
