"""Bulk files by the Publisher's columns: rows become documents, new ones or new versions of what is published, and back.

A row with a CTID that is published changes what its cells say differently, and nothing else. A cell left empty says nothing;
``#DELETE`` takes a value away.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from openler.ctdl.canonical import resource_iri
from openler.ctdl.document import Document, build, from_value, refs
from openler.ctdl.formats import account as told
from openler.ctdl.formats.account import Account, RowFate, TableAccount
from openler.ctdl.formats.bulk_agents import Agents
from openler.ctdl.formats.bulk_cells import SAME_AS_OWNER, condition, parts, show, told_condition, write, write_credit
from openler.ctdl.formats.bulk_columns import Column, Sheet
from openler.ctdl.formats.shapes import Node
from openler.ctdl.terms import terms
from openler.errors import Code, Malformed, declare
from openler.ids import Ctid
from openler.linkeddata.canonical import jcs

OTHER_FAMILY = declare("bulk.other_family", by=__name__)
NEEDED = declare("bulk.needed", by=__name__)
NEITHER_KEY = declare("bulk.neither_key", by=__name__)

DELETE: Final = "#DELETE"
SOURCE: Final = "csv-bulk"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

Rows = Iterable[tuple[int, Mapping[str, str]]]
Find = Callable[[Ctid], Document | None]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell: row (the header is 1), column, code."""

    row: int
    column: str
    code: Code
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BulkConversion:
    """Documents in the order of rows, every row's fate, and what is wrong with the refused ones, cell by cell."""

    sheet: str
    documents: tuple[Document, ...]
    tables: tuple[TableAccount, ...]
    fates: tuple[RowFate, ...]
    problems: tuple[Problem, ...]


def convert_rows(
    sheet: Sheet,
    columns: Mapping[str, Column],
    rows: Rows,
    *,
    base_url: str,
    publisher: Ctid,
    published: Find,
    agents: Agents,
    default: str = "",
) -> BulkConversion:
    """Rows to documents. ``columns`` are the sheet's by the file's own headers; ``default`` is the class of a row that names none.

    ``agents`` are the organizations that a cell may name.
    A row with something wrong makes nothing; every cell that is wrong is told. Rows of one CTID are refused, all of them.
    """
    account = Account()
    problems: list[Problem] = []
    made: list[tuple[int, Document]] = []
    work = _Work(sheet, columns, base_url, publisher, published, default or sheet.default, agents)
    numbers, by_ctid = [], dict[Ctid, list[int]]()
    for number, cells in rows:
        numbers.append(number)
        wrong: list[Problem] = []
        document = work.document(number, cells, wrong)
        if document is None or wrong:
            problems.extend(wrong)
            account.decide(RowFate(sheet.name, number, "refused", wrong[0].code, (), {**wrong[0].parameters}))
            continue
        by_ctid.setdefault(document.ctid, []).append(number)
        made.append((number, document))
    documents = []
    for number, document in made:
        same = by_ctid[document.ctid]
        if len(same) > 1:
            parameters = {"key": document.ctid, "rows": ", ".join(map(str, same))}
            problems.append(Problem(number, "CTID", told.DUPLICATE_KEY, parameters))
            account.decide(RowFate(sheet.name, number, "refused", told.DUPLICATE_KEY, (), parameters))
            continue
        documents.append(document)
        account.decide(RowFate(sheet.name, number, "published", told.PUBLISHED, (document.ctid,)))
    account.read(sheet.name, numbers)
    account.close(())
    return BulkConversion(sheet.name, tuple(documents), account.tables(), account.fates, tuple(sorted(problems, key=lambda one: one.row)))


def row(sheet: Sheet, document: Document) -> list[str]:
    """The cells of a published document, in the order of the sheet's columns; no spreadsheet takes one for a formula."""
    return [guarded(show(column, document, document.main)) for column in sheet.columns]


def guarded(cell: str) -> str:
    """A cell that is text to every spreadsheet."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def unguarded(cell: str) -> str:
    """The same cell read back."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


