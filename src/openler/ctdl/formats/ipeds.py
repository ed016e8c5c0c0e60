"""Institutions of IPEDS (the "HD" table: directory information) become organizations.

Only what describes the institution is read; the names, titles and telephones of its officers, which the table holds too, are
not. An institution that is described already is proposed or merged, never published a second time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from openler.ctdl.document import Document, build
from openler.ctdl.formats import account as told
from openler.ctdl.formats.account import Account, Proposal, Remark, RowFate, TableAccount
from openler.ctdl.formats.adopt import Claim, Known, address_key, claimed_identifier
from openler.ctdl.formats.shapes import Node, concept, lang, number, put, web_page
from openler.errors import Code, declare
from openler.ids import Ctid

KNOWN_ALREADY = declare("ipeds.known_already", by=__name__)
MAY_BE_KNOWN = declare("ipeds.may_be_known", by=__name__)
SCHEME_ADDED = declare("ipeds.scheme_added", by=__name__)
PAGE_UNREADABLE = declare("ipeds.page_unreadable", by=__name__)
UNITID_UNREADABLE = declare("ipeds.unitid_unreadable", by=__name__)
OTHER_STATE = declare("ipeds.other_state", by=__name__)
UNITID_TWICE = declare("ipeds.unitid_twice", by=__name__)

SOURCE: Final = "ipeds"
TABLE: Final = "institutions"
COLUMNS: Final = ("UNITID", "INSTNM", "ADDR", "CITY", "STABBR", "ZIP")
"""The columns without which a table is none of IPEDS; others are used where they are there."""
CLASS: Final = "ceterms:CredentialOrganization"
_LANGUAGE: Final = "en-US"
_ABSENT: Final = frozenset({"", "-1", "-2", "-3", "."})
_SECTORS: Final = {"1": "agentSector:Public", "2": "agentSector:PrivateNonProfit", "3": "agentSector:PrivateForProfit"}
_LEVELS: Final = {"1": "orgType:FourYear", "2": "orgType:TwoYear"}

Rows = Iterable[tuple[int, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Institutions:
    """Documents by CTID, every row's fate, and pairs that a person decides about. ``publisher`` is who collects the data."""

    publisher: Ctid
    documents: tuple[Document, ...]
    tables: tuple[TableAccount, ...]
    fates: tuple[RowFate, ...]
    remarks: tuple[Remark, ...]
    proposals: tuple[Proposal, ...]
    adopted: tuple[Ctid, ...]


def institution_ctid(unitid: str) -> Ctid:
    """The CTID of the institution with a UNITID, where nothing else names it."""
    return Ctid.derive(SOURCE, CLASS, unitid)


def collector_ctid() -> Ctid:
    """The CTID of the National Center for Education Statistics, which publishes here what it collects."""
    return Ctid.derive(SOURCE, "ceterms:Organization", "National Center for Education Statistics")


def convert_institutions(
    rows: Rows, existing: Iterable[Document], *, base_url: str, states: Collection[str] = (), new: Collection[str] = ()
) -> Institutions:
    """Convert the HD table. ``existing`` are organizations that are described already.

    ``states`` keeps only institutions of these states (``NJ``); ``new`` are UNITIDs that a person found to be none of those
    that are described already, whatever their names.
    """
    account = Account()
    wanted = {state.strip().upper() for state in states}
    chosen: dict[str, tuple[int, dict[str, str]]] = {}
    numbers = []
    for number_, cells in rows:
        numbers.append(number_)
        row = {name: "" if cell.strip() in _ABSENT else cell.strip() for name, cell in cells.items()}
        unitid = row["UNITID"]
        if wanted and row["STABBR"].upper() not in wanted:
            _refuse(account, number_, OTHER_STATE)
        elif not unitid.isascii() or not unitid.isdigit():
            _refuse(account, number_, UNITID_UNREADABLE, seen=unitid[:40])
        elif not row["INSTNM"]:
            _refuse(account, number_, told.NAME_MISSING)
        elif unitid in chosen:
            _refuse(account, number_, UNITID_TWICE, unitid=unitid, row=chosen[unitid][0])
        else:
            chosen[unitid] = (number_, row)
    account.read(TABLE, numbers)
    ours = {institution_ctid(unitid): unitid for unitid in chosen}
    standing = list(existing)
    here = {ours[one.ctid] for one in standing if one.ctid in ours} | set(new)
    known = Known(one for one in standing if one.ctid not in ours)
    found = known.adopt(_claim(unitid, row) for unitid, (_, row) in chosen.items() if unitid not in here)
    documents, proposals, adopted = [], list[Proposal](), list[Ctid]()
    for unitid, (number_, row) in chosen.items():
        adoption = found.get(unitid)
        if adoption is not None and adoption.ctid is not None:
            adopted.append(adoption.ctid)
            account.decide(RowFate(TABLE, number_, "merged", KNOWN_ALREADY, (adoption.ctid,), {"ctid": adoption.ctid}))
        elif adoption is not None and adoption.proposals:
            proposals.extend(adoption.proposals)
            _refuse(account, number_, MAY_BE_KNOWN, ctid=adoption.proposals[0].existing, unitid=unitid)
        else:
            document = build(base_url, [_node(account, number_, unitid, row)])
            documents.append(document)
            account.decide(RowFate(TABLE, number_, "published", told.PUBLISHED, (document.ctid,)))
    if documents:
        documents.append(build(base_url, [_collector()]))
    account.close(())
    return Institutions(
        collector_ctid(), tuple(sorted(documents, key=lambda one: one.ctid)), account.tables(), account.fates, account.remarks,
        tuple(proposals), tuple(sorted(adopted)),
    )  # fmt: skip


