"""A learner's signed records, matched: only what verifies counts, and every point leads back to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

import pytest

from openler.actions import sample
from openler.actions.issuing import identity, status
from openler.actions.issuing.issue import issue_batch
from openler.actions.matching.match import (
    Held,
    Landscape,
    Limits,
    MatchResult,
    Statement,
    brought,
    held,
    landscape,
    match,
    match_one,
    supposed,
)
from openler.actions.matching.match_view import Pay
from openler.credentials.jose import prepare
from openler.ctdl.document import Document, build
from openler.errors import Malformed, Misused, NotFound, TooLarge
from openler.holding.record import Record, receive, state
from openler.ids import Ctid
from openler.linkeddata.canonical import jcs
from openler.skills.match import FULL
from tests.support.issuing import World, world
from tests.support.presenting import Key, badge
from tests.support.sample import BASE, documents
from tests.support.skills import BASE as SMALL
from tests.support.skills import competency, ctid, iri


@dataclass(frozen=True)
class Stage:
    """The region published, its learners' credentials signed and readable from outside, by learner."""

    world: World
    records: dict[str, tuple[Record, ...]]
    ground: Landscape


@cache
def stage() -> Stage:
    made = world(base_url=BASE)
    for document in documents():
        made.publish(document)
    at = made.clock.now()
    found = sample.achievements(documents())
    for number, issuer in enumerate(sorted({one.issuer for one in found})):
        made.keys.create(f"school-{number}", "Ed25519", at=at)
        identity.link(made.ports, issuer, key=f"memory:school-{number}", form="key", actor="test")
    records: dict[str, tuple[Record, ...]] = {learner.id: () for learner in sample.learners()}
    for one in found:
        report = issue_batch(made.ports, [replace(one.row, holder="")], issuer=one.issuer, actor="test")
        assert not report.refused, report.refused
        signed = jcs(made.signed(report.records[0].credential_id))
        records[one.learner] += (receive(signed, added=at, source=one.issuer),)
    for learner, told in sample.experiences(documents()).items():
        for number, experience in enumerate(told):
            records[learner] += (state(experience, record_id=f"told-{learner}-{number}", added=at),)
    answer(made)
    return Stage(made, records, landscape(made.ports))


def answer(made: World) -> None:
    for found in made.ports.ledger.status_lists():
        for purpose in ("revocation", "suspension"):
            name = f"{found.list_id}-{purpose}"
            made.fetch.answers[f"{BASE}/status/{name}"] = jcs(status.status_list(made.ports, name))


def matched(learner: str, **options: object) -> MatchResult:
    scene = stage()
    credentials, statements = held(scene.world.ports, scene.records[learner])
    return match(scene.world.ports, credentials, statements, ground=scene.ground, **options)  # type: ignore[arg-type]


def test_signed_records_of_every_learner_verify_and_lead_to_their_own_occupation() -> None:
    for learner in sample.learners():
        found = matched(learner.id, own=learner.own_occupation)

        assert found.set_aside == ()
        assert found.own_rank is not None
        assert found.own_rank <= 5, learner
        assert found.median_occupation_milli is not None
        assert found.median_occupation_milli < 30 * FULL // 100
        assert len(found.occupations) == 10
        assert found.jobs_compared == 34


def test_every_point_leads_to_a_credential_its_issuer_and_a_registry_entry() -> None:
    scene = stage()
    known = {str(record.credential["id"]) for record in scene.records["K8"] if isinstance(record.credential, dict)}
    best = matched("K8").jobs[0]

    assert best.explanation.name == "Heating and Cooling Technician"
    assert best.explanation.employer == "Brackenfold Homes"
    assert best.explanation.score_milli == sum(reason.milli_points for reason in best.explanation.shown)
    for reason in best.explanation.shown:
        assert reason.shown_by
        for support in reason.shown_by:
            assert support.credential in known
            assert support.issuer.startswith("did:key:")
            assert support.issuer_name
            assert scene.ground.entries.entry(support.entry) is not None or reason.kind == "competency"
    assert best.pay == Pay(24.0, 36.0, "USD", "PT1H")


