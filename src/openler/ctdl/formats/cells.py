"""Rows of tables, and the evaluation of a mapping's values on them.

Evaluation remembers which rows of other tables it touched, so that the account can tell into what they were merged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from openler.ctdl.formats.account import Account
from openler.ctdl.formats.mapping import Clean, TableSpec
from openler.ctdl.formats.mapping_values import Condition, Flag, Value, When
from openler.errors import declare

VALUE_UNMAPPED = declare("import.value_unmapped", by=__name__)

_BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200b\u3000]+")
_QUOTED = re.compile(r'^"(.*)"$', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its number in the file (the header is 1), and its cells, cleaned; null cells are empty."""

    table: str
    number: int
    cells: Mapping[str, str]


def clean_cell(text: str, steps: Iterable[Clean]) -> str:
    """A cell without the dirt that its table is known for.

    ``quotes``: quotation marks that a careless export left around the text, and doubled ones inside. ``lines``: line
    breaks become blanks. ``spaces``: runs of blanks become one.
    """
    for step in steps:
        if step == "quotes":
            text = text.strip()
            while (found := _QUOTED.match(text)) is not None:
                text = found.group(1).strip()
            if text.count('"') % 2:
                text = text.strip('"') if text.startswith('"') or text.endswith('"') else text
            text = text.replace('""', '"')
        elif step == "lines":
            text = re.sub(r"\s*[\r\n]+\s*", " ", text)
        else:
            text = _BLANKS.sub(" ", text)
    return text.strip()


class Table:
    """A table's rows, cleaned, and look-ups in it."""

    def __init__(self, name: str, spec: TableSpec, rows: Iterable[tuple[int, Mapping[str, str]]]) -> None:
        nulls = frozenset(spec.nulls)
        self.name = name
        self.as_of = spec.as_of
        self.rows = tuple(
            Row(name, number, {column: "" if cell.strip() in nulls else clean_cell(cell, spec.clean) for column, cell in cells.items()})
            for number, cells in rows
        )
        self._indexes: dict[str, dict[str, tuple[Row, ...]]] = {}
        self._equal: dict[tuple[tuple[str, str], ...], list[Row]] = {}
        for row in self.rows:
            self._equal.setdefault(tuple(row.cells.items()), []).append(row)

    def twins(self, row: Row) -> tuple[Row, ...]:
        """The other rows that say exactly the same."""
        return tuple(other for other in self._equal[tuple(row.cells.items())] if other.number != row.number)

    def find(self, column: str, text: str) -> tuple[Row, ...]:
        """The rows whose cell is the text, in the file's order."""
        if column not in self._indexes:
            index: dict[str, tuple[Row, ...]] = {}
            for row in self.rows:
                if cell := row.cells.get(column, ""):
                    index[cell] = (*index.get(cell, ()), row)
            self._indexes[column] = index
        return self._indexes[column].get(text, ())


class Cells:
    """Evaluates values on rows."""

    def __init__(self, tables: Mapping[str, Table], account: Account) -> None:
        self._tables = tables
        self._account = account
        self._used: set[tuple[str, int]] = set()
        self._patterns: dict[str, re.Pattern[str]] = {}

    def take_used(self) -> frozenset[tuple[str, int]]:
        """The rows of other tables touched since this was last asked."""
        used = frozenset(self._used)
        self._used.clear()
        return used

    def touch(self, row: Row) -> None:
        """This row of a reference table is used."""
        self._used.add((row.table, row.number))

    def text(self, value: Value | None, row: Row) -> str:
        """The value as one text; empty for nothing."""
        return self._finish(value, self._raw(value, row), row) if value is not None else ""

    def texts(self, value: Value | None, row: Row) -> tuple[str, ...]:
        """The value as a list: split where the mapping says so, without what is empty or repeated."""
        if value is None:
            return ()
        raw = self._raw(value, row)
        parts = raw.split(value.split) if value.split is not None else [raw]
        return tuple(dict.fromkeys(text for part in parts if (text := self._finish(value, part.strip(), row))))

    def flag(self, flag: Flag, row: Row) -> bool | None:
        """Yes, no or None for not known."""
        cell = row.cells.get(flag.column, "").casefold()
        if cell in {text.casefold() for text in flag.yes}:
            return True
        return False if cell in {text.casefold() for text in flag.no} else None

    def holds(self, when: When, row: Row) -> bool:
        """Do all the conditions hold?"""
        return all(self._holds(condition, row) for condition in when)

    def known(self, when: When, row: Row) -> bool:
        """Has the row something in every column that the conditions ask about?"""
        return all(row.cells.get(condition.column, "") for condition in when)

    def _holds(self, condition: Condition, row: Row) -> bool:
        cell = row.cells.get(condition.column, "")
        if condition.present is not None and bool(cell) != condition.present:
            return False
        if condition.among is not None and cell not in condition.among:
            return False
        if condition.not_in is not None and cell in condition.not_in:
            return False
        if condition.in_table is not None:
            found = self._tables[condition.in_table.table].find(condition.in_table.key, cell)
            for hit in found:
                self.touch(hit)
            return bool(found)
        return True

    def _raw(self, value: Value, row: Row) -> str:
        if value.constant is not None:
            return value.constant
        if value.column is not None:
            return row.cells.get(value.column, "")
        if value.template is not None:
            cells = {name: row.cells.get(name, "") for name in value.reads()}
            return re.sub(r"\{([^{}]+)\}", lambda found: cells[found.group(1)], value.template) if all(cells.values()) else ""
        found = [cell for column in value.columns if (cell := row.cells.get(column, ""))]
        if value.join is None:
            return next(iter(found), "")
        ignored = {entry.casefold() for entry in value.ignore}
        return value.join.join(dict.fromkeys(cell for cell in found if cell.casefold() not in ignored))

    def _finish(self, value: Value, text: str, row: Row) -> str:
        if text and value.lookup is not None:
            found = self._tables[value.lookup.table].find(value.lookup.key, text)
            give = value.lookup.give
            hit = min(found, key=lambda entry: (entry.cells.get(give, ""), entry.number), default=None)
            if hit is not None:
                self.touch(hit)
            text = hit.cells.get(give, "") if hit is not None else ""
        if text and value.pattern is not None:
            pattern = self._patterns.setdefault(value.pattern, re.compile(value.pattern))
            match = pattern.search(text)
            text = (match.group(1) or "" if pattern.groups else match.group()) if match is not None else ""
        if text and value.pad is not None and text.isascii() and text.isdigit():
            text = text.zfill(value.pad)
        if text and value.values is not None:
            mapped = value.values.get(text)
            if mapped is None and value.default is None:
                self._account.remark(VALUE_UNMAPPED, "gap", row.table, row.number, column=", ".join(value.reads()), seen=text[:80])
            text = mapped or ""
        if text.casefold() in {entry.casefold() for entry in value.ignore}:
            text = ""
        if not text and value.default is not None:
            text = value.default
        if text and value.prefix is not None and "://" not in text:
            text = f"{value.prefix}{text}"
        return text
