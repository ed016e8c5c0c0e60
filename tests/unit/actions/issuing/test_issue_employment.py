"""Employment records from a table: each row accounted for, nothing twice, in the wallet they are meant for."""

from __future__ import annotations

import pytest

from openler.actions.holding import hold, session
from openler.actions.holding.ler_rs import export_ler_rs, import_ler_rs
from openler.actions.issuing.issue_employment import EmploymentReport, issue_employment
from openler.actions.verifying.verify import verify
from openler.holding.experience import Experience
from openler.linkeddata.canonical import jcs
from tests.support.issuing import COLLEGE, World, world

PASSPHRASE = "a long enough passphrase"


def cells(**changes: str) -> dict[str, str]:
    return {"learner_name": "Ana Ruiz", "learner_id": "ana@example.org", "title": "Welder", "start": "2019-04", "end": "2021", **changes}


def issued(w: World, *rows: dict[str, str]) -> EmploymentReport:
    report = issue_employment(w.ports, list(enumerate(rows, 2)), issuer=COLLEGE, actor="test")
    w.open_to_the_world()
    return report


def test_a_row_becomes_a_record_that_verifies_and_is_issued_once() -> None:
    w = world()
    first, again = issued(w, cells()), issued(w, cells())
    assert (first.issued, again.issued, again.existing) == (1, 0, 1)
    assert first.records[0].credential_id == again.records[0].credential_id
    signed = w.signed(first.records[0].credential_id)
    assert "ana@example.org" not in str(signed)
    result = verify(w.ports, jcs(signed))
    assert result.report.verdict == "valid", result.report.reasons
    assert (result.summaries[0].name, result.summaries[0].holder) == ("Welder, Ridgeway College", "Ana Ruiz")


def test_military_service_is_carried() -> None:
    w = world()
    report = issued(w, cells(title="", branch="Army", starting_rank="Private", specialties="12B; 11B", current=""))
    service = w.signed(report.records[0].credential_id)["credentialSubject"]["militaryService"]
    assert (service["branch"], service["startingRank"], service["specialties"]) == ("Army", "Private", ["12B", "11B"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": ""}, "issue.employment_nothing"),
        ({"start": ""}, "issue.cell_missing"),
        ({"start": "April"}, "credentials.employment_date_malformed"),
        ({"end": "2018"}, "credentials.employment_dates_reversed"),
        ({"current": "maybe"}, "issue.employment_current_unclear"),
        ({"current": "yes"}, "credentials.employment_current_and_ended"),
        ({"relationship": "Friend"}, "credentials.employment_relationship_unknown"),
        ({"holder": "nobody"}, "issue.holder_unknown"),
        ({"title": "x" * 501}, "issue.cell_too_long"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_alone(changes: dict[str, str], code: str) -> None:
    report = issued(world(), cells(**changes), cells())
    assert [(each.number, each.code) for each in report.refused] == [(2, code)]
    assert report.issued == 1


def test_a_wallet_goes_out_as_ler_rs_and_comes_in_elsewhere() -> None:
    w = world()
    for name in ("ana", "elsewhere"):
        hold.create_wallet(w.ports, name, PASSPHRASE, actor="test")
    issued(w, cells(holder="ana"))
    key, other = (session.unlock(w.ports, name, PASSPHRASE, actor="test") for name in ("ana", "elsewhere"))
    (record,) = hold.take_in(w.ports, key)
    hold.add_experience(w.ports, key, Experience("Forklift driver", "Depot", "2015", "2018"))
    exported = export_ler_rs(w.ports, key)
    first, again = import_ler_rs(w.ports, other, exported), import_ler_rs(w.ports, other, exported)
    assert first.left == ()
    assert [one.record_id for one in first.records] == [one.record_id for one in again.records]
    kept = next(one for one in first.records if one.kind == "credential")
    assert verify(w.ports, str(kept.received).encode()).report.verdict == "valid"
    assert kept.name == record.name == "Welder, Ridgeway College"
    assert [one.name for one in first.records if one.kind == "self_asserted"] == ["Forklift driver"]
