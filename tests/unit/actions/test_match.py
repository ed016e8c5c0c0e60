"""A learner's signed records, matched: only what verifies counts, and every point leads back to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from openler.actions import identity, sample, status
from openler.actions.issue import issue_batch
from openler.actions.match import Held, Landscape, Limits, MatchResult, Statement, held, landscape, match
from openler.actions.match_view import Pay
from openler.holding.record import Record, receive, state
from openler.linkeddata.canonical import jcs
from openler.skills.match import FULL
from tests.support.issuing import World, world
from tests.support.sample import BASE, documents


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
    token = receive(b"eyJhbGciOiJFZERTQSJ9.e30.c2ln", added=scene.world.clock.now(), source="upload")
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