def test_a_suspended_credential_supports_nothing_is_told_and_costs_exactly_its_points() -> None:
    scene = stage()
    before = matched("K4")
    record = scene.records["K4"][1]
    assert isinstance(record.credential, dict)
    lost = str(record.credential["id"])
    status.suspend(scene.world.ports, lost, reason="under review", actor="test")
    answer(scene.world)
    try:
        after = matched("K4")
    finally:
        status.reinstate(scene.world.ports, lost, reason="review ended", actor="test")
        answer(scene.world)

    assert [(aside.credential, aside.verdict) for aside in after.set_aside] == [(lost, "invalid")]
    scores = {one.explanation.target: one.explanation for one in (*before.jobs, *before.occupations)}
    losses = []
    for one in (*after.jobs, *after.occupations):
        if one.explanation.target in scores:
            explained = [part for part in scores[one.explanation.target].credentials if part.credential == lost]
            losses.append(sum(part.lost_without_milli_points for part in explained))
            assert one.explanation.score_milli == scores[one.explanation.target].score_milli - losses[-1]
    assert any(losses)
    assert matched("K4") == before


def test_a_record_that_cannot_be_read_here_is_could_not_be_checked() -> None:
    scene = stage()
    from_elsewhere = {**badge(Key(1)), "issuer": {"id": "did:elsewhere:1", "type": ["Profile"]}}
    signed = prepare({"alg": "EdDSA", "kid": "did:elsewhere:1#key"}, from_elsewhere).finish(bytes(64))
    token = receive(signed.encode(), added=scene.world.clock.now(), source="upload")
    credentials, _ = held(scene.world.ports, [token])

    assert [one.verdict for one in credentials] == ["undetermined"]
    assert len(match(scene.world.ports, credentials, ground=scene.ground).set_aside) == 1


def test_jobs_and_occupations_are_matched_apart_or_together_and_limits_hold() -> None:
    assert matched("K1", against="jobs").occupations == ()
    assert matched("K1", against="occupations").jobs == ()
    both = matched("K1", limit=3)
    assert (len(both.jobs), len(both.occupations)) == (3, 3)


def test_what_a_learner_can_afford_narrows_the_programs() -> None:
    teacher = next(one for one in matched("K6").jobs if one.explanation.name == "Preschool Teacher")
    poor = next(one for one in matched("K6", limits=Limits(cost=Fraction(100))).jobs if one.explanation.name == "Preschool Teacher")

    assert [one.name for one in teacher.programs] == ["Early Childhood Education"]
    assert teacher.programs[0].cost == 8900
    assert poor.programs == ()
    assert [(one.name, one.code) for one in poor.left_out] == [("Early Childhood Education", "skills.program_too_expensive")]


def test_a_landscape_tells_the_entry_it_stands_at_and_matching_reads_the_registry_without_one() -> None:
    scene = stage()
    assert scene.ground.seq == scene.world.ports.store.head()
    found = match(scene.world.ports, [Held("x", {}, "valid")], [Statement("me", "I", "2020", ())], limit=1)
    assert found.seq == scene.ground.seq
    assert found.occupations[0].explanation.score_milli == 0


