"""Comprehensive learner records: the whole is no better than its worst item, and each item is told."""

from __future__ import annotations

from typing import Any

import pytest

from openler.credentials import clr
from openler.credentials.evidence import Evidence, Item, Kind, needs
from openler.credentials.model import read_credential
from openler.credentials.openbadges import Issuer
from openler.credentials.policy import Policy
from openler.credentials.report import Outcome, Report
from openler.credentials.status import entry, list_credential
from openler.credentials.verify import verify
from openler.linkeddata.canonical import jcs
from tests.support.presenting import AT, Key, badge, presentation

SCHOOL, ISSUER, OTHER = Key(1), Key(2), Key(3)
ANA = "did:example:ana"
LIST = "https://a.example/status/1"


def item(number: int = 1, *, by: Key = ISSUER, **changes: Any) -> dict[str, Any]:
    found = badge(by, id=f"urn:uuid:0000000{number}-3948-4970-affa-944fd2b48709", name=f"Badge {number}", **changes)
    found["credentialSubject"]["achievement"]["id"] = f"https://a.example/welding-{number}"
    return by.sign(found)


def whole(*items: Any, signer: Key = SCHOOL, **options: Any) -> dict[str, Any]:
    changes = options.pop("changes", {})
    made = clr.clr(
        credential_id="urn:uuid:11111111-3948-4970-affa-944fd2b48709", issuer=Issuer(SCHOOL.did, "School"), subject=ANA,
        credentials=[], name="Transcript", valid_from=AT, **options,
    )  # fmt: skip
    made["credentialSubject"]["verifiableCredential"] = list(items)
    made |= changes
    return signer.sign(made)


def judge(document: object, evidence: Evidence | None = None) -> Report:
    return verify(document, evidence or Evidence(), Policy(), AT)


def test_a_collection_of_good_records_is_valid_and_names_them() -> None:
    report = judge(whole(item(1), item(2), partial=True))
    assert report.verdict == "valid"
    assert [(part.verdict, part.title) for part in report.parts] == [("valid", "Badge 1"), ("valid", "Badge 2")]
    assert report.check("items").code == "credentials.clr_items_hold"
    assert report.check("one_learner").outcome is Outcome.PASSED


def revoked_and_not() -> tuple[dict[str, Any], dict[str, Any], Evidence]:
    status: dict[str, Any] = {"credentialStatus": entry(LIST, index=5, purpose="revocation")}
    made = list_credential(LIST, issuer=ISSUER.did, purpose="revocation", set_indexes=[5], valid_from=AT)
    return item(1), item(2, **status), Evidence((Item(Kind.STATUS_LIST, LIST, AT, LIST, jcs(ISSUER.sign(made))),))


def test_one_revoked_item_makes_the_whole_invalid_and_the_report_says_which_hold() -> None:
    good, revoked, evidence = revoked_and_not()
    report = judge(whole(good, revoked), evidence)
    assert report.verdict == "invalid"
    assert [part.verdict for part in report.parts] == ["valid", "invalid"]
    assert [check.code for check in report.reasons] == ["credentials.status_revoked"]
    assert report.check("items").parameters == {"held": 1, "count": 2}
    assert report.check("items").path == "/credentialSubject/verifiableCredential/1"
    assert all(check.outcome is not Outcome.FAILED for check in report.checks if check.name in {"proof", "shape", "status", "issuer_key"})


def test_one_item_that_could_not_be_checked_leaves_the_whole_open() -> None:
    good, revoked, _ = revoked_and_not()
    report = judge(whole(good, revoked))
    assert report.verdict == "undetermined"
    assert [part.verdict for part in report.parts] == ["valid", "undetermined"]


def test_an_item_changed_after_it_was_signed_is_found_even_under_a_good_signature_of_the_whole() -> None:
    report = judge(whole(item(1), {**item(2), "name": "Better badge"}))
    assert report.verdict == "invalid"
    assert [part.verdict for part in report.parts] == ["valid", "invalid"]