@dataclass(frozen=True, slots=True)
class _Work:
    sheet: Sheet
    columns: Mapping[str, Column]
    base_url: str
    publisher: Ctid
    published: Find
    default: str
    agents: Agents

    def document(self, number: int, cells: Mapping[str, str], wrong: list[Problem]) -> Document | None:
        given = {column.kind + column.prop: (column, unguarded(cells.get(header, "").strip())) for header, column in self.columns.items()}
        by_kind: dict[str, tuple[Column, str]] = {column.kind: (column, cell) for column, cell in given.values()}
        try:
            ctid, old = self._named(by_kind)
        except Malformed as error:
            wrong.append(_problem(number, error))
            return None
        if old is not None:
            node = copy.deepcopy(old.main)
        else:
            node = self._new(ctid)
            if not by_kind.get("class", (None, ""))[1] and not self.default:
                wrong.append(Problem(number, self._class.name, NEEDED, {"column": self._class.name}))
            wrong.extend(
                Problem(number, column.name, NEEDED, {"column": column.name})
                for column in self.sheet.columns
                if column.needed and column.kind != "class" and not by_kind_cell(given, column)
            )
        # The owner first: another column may say that it is the same.
        in_order = sorted(given.values(), key=lambda one: one[0].prop != "ceterms:ownedBy")
        self._fill(number, node, old, in_order, by_kind, wrong)
        if wrong:
            return None
        if old is None:
            return build(self.base_url, [node])
        return old if node == old.main else _edited(old, node)

    def _named(self, by_kind: Mapping[str, tuple[Column, str]]) -> tuple[Ctid, Document | None]:
        """The row's CTID, its own or made from its key, and what is published under it."""
        column, cell = by_kind.get("ctid", (self.sheet.columns[0], ""))
        if cell:
            try:
                ctid = Ctid.parse(cell)
            except Malformed as error:
                raise Malformed(error.code, column=column.name, seen=cell[:80]) from error
        else:
            key = by_kind.get("key", (None, ""))[1]
            if not key:
                raise Malformed(NEITHER_KEY, column=column.name)
            ctid = Ctid.derive(f"{SOURCE}:{self.publisher}", self.sheet.name, key)
        old = self.published(ctid)
        if old is not None and (old.ctid != ctid or not self.sheet.holds(old.type)):
            raise Malformed(OTHER_FAMILY, column=column.name, ctid=ctid, type=terms().label(old.type), sheet=self.sheet.name)
        return ctid, old

    @property
    def _class(self) -> Column:
        return next(one for one in self.sheet.columns if one.kind == "class")

    def _new(self, ctid: Ctid) -> Node:
        """Something new: of the class that its row may name yet, owned by who publishes it."""
        node: Node = {"@type": self.default or self.sheet.top[0], "ceterms:ctid": str(ctid)}
        if self.sheet.name != "organization":
            node["ceterms:ownedBy"] = [resource_iri(self.base_url, self.publisher)]
        return node

    def _fill(
        self,
        number: int,
        node: Node,
        old: Document | None,
        given: Sequence[tuple[Column, str]],
        by_kind: Mapping[str, tuple[Column, str]],
        wrong: list[Problem],
    ) -> None:
        """What the cells say differently from what is published."""
        language = (parts(by_kind.get("language", ("", ""))[1]) or ["en"])[0]
        changed: dict[str, tuple[Column, str]] = {}
        for column, cell in given:
            before = show(column, old, old.main) if old is not None else ""
            if not cell or cell == before.strip():
                continue
            said = "" if cell == DELETE else cell
            if column.kind.startswith(("credit", "condition")):
                changed[column.kind] = (column, said)
                continue
            try:
                owners = refs(node, "ceterms:ownedBy")
                same = column.kind == "owner" and cell.casefold() == SAME_AS_OWNER and owners
                write(
                    column, "|".join(owners) if same else said, node,
                    sheet=self.sheet, base_url=self.base_url, language=language, agents=self.agents,
                )  # fmt: skip
            except Malformed as error:
                wrong.append(_problem(number, error))
        try:
            self._composed(node, old, by_kind, changed, language)
        except Malformed as error:
            wrong.append(_problem(number, error))

    def _composed(
        self,
        node: Node,
        old: Document | None,
        by_kind: Mapping[str, tuple[Column, str]],
        changed: dict[str, tuple[Column, str]],
        language: str,
    ) -> None:
        """The columns that together make one thing: what the row leaves empty stays as published."""
        if any(kind.startswith("credit") for kind in changed):
            kept = {kind: (column, show(column, old, old.main) if old is not None else "") for kind, (column, _) in by_kind.items()}
            write_credit(node, {kind: one for kind, one in (kept | changed).items() if kind.startswith("credit")})
        told_now = {kind: one for kind, one in changed.items() if kind.startswith("condition") and kind != "condition_key"}
        if told_now:
            # The profile is looked for in the copy that is being changed; references into the graph are found in the document.
            name, profile = told_condition(old, node) if old is not None else ("", {})
            if "condition_type" not in told_now and name:
                told_now["condition_type"] = (by_kind.get("condition_type", next(iter(told_now.values())))[0], name)
            condition(node, told_now, profile, base_url=self.base_url, language=language)


def by_kind_cell(given: Mapping[str, tuple[Column, str]], column: Column) -> str:
    """What a row says in a column; empty where the file has none."""
    return given.get(column.kind + column.prop, (column, ""))[1]


def _edited(old: Document, node: Node) -> Document:
    """The document with its main resource changed, all else as it was published."""
    value: dict[str, Any] = {"@context": old.context, "@id": old.iri, "@graph": [node, *old.graph[1:]]}
    value = {key: entry for key, entry in value.items() if entry}
    return from_value(value, received=jcs(value))


def _problem(number: int, error: Malformed) -> Problem:
    return Problem(number, str(error.parameters.get("column", "")), error.code, error.parameters)