def _refuse(account: Account, row: int, code: Code, /, **parameters: object) -> None:
    account.decide(RowFate(TABLE, row, "refused", code, (), parameters))


def _claim(unitid: str, row: Mapping[str, str]) -> Claim:
    pairs = {claimed_identifier("ipeds", unitid)}
    if opeid := _opeid(row):
        pairs.add(claimed_identifier("ope", opeid))
    return Claim(
        "organization", unitid, row["INSTNM"], institution_ctid(unitid), CLASS, frozenset(pairs), address_key(row["ADDR"], row["ZIP"])
    )


def _opeid(row: Mapping[str, str]) -> str:
    """The eight digits; a spreadsheet loses the zeros before them."""
    found = row.get("OPEID", "")
    return found.zfill(8) if found.isascii() and found.isdigit() else ""


def _node(account: Account, number_: int, unitid: str, row: Mapping[str, str]) -> Node:
    ctid = institution_ctid(unitid)
    node: Node = {"@type": CLASS, "ceterms:ctid": str(ctid), "ceterms:name": lang(row["INSTNM"], _LANGUAGE)}
    others = [part.strip() for part in row.get("IALIAS", "").split("|") if part.strip() and part.strip() != row["INSTNM"]]
    put(node, "ceterms:alternateName", {_LANGUAGE: list(dict.fromkeys(others))} if others else None)
    put(node, "ceterms:subjectWebpage", _page(account, number_, ctid, row.get("WEBADDR", "")))
    put(node, "ceterms:address", _address(row))
    put(node, "ceterms:agentSectorType", concept(_SECTORS[row["CONTROL"]]) if row.get("CONTROL", "") in _SECTORS else None)
    types = [_LEVELS[row["ICLEVEL"]]] if row.get("ICLEVEL", "") in _LEVELS else []
    types += ["orgType:Postsecondary"] if row.get("POSTSEC", "") == "1" else []
    put(node, "ceterms:agentType", [concept(name) for name in types])
    put(node, "ceterms:ipedsID", unitid)
    put(node, "ceterms:opeID", _opeid(row))
    put(node, "ceterms:fein", row.get("EIN", "") if row.get("EIN", "").isdigit() else "")
    if row.get("CLOSEDAT", "") or row.get("DEATHYR", ""):
        put(node, "ceterms:lifeCycleStatusType", concept("lifeCycle:Ceased"))
    elif row.get("CYACTIVE", "") == "1":
        put(node, "ceterms:lifeCycleStatusType", concept("lifeCycle:Active"))
    return node


def _page(account: Account, number_: int, ctid: Ctid, text: str) -> str | None:
    """The institution's page. Most addresses in the table lack their scheme; that it was added is noted."""
    if not text:
        return None
    spelt = text if "://" in text else f"https://{text}"
    page = web_page(spelt)
    if page is None:
        account.remark(PAGE_UNREADABLE, "gap", TABLE, number_, ctid, seen=text[:120])
    elif spelt != text:
        account.remark(SCHEME_ADDED, "note", TABLE, number_, ctid, seen=text[:120])
    return page


def _address(row: Mapping[str, str]) -> list[Node]:
    place: Node = {}
    for column, prop in (
        ("ADDR", "ceterms:streetAddress"), ("CITY", "ceterms:addressLocality"), ("STABBR", "ceterms:addressRegion"),
        ("COUNTYNM", "ceterms:subRegion"),
    ):  # fmt: skip
        put(place, prop, lang(row[column], _LANGUAGE) if row.get(column) else None)
    put(place, "ceterms:postalCode", row["ZIP"])
    if not place:
        return []
    place["ceterms:addressCountry"] = lang("US", _LANGUAGE)
    for column, prop in (("LATITUDE", "ceterms:latitude"), ("LONGITUD", "ceterms:longitude")):
        if (found := number(row.get(column, ""))) is not None:
            place[prop] = float(found)
    return [{"@type": "ceterms:Place", **place}]


def _collector() -> Node:
    return {
        "@type": "ceterms:Organization",
        "ceterms:ctid": str(collector_ctid()),
        "ceterms:name": lang("National Center for Education Statistics", _LANGUAGE),
        "ceterms:description": lang("Collects data on education in the United States; its IPEDS describes institutions.", _LANGUAGE),
        "ceterms:subjectWebpage": "https://nces.ed.gov",
        "ceterms:agentType": [concept("orgType:Government")],
        "ceterms:agentSectorType": concept("agentSector:Public"),
    }
