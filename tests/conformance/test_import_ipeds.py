"""The IPEDS directory of 2020 as it is published: every row accounted for, no error that is the converter's, nobody named twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from openler.ctdl.formats.ipeds import COLUMNS, Institutions, convert_institutions
from openler.ctdl.rules import check
from openler.stores.tables import FileTables

pytestmark = pytest.mark.shared

BASE = "https://registry.example"


@pytest.fixture(scope="module")
def made(shared: Path) -> Institutions:
    rows = FileTables().rows(str(shared / "data" / "ipeds-2020" / "hd2020_nocontacts.csv.gz"), columns=COLUMNS)
    return convert_institutions(rows, (), base_url=BASE)


def test_every_institution_is_published_once(made: Institutions) -> None:
    (sums,) = made.tables
    assert (sums.read, sums.published, sums.refused) == (6440, 6440, 0)
    assert len({document.ctid for document in made.documents}) == 6441


def test_no_document_has_an_error(made: Institutions) -> None:
    found = Counter(str(finding.code) for document in made.documents for finding in check(document) if finding.severity == "error")
    assert found == Counter()


def test_a_second_reading_finds_all_of_them(made: Institutions) -> None:
    some = [document.main["ceterms:ipedsID"] for document in made.documents if "ceterms:ipedsID" in document.main][:50]
    empty = {"INSTNM": "x", "ADDR": "", "CITY": "", "STABBR": "", "ZIP": ""}
    rows = enumerate(({"UNITID": unitid} | empty for unitid in some), 2)
    again = convert_institutions(rows, made.documents, base_url=BASE)
    assert again.proposals == ()
    assert {document.ctid for document in again.documents} <= {document.ctid for document in made.documents}
