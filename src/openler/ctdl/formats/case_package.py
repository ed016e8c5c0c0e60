"""Reading a CASE package: JSON that somebody else wrote becomes items and associations that can be relied on.

    {"CFDocument": {...}, "CFItems": [...], "CFAssociations": [...], "CFDefinitions": {...}, "CFRubrics": [...]}

Only the package as a whole can be malformed. A row that cannot be read is refused by itself, with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openler.ctdl.formats import account as told
from openler.ctdl.formats.account import Account, RowFate
from openler.ctdl.formats.case_terms import ASSOCIATION_TYPES, EXTENSION, IRI, UUID
from openler.errors import Code, Malformed, TooLarge, declare

NOT_A_PACKAGE = declare("case.not_a_package", by=__name__)
TOO_MANY = declare("case.too_many", by=__name__)
ROW_MALFORMED = declare("case.row_malformed", by=__name__)
IDENTIFIER_MALFORMED = declare("case.identifier_malformed", by=__name__)
STATEMENT_MISSING = declare("case.statement_missing", by=__name__)
TYPE_UNKNOWN = declare("case.association_type_unknown", by=__name__)
END_MISSING = declare("case.association_end_missing", by=__name__)
RUBRIC_LEFT = declare("case.rubric_left", by=__name__)

MAX_ROWS = 100_000
"""Most items, and most associations, of one package: the largest state standards have under 20,000."""

DOCUMENT, ITEMS, ASSOCIATIONS, DEFINITIONS, RUBRICS = "CFDocument", "CFItems", "CFAssociations", "CFDefinitions", "CFRubrics"
KINDS = ("CFConcepts", "CFSubjects", "CFLicenses", "CFItemTypes", "CFAssociationGroupings")
"""The lists of ``CFDefinitions``."""


@dataclass(frozen=True, slots=True)
class Row:
    """An object of a list, with its place in it (the first is 1). ``identifier`` is its UUID as spelt, ``uri`` its address or empty."""

    table: str
    number: int
    value: Mapping[str, Any]
    identifier: str
    uri: str


@dataclass(frozen=True, slots=True)
class End:
    """One end of an association: a UUID or an address at least."""

    identifier: str
    uri: str
    title: str


@dataclass(frozen=True, slots=True)
class Link:
    """An association that can be read."""

    row: Row
    type: str
    origin: End
    target: End

    @property
    def order(self) -> tuple[int, str]:
        """Its place among its siblings; what has none comes last."""
        number = self.row.value.get("sequenceNumber")
        return (number if isinstance(number, int) and not isinstance(number, bool) else 1 << 53, self.row.identifier.lower())


@dataclass(frozen=True, slots=True)
class Package:
    """A package as read. ``definitions`` are rows of :data:`KINDS` by the list's name."""

    document: Row
    items: tuple[Row, ...]
    links: tuple[Link, ...]
    definitions: Mapping[str, tuple[Row, ...]]


def string(value: Mapping[str, Any], name: str) -> str:
    """A text, trimmed; empty where there is none or it is something else."""
    found = value.get(name)
    return found.strip() if isinstance(found, str) else ""


def strings(value: Mapping[str, Any], name: str) -> list[str]:
    """The texts of a list (or one text), without empty and repeated ones."""
    found = value.get(name)
    listed = found if isinstance(found, list) else [found]
    return list(dict.fromkeys(entry.strip() for entry in listed if isinstance(entry, str) and entry.strip()))


