from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from openler.skills.entries import Entries
from openler.skills.match import Background, match
from openler.skills.pathway import Limits, pathways
from openler.skills.profile import profile
from openler.skills.programs import Program, program, weeks_and_hours
from tests.support.skills import claim, competency, ctid, iri, resource, soc, target

WELDER = target("welder", {"weld": 4, "read": 4})
GAP = match(profile([claim("read", "1")]), [WELDER], Background.of([WELDER]))[0]


def offer(key: str, *, cost: int | None, teaches: tuple[str, ...] = ("weld",), hindrance: str = "", socs: tuple[str, ...] = ()) -> Program:
    return Program(
        ctid=ctid("LearningProgram", key),
        name=key,
        provider="",
        provider_name="",
        teaches=tuple((name, name) for name in teaches),
        socs=socs,
        soc_relation="",
        leads_to=(),
        cost=None if cost is None else Fraction(cost),
        cost_is_whole=True,
        currency="USD",
        weeks=Fraction(10),
        hours=None,
        delivery=("In-Person",),
        supports=("Child care",),
        entry_conditions=(),
        webpage="",
        hindrance=hindrance,
    )


def names(options: object) -> list[str]:
    return [option.program.name for option in options]  # type: ignore[attr-defined]


def price(amount: float, kind: str) -> dict[str, object]:
    named = {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": kind}
    return {"@type": "ceterms:CostProfile", "ceterms:currency": "USD", "ceterms:price": amount, "ceterms:directCostType": named}


def test_points_for_money_decide_free_comes_first_and_unknown_cost_last() -> None:
    found = pathways(GAP, [offer("unknown", cost=None), offer("dear", cost=9000), offer("free", cost=0), offer("cheap", cost=100)])

    assert names(found.verified) == ["free", "cheap", "dear", "unknown"]
    assert [option.per_cost for option in found.verified] == [None, 500000, 5555, None]
    assert found.verified[-1].program.cost is None


def test_programs_that_teach_nothing_missing_are_not_offered() -> None:
    assert pathways(GAP, [offer("reading", cost=1, teaches=("read",))]).verified == ()


def test_suspended_providers_are_left_out_with_the_reason() -> None:
    found = pathways(GAP, [offer("closed", cost=1, hindrance="suspended")])

    assert found.verified == ()
    assert [(one.program.name, one.code, one.reason) for one in found.left_out] == [
        ("closed", "skills.program_not_recommended", "suspended")
    ]


def test_limits_leave_out_what_is_over_but_not_what_is_unknown() -> None:
    offers = [offer("unknown", cost=None), offer("dear", cost=9000), offer("cheap", cost=100)]

    assert names(pathways(GAP, offers, Limits(cost=Fraction(500))).verified) == ["cheap", "unknown"]
    assert pathways(GAP, offers, Limits(weeks=Fraction(9))).verified == ()
    assert pathways(GAP, offers, Limits(delivery=("Online Only",))).verified == ()
    assert len(pathways(GAP, offers, Limits(delivery=("In-Person",), supports=("Child care",))).verified) == 3
    assert {one.code for one in pathways(GAP, offers, Limits(supports=("Transportation",))).left_out} == {"skills.program_without_support"}


def test_a_county_is_met_by_who_is_there_who_is_online_and_who_does_not_say() -> None:
    offers = [
        replace(offer("there", cost=1), counties=("Norrin", "Sorrel")),
        replace(offer("online", cost=2), counties=("Dunmerrow",), is_online=True),
        replace(offer("silent", cost=3)),
        replace(offer("elsewhere", cost=4), counties=("Dunmerrow",)),
    ]
    found = pathways(GAP, offers, Limits(counties=("NORRIN",)))

    assert names(found.verified) == ["there", "online", "silent"]
    assert [(one.program.name, one.code, one.reason) for one in found.left_out] == [("elsewhere", "skills.program_elsewhere", "Dunmerrow")]


def test_a_program_that_only_shares_the_occupation_stands_apart_and_thinned() -> None:
    asks = type(WELDER)(WELDER.ctid, "occupation", "w", "", ("51-4121.00",), "", WELDER.requirements)
    gap = match(profile([]), [asks], Background.of([asks]))[0]
    found = pathways(gap, [offer("silent", cost=10, teaches=(), socs=("51-4121", "51-2041"))])

    assert found.verified == ()
    assert [(option.milli, option.fan_out) for option in found.inferred] == [(50000, 2)]


def test_programs_for_the_targets_occupation_come_first_and_others_must_close_a_fair_part() -> None:
    asks = target("nurse", dict.fromkeys("abcdefghijkl", 4))
    asks = type(asks)(asks.ctid, "occupation", "n", "", ("29-1141.00",), "", asks.requirements)
    gap = match(profile([]), [asks], Background.of([asks]))[0]
    offers = [
        offer("own", cost=9000, teaches=("a",), socs=("29-1141",)),
        offer("stray", cost=0, teaches=("a",), socs=("15-1232",)),
        offer("near", cost=0, teaches=tuple("abcdef"), socs=("29-2061",)),
    ]
    found = pathways(gap, offers)

    assert [(option.program.name, option.prepares) for option in found.verified] == [("own", True), ("near", False)]


def test_a_program_is_read_from_its_document() -> None:
    closed = {
        "@type": "ceterms:ApproveAction",
        "ceterms:actionStatusType": {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": "actionStat:FailedActionStatus"},
        "ceterms:startDate": "2025-02-14",
    }
    provider = resource("CredentialOrganization", "school", objectOfAction=[closed])
    care = resource("SupportService", "care")
    licence = resource("License", "cdl")
    document = resource(
        "LearningProgram", "p",
        offeredBy=[iri("CredentialOrganization", "school")],
        teaches=[competency("a")],
        occupationType=[soc("53-3032.00")],
        isPreparationFor=[iri("License", "cdl")],
        estimatedCost=[price(1000, "costType:Tuition"), price(1250.5, "costType:AggregateCost")],
        estimatedDuration=[
            {"@type": "ceterms:DurationProfile", "ceterms:timeRequired": "PT160H"},
            {"@type": "ceterms:DurationProfile", "ceterms:minimumDuration": "P4W", "ceterms:maximumDuration": "P11W"},
        ],
        hasSupportService=[iri("SupportService", "care")],
    )  # fmt: skip
    entries = Entries.of([provider, care, licence, document])
    found = program(document, entries)

    assert (found.cost, found.currency, found.weeks, found.hours) == (Fraction("1250.5"), "USD", Fraction(11), 160)
    assert found.provider_name == "CredentialOrganization school"
    assert found.supports == ("SupportService care",)
    assert found.socs == ("53-3032",)
    assert found.leads_to == ((ctid("License", "cdl"), "License cdl"),)
    assert found.hindrance == "suspended 2025-02-14"


def test_a_program_without_cost_has_none_and_not_zero() -> None:
    document = resource("LearningProgram", "p")

    assert program(document, Entries.of([document])).cost is None


def test_the_sum_of_the_parts_told_is_no_whole_cost() -> None:
    document = resource("LearningProgram", "p", estimatedCost=[price(1000, "costType:Tuition"), price(50, "costType:Application")])
    found = program(document, Entries.of([document]))

    assert (found.cost, found.cost_is_whole) == (Fraction(1050), False)


def test_durations() -> None:
    assert weeks_and_hours("P1Y") == (Fraction(365, 7), None)
    assert weeks_and_hours("P3D") == (Fraction(3, 7), None)
    assert weeks_and_hours("PT0S") == (None, None)
    assert weeks_and_hours("soon") == (None, None)