def test_a_revoked_badge_takes_exactly_its_unsupported_points_and_tells_why() -> None:
    # A revocation is final, so that it is done to a world of the test's own.
    scene = stage.__wrapped__()

    def result() -> MatchResult:
        credentials, statements = held(scene.world.ports, scene.records["K2"])
        return match(scene.world.ports, credentials, statements, limit=200, ground=scene.ground)

    whole = result()
    before = {one.explanation.target: one.explanation for one in (*whole.jobs, *whole.occupations)}
    badge = scene.records["K2"][2].credential
    assert isinstance(badge, dict)
    assert badge["credentialSubject"]["achievement"]["name"] == "Controller Troubleshooting Badge"
    lost = str(badge["id"])
    status.revoke(scene.world.ports, lost, reason="issued by mistake", actor="test")
    answer(scene.world)
    after = result()

    (aside,) = after.set_aside
    assert (aside.credential, aside.verdict) == (lost, "invalid")
    assert [why.code for why in aside.reasons] == ["credentials.status_revoked"]
    assert {one.explanation.target for one in (*after.jobs, *after.occupations)} == set(before)
    losses = 0
    for one in (*after.jobs, *after.occupations):
        told = before[one.explanation.target]
        only = {reason.key: reason.milli_points for reason in told.shown if {support.credential for support in reason.shown_by} == {lost}}
        assert told.score_milli - one.explanation.score_milli == sum(only.values())
        assert {reason.key for reason in told.shown} - {reason.key for reason in one.explanation.shown} == set(only)
        losses += len(only)
    assert losses > 0, "the badge supports something that nothing else does"


def test_a_wallet_beside_the_issuing_stores_is_judged_by_them_though_no_service_answers() -> None:
    scene = stage()
    kept = dict(scene.world.fetch.answers)
    scene.world.fetch.answers.clear()
    try:
        from_outside, _ = held(scene.world.ports, scene.records["K1"])
        from_inside, _ = held(scene.world.ports, scene.records["K1"], serving=True)
    finally:
        scene.world.fetch.answers.update(kept)

    assert {one.verdict for one in from_outside} == {"undetermined"}
    assert all(one.reasons for one in from_outside), "what could not be checked says why"
    assert {one.verdict for one in from_inside} == {"valid"}


def test_a_record_that_cannot_be_read_is_told_beside_the_others_and_hides_none_of_them() -> None:
    scene = stage()
    broken = Record(
        "credential-broken", "credential", scene.world.clock.now(), "upload", received='{"type": ["VerifiableCredential"], "a": 1, "a": 2}'
    )
    credentials, _ = held(scene.world.ports, [broken, *scene.records["K8"]], serving=True)

    assert [one.verdict for one in credentials] == ["undetermined", *["valid"] * 4]
    assert credentials[0].reasons


def test_files_count_as_records_do_and_a_presentation_gives_all_it_shows() -> None:
    scene = stage()
    first, second = (record.received or "" for record in scene.records["K8"][:2])
    (one,) = brought(scene.world.ports, first.encode(), source="one.json")
    assert (one.verdict, one.id) == ("valid", str((scene.records["K8"][0].credential or {})["id"]))  # type: ignore[index]

    changed = second.replace("Refrigerant", "Refrigerator", 1)
    assert changed != second
    frame = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"]}
    shown = json.dumps(frame | {"verifiableCredential": [json.loads(first), json.loads(changed)]})
    both = brought(scene.world.ports, shown.encode(), source="both.json")
    assert [found.verdict for found in both] == ["valid", "invalid"], "one bad record does not spoil the other"
    assert both[1].reasons
    with pytest.raises(Malformed):
        brought(scene.world.ports, b"not json", source="bad.json")


def test_one_target_in_full_has_its_place_and_the_same_points_as_in_the_list() -> None:
    scene = stage()
    credentials, statements = held(scene.world.ports, scene.records["K4"], serving=True)
    listed = match(scene.world.ports, credentials, statements, limit=200, ground=scene.ground)
    third = listed.occupations[2]
    found = match_one(scene.world.ports, credentials, statements, Ctid(third.explanation.target), ground=scene.ground)

    assert (found.rank, found.compared) == (3, listed.occupations_compared)
    assert found.matched.explanation == third.explanation
    assert len(found.matched.programs) >= len(third.programs)
    with pytest.raises(NotFound, match=r"match\.nothing_asked"):
        match_one(scene.world.ports, credentials, statements, Ctid.derive("tests", "Job", "none"), ground=scene.ground)


