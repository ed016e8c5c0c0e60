"""The sample region converted to documents, and its learners' credentials without signatures: what a valid verdict would leave."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from openler.actions import sample
from openler.ctdl.document import Document
from openler.ctdl.formats.convert import Conversion, convert
from openler.ctdl.formats.mapping import parse
from openler.ctdl.formats.onet import TABLES, OnetConversion, convert_onet
from openler.ids import Ctid
from openler.meaning.achievement import CompetencyRef, achievement
from openler.skills.profile import Held

FOLDER = Path(sample.__file__).parent
BASE = "http://localhost:8000"


def rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines, delimiter="\t" if path.suffix == ".tsv" else ",")
            for number, row in enumerate(reader, 2):
                yield number, {name: cell.strip() for name, cell in row.items()}


@cache
def onet() -> OnetConversion:
    tables = {name: list(rows(FOLDER / "onet-29.2" / f"{file}.tsv")) for name, (file, _) in TABLES.items()}
    return convert_onet(tables, base_url=BASE, release="29.2")


@cache
def region() -> Conversion:
    mapping = parse(sample.mapping())
    tables = {name: rows(FOLDER / table.file) for name, table in mapping.tables.items()}
    frameworks = [document for document in onet().documents if document.type == "ceasn:CompetencyFramework"]
    return convert(mapping, tables, base_url=BASE, known_frameworks=frameworks)


def documents() -> tuple[Document, ...]:
    return onet().documents + region().documents


def credentials(found: tuple[sample.Achievement, ...], published: tuple[Document, ...]) -> dict[str, tuple[Held, ...]]:
    by_ctid = {document.ctid: document for document in published}
    names = {ctid: node for document in published for ctid in document.resources for node in [document.find(ctid) or {}]}
    held: dict[str, tuple[Held, ...]] = {}
    for one in found:
        document = by_ctid[Ctid(one.row.achievement)]
        issuer = by_ctid[one.issuer]
        assessed = [
            CompetencyRef(f"{BASE}/resources/{ctid}", next(iter(names[Ctid(ctid)]["ceasn:competencyLabel"].values())))
            for ctid in one.row.competencies
        ]
        credential = {
            "id": f"urn:example:row:{one.row.number}",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": one.row.achievement,
            "issuer": {"id": "did:web:school.example", "name": next(iter(issuer.main["ceterms:name"].values()))},
            "validFrom": f"{one.row.date}T00:00:00Z",
            "credentialSubject": {"type": ["AchievementSubject"], "achievement": achievement(document, assessed=assessed)},
        }
        held[one.learner] = (*held.get(one.learner, ()), Held(str(credential["id"]), credential, "valid"))
    return held


__all__ = ["BASE", "FOLDER", "credentials", "documents", "onet", "region", "rows"]