def link(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object such as ``CFItemTypeURI``; empty where there is none."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def read(package: Any, account: Account) -> Package:
    """A package from parsed JSON. What becomes of refused and repeated rows is told to the account.

    :raises Malformed: it is no package, or its document has no identifier or no title
    :raises TooLarge: over :data:`MAX_ROWS` in one list
    """
    if not isinstance(package, dict) or not isinstance(package.get(DOCUMENT), dict):
        raise Malformed(NOT_A_PACKAGE, place=f"/{DOCUMENT}")
    document = _row(DOCUMENT, 1, package[DOCUMENT])
    if not UUID.fullmatch(document.identifier):
        raise Malformed(IDENTIFIER_MALFORMED, place=f"/{DOCUMENT}/identifier", seen=document.identifier[:80])
    if not string(document.value, "title"):
        raise Malformed(NOT_A_PACKAGE, place=f"/{DOCUMENT}/title")
    account.read(DOCUMENT, [1])
    items = tuple(_unique(_rows(package, ITEMS, account), account, {document.identifier.lower()}, _item))
    links = tuple(_links(package, account))
    definitions = {}
    lists = package.get(DEFINITIONS)
    for kind in KINDS:
        rows = _rows(lists if isinstance(lists, dict) else {}, kind, account)
        definitions[kind] = tuple(_unique(rows, account, set(), lambda _: None))
    for number, _ in _listed(package, RUBRICS, account):
        account.decide(RowFate(RUBRICS, number, "refused", RUBRIC_LEFT))
    return Package(document, items, links, definitions)


def _listed(package: Mapping[str, Any], name: str, account: Account) -> Iterator[tuple[int, Any]]:
    found = package.get(name)
    if found is None:
        return
    if not isinstance(found, list):
        raise Malformed(NOT_A_PACKAGE, place=f"/{name}")
    if len(found) > MAX_ROWS:
        raise TooLarge(TOO_MANY, place=f"/{name}", seen=len(found), limit=MAX_ROWS)
    account.read(name, range(1, len(found) + 1))
    yield from enumerate(found, 1)


def _rows(package: Mapping[str, Any], name: str, account: Account) -> list[Row]:
    rows = []
    for number, value in _listed(package, name, account):
        if isinstance(value, dict):
            rows.append(_row(name, number, value))
        else:
            account.decide(RowFate(name, number, "refused", ROW_MALFORMED))
    return rows


def _row(table: str, number: int, value: Mapping[str, Any]) -> Row:
    uri = string(value, "uri")
    return Row(table, number, value, string(value, "identifier"), uri if IRI.fullmatch(uri) else "")


def _unique(rows: list[Row], account: Account, taken: set[str], wrong: Any) -> Iterator[Row]:
    """Rows with a UUID of their own. Equal rows are one; rows that say different things under one UUID are all refused."""
    by: dict[str, list[Row]] = {}
    for row in rows:
        code: Code | None = None if UUID.fullmatch(row.identifier) else IDENTIFIER_MALFORMED
        code = code or wrong(row)
        if code is not None:
            account.decide(RowFate(row.table, row.number, "refused", code, (), {"seen": row.identifier[:80]}))
        else:
            by.setdefault(row.identifier.lower(), []).append(row)
    for key, same in by.items():
        if key in taken or any(row.value != same[0].value for row in same[1:]):
            others = ", ".join(str(row.number) for row in same[:20])
            for row in same:
                account.decide(RowFate(row.table, row.number, "refused", told.DUPLICATE_KEY, (), {"key": key, "rows": others}))
            continue
        for row in same[1:]:
            account.decide(RowFate(row.table, row.number, "merged", told.SAME_ROW, (), {"row": same[0].number}))
        yield same[0]


def _item(row: Row) -> Code | None:
    return None if string(row.value, "fullStatement") else STATEMENT_MISSING


def _links(package: Mapping[str, Any], account: Account) -> Iterator[Link]:
    ends: dict[int, tuple[End | None, End | None]] = {}

    def wrong(row: Row) -> Code | None:
        kind = string(row.value, "associationType")
        if kind not in ASSOCIATION_TYPES and not EXTENSION.fullmatch(kind):
            return TYPE_UNKNOWN
        found = ends[row.number] = (_end(row.value, "originNodeURI"), _end(row.value, "destinationNodeURI"))
        return END_MISSING if None in found else None

    for row in _unique(_rows(package, ASSOCIATIONS, account), account, set(), wrong):
        origin, target = ends[row.number]
        if origin is not None and target is not None:
            yield Link(row, string(row.value, "associationType"), origin, target)


def _end(value: Mapping[str, Any], name: str) -> End | None:
    found = link(value, name)
    identifier, uri = string(found, "identifier"), string(found, "uri")
    if not IRI.fullmatch(uri):
        uri = ""
    if not UUID.fullmatch(identifier) and not uri:
        return None
    return End(identifier if UUID.fullmatch(identifier) else "", uri, string(found, "title"))