def test_credentials_only_supposed_are_worth_what_their_descriptions_say() -> None:
    scene = stage()
    welding = next(one for one in scene.ground.programs if one.name == "Pipe Welding")
    (one,) = supposed(scene.ground, [welding.ctid, welding.ctid])
    found = match(scene.world.ports, [one], ground=scene.ground, against="jobs", limit=1)

    best = found.jobs[0].explanation
    assert best.score_milli > 0
    assert {support.entry for reason in best.shown for support in reason.shown_by} == {welding.ctid}
    assert one.credential["issuer"]["name"] == welding.provider_name

    with pytest.raises(NotFound, match=r"match\.not_published"):
        supposed(scene.ground, [Ctid.derive("tests", "Certificate", "none")])
    with pytest.raises(Misused, match=r"match\.not_to_be_held"):
        supposed(scene.ground, [Ctid(best.target)])
    with pytest.raises(TooLarge, match=r"match\.too_many_supposed"):
        supposed(scene.ground, [Ctid.derive("tests", "Certificate", str(number)) for number in range(21)])


def test_each_point_says_why_it_weighs_what_it_does() -> None:
    found = matched("K8")
    reasons = [reason for one in (*found.jobs, *found.occupations) for reason in (*one.explanation.shown, *one.explanation.gap)]

    for reason in reasons:
        expected = "credential" if reason.kind == "credential" else "rated" if reason.importance else "unrated"
        assert reason.weighs == f"skills.weighs_{expected}"
        assert reason.weighs_parameters == {"importance": reason.importance, "asked_by": str(reason.asked_by)}
    assert {reason.weighs for reason in reasons} == {"skills.weighs_credential", "skills.weighs_rated", "skills.weighs_unrated"}


def test_an_occupation_tells_the_median_wage_of_its_data_set_and_none_where_that_has_none() -> None:
    def data_set(key: str, observation: dict[str, object]) -> Document:
        node = {"@type": "qdata:DataSetProfile", "ceterms:ctid": ctid("wages", key), "ceterms:name": {"en": f"Wages {key}"}}
        return build(SMALL, [{**node, "qdata:hasObservation": [{"@type": "qdata:Observation", **observation}]}])

    made = world()
    made.publish(data_set("known", {"qdata:median": 51860, "schema:currency": "USD"}))
    made.publish(data_set("top", {"ceasn:comment": {"en": "At or above the highest wage that is published."}}))
    for key in ("known", "top", "absent"):
        asks = {"@type": "ceterms:ConditionProfile", "ceterms:targetCompetency": [competency(key, 4.0)]}
        work = {
            "@type": "ceterms:Occupation",
            "ceterms:ctid": ctid("Occupation", key),
            "ceterms:name": {"en": key},
            "ceterms:requires": [asks],
        }
        made.publish(build(SMALL, [{**work, "qdata:relevantDataSet": [iri("wages", key)]}]))

    found = {one.explanation.name: one.pay for one in match(made.ports, []).occupations}
    assert found == {"known": Pay(51860.0, None, "USD", "P1Y", "Wages known"), "top": None, "absent": None}


def test_a_county_leaves_out_what_is_elsewhere_and_says_so() -> None:
    everywhere = [one for found in matched("K3", limit=34).jobs for one in found.programs]
    here = matched("K3", limit=34, limits=Limits(counties=("norrin",)))
    kept = [one for found in here.jobs for one in found.programs]

    assert all("Norrin" in one.counties or one.delivery == ("Online Only",) or not one.counties for one in kept)
    left = [one for found in here.jobs for one in found.left_out if one.code == "skills.program_elsewhere"]
    assert left
    assert all(one.reason for one in left)
    assert any("Norrin" not in one.counties for one in everywhere)
