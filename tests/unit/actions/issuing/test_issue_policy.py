"""The issuer's policy on meaning: below the minimum is passed over, warned of, or refused; and the verifier sees then and now."""

from __future__ import annotations

import pytest

from openler.actions.issuing.issue import issue_one
from openler.actions.verifying.verify import verify
from openler.credentials.openbadges import CONTEXTS
from openler.errors import Refused
from openler.linkeddata.canonical import jcs
from tests.support.issuing import BASE, COLLEGE, WELDING, a_row, welding, world


def test_a_description_below_the_minimum_warns_or_refuses_as_asked() -> None:
    off, warned, refused = (world().issue(a_row(), minimum=policy) for policy in ("off", "warn", "refuse"))
    assert (off.issued, off.warned, off.refused) == (1, (), ())
    assert warned.issued == 1
    assert [(each.code, each.place) for each in warned.warned] == [("issue.below_minimum", "row 2, achievement")]
    assert "ceterms:subjectWebpage" in str(warned.warned[0].parameters["missing"])
    assert (refused.issued, [each.code for each in refused.refused]) == (0, ["issue.below_minimum"])


def _composed(**achievement: object) -> dict[str, object]:
    whole = {"id": "urn:a:1", "type": ["Achievement"], "name": "Welding", "description": "x", "criteria": {"narrative": "y"}, **achievement}
    return {
        "@context": list(CONTEXTS), "type": ["VerifiableCredential", "OpenBadgeCredential"], "id": "urn:uuid:1", "name": "Welding",
        "credentialSubject": {"type": ["AchievementSubject"], "achievement": whole},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("achievement", "code"),
    [
        ({}, "issue.no_ctid"),
        (
            {"alignment": [_aligned := {"type": ["Alignment"], "targetName": "W", "targetUrl": "https://elsewhere.example/w"}]},
            "issue.no_ctid",
        ),
        ({"alignment": [{**_aligned, "targetUrl": f"{BASE}/resources/{WELDING}", "targetCode": WELDING}]}, "issue.below_minimum"),
        (
            {"alignment": [{**_aligned, "targetUrl": f"{BASE}/resources/ce-{'0' * 8}-0000-4000-8000-{'0' * 12}"}]},
            "issue.not_described_here",
        ),
    ],
)
def test_a_record_that_others_composed_is_held_to_it_too(achievement: dict[str, object], code: str) -> None:
    w = world()
    with pytest.raises(Refused) as caught:
        issue_one(w.ports, _composed(**achievement), issuer=COLLEGE, actor="test", minimum="refuse")
    assert caught.value.code == code
    assert w.ports.ledger.counts(COLLEGE).issued == 0
    assert issue_one(w.ports, _composed(**achievement), issuer=COLLEGE, actor="test").credential["proof"]


def test_the_verifier_sees_what_it_meant_when_earned_and_what_changed_since() -> None:
    w = world()
    signed = w.credential()
    w.clock.pass_(days=30)
    w.publish(welding("Certificate in Advanced Welding"))
    w.open_to_the_world()
    result = verify(w.ports, jcs(signed))
    assert result.report.verdict == "valid"
    assert result.report.check("meaning").code == "meaning.changed_since"
    assert result.report.check("meaning").parameters["name"] == "Certificate in Welding"
    (meaning,) = result.summaries[0].meanings
    assert meaning.then is not None
    assert [competency.name for competency in meaning.then.competencies] == ["Read blueprints"]
    assert [change.code for change in meaning.changes] == ["meaning.change_name"]