def test_a_collection_signed_by_another_is_invalid_though_its_items_hold() -> None:
    report = judge(whole(item(1), signer=OTHER))
    assert report.verdict == "invalid"
    assert [part.verdict for part in report.parts] == ["valid"]


def test_items_hidden_in_a_record_of_another_name_are_judged_all_the_same() -> None:
    forged = whole({**item(1), "name": "Better badge"}, changes={"type": ["VerifiableCredential"]})
    report = judge(forged)
    assert report.verdict == "invalid"
    assert [part.verdict for part in report.parts] == ["invalid"]


def test_an_item_about_somebody_else_is_told() -> None:
    others = badge(ISSUER)["credentialSubject"] | {"id": "did:example:ben"}
    report = judge(whole(item(1), item(2, credentialSubject=others)))
    found = report.check("one_learner")
    assert (found.outcome, found.path) == (Outcome.UNKNOWN, "/credentialSubject/verifiableCredential/1")


def test_associations_point_into_the_record() -> None:
    held = clr.association("isPartOf", "https://a.example/welding-1", "https://a.example/welding-2")
    assert judge(whole(item(1), item(2), associations=[held])).check("associations").outcome is Outcome.PASSED
    outside = clr.association("precedes", "https://a.example/welding-1", "https://a.example/elsewhere")
    report = judge(whole(item(1), item(2), associations=[held, outside]))
    found = report.check("associations")
    assert (found.code, found.path) == ("credentials.clr_association_dangling", "/credentialSubject/association/1/targetId")
    assert report.verdict == "valid"


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"name": ""}, "credentials.shape_wrong_kind", "/name"),
        ({"partial": "yes"}, "credentials.shape_wrong_kind", "/partial"),
        ({"credentialSubject": {"type": ["ClrSubject"]}}, "credentials.clr_empty", "/credentialSubject/verifiableCredential"),
        (
            {"credentialSubject": {"type": ["Person"], "verifiableCredential": [{}]}},
            "credentials.shape_type_missing",
            "/credentialSubject/type",
        ),
        (
            {"credentialSubject": {"type": ["ClrSubject"], "verifiableCredential": [{"type": ["Thing"]}]}},
            "credentials.shape_type_missing",
            "/credentialSubject/verifiableCredential/0/type",
        ),
        (
            {"credentialSubject": {"type": ["ClrSubject"], "association": {"type": "Association", "associationType": "likes"}}},
            "credentials.clr_association_unknown",
            "/credentialSubject/association/associationType",
        ),
    ],
)
def test_one_broken_part_is_found_where_it_is(change: dict[str, Any], code: str, path: str) -> None:
    document = whole(item(1)) | change
    assert (code, path) in [(fault.code, fault.path) for fault in read_credential(document).faults]


def test_a_collection_inside_a_presentation_is_no_better_than_its_items() -> None:
    good, revoked, evidence = revoked_and_not()
    shown = {**presentation(OTHER), "verifiableCredential": [whole(good, revoked)]}
    shown.pop("proof")
    shown.pop("holder")
    assert judge(shown, evidence).verdict == "invalid"


def test_a_collection_in_a_collection_is_looked_into() -> None:
    inner = whole(item(1), {**item(2), "name": "Better badge"})
    report = judge(whole(inner))
    assert report.verdict == "invalid"
    assert [part.verdict for part in report.parts[0].parts] == ["valid", "invalid"]


def test_more_items_than_are_judged_leave_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clr, "MAX_ITEMS", 1)
    report = judge(whole(item(1), item(2)))
    assert report.verdict == "undetermined"
    assert report.check("items").code == "credentials.clr_too_many_items"


def test_what_the_items_need_is_fetched() -> None:
    _, revoked, _ = revoked_and_not()
    assert [need.key for need in needs(whole(revoked))] == [LIST]
