"""Match a learner to occupations and jobs, with every point explained and the programs that close the gap.

Only credentials found valid support a score (:mod:`openler.actions.matching.match_held`). The registry side is read once into a
:class:`~openler.actions.matching.landscape.Landscape`, which serves any number of learners until the journal moves on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Literal

from openler.actions.matching.landscape import Landscape, landscape
from openler.actions.matching.match_held import brought, held, supposed
from openler.actions.matching.match_view import Matched, ProgramView, matched, pay_of
from openler.actions.ports import Ports
from openler.errors import NotFound, declare
from openler.ids import Ctid
from openler.skills.evidence import profile_of
from openler.skills.framework import SOC_LENGTH
from openler.skills.match import Match
from openler.skills.match import match as score
from openler.skills.pathway import Limits, pathways
from openler.skills.profile import Held, Profile, SetAside, Statement

NOTHING_ASKED = declare("match.nothing_asked", by=__name__)

Against = Literal["jobs", "occupations", "both"]

MAX_LIMIT = 200
"""Most targets explained in one result."""

__all__ = [
    "Against", "Held", "Landscape", "Limits", "MatchResult", "Matched", "ProgramView", "Standing", "Statement", "brought", "held",
    "landscape", "match", "match_one", "supposed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class MatchResult:
    """One learner's matches, best fit first, with how many targets were compared.

    ``median_*`` are the scores in thousandths of a point that lie in the middle of all compared targets, None where there were none.
    ``own_rank`` is the place, from 1, of the best occupation with the code asked about; None if not asked or not compared.
    """

    jobs: tuple[Matched, ...]
    occupations: tuple[Matched, ...]
    jobs_compared: int
    occupations_compared: int
    median_job_milli: int | None
    median_occupation_milli: int | None
    own_rank: int | None
    credentials: tuple[str, ...]
    set_aside: tuple[SetAside, ...]
    seq: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One target in full: its match, and its place (from 1) among the ``compared`` targets of its kind."""

    matched: Matched
    rank: int
    compared: int
    credentials: tuple[str, ...]
    set_aside: tuple[SetAside, ...]
    seq: int


def match(
    ports: Ports,
    credentials: Sequence[Held],
    statements: Sequence[Statement] = (),
    *,
    against: Against = "both",
    limit: int = 10,
    programs_each: int = 5,
    limits: Limits | None = None,
    own: str = "",
    ground: Landscape | None = None,
) -> MatchResult:
    """Match one learner.

    ``limits`` are what the learner can afford. ``own`` is a SOC or O*NET code whose place in the order is told. ``ground`` is a
    landscape read before; without it the registry is read.
    """
    known = ground or landscape(ports)
    profile = profile_of(credentials, known.entries, statements)
    wanted = min(max(limit, 0), MAX_LIMIT)
    found = {kind: _scored(profile, known, kind) if against in {"both", f"{kind}s"} else () for kind in ("job", "occupation")}
    views = {
        kind: tuple(
            matched(one, pathways(one, known.programs, limits), pay_of(known.entries, one.target.ctid), most=programs_each)
            for one in ranked[:wanted]
        )
        for kind, ranked in found.items()
    }
    return MatchResult(
        jobs=views["job"],
        occupations=views["occupation"],
        jobs_compared=len(found["job"]),
        occupations_compared=len(found["occupation"]),
        median_job_milli=_median(found["job"]),
        median_occupation_milli=_median(found["occupation"]),
        own_rank=_rank(found["occupation"], own),
        credentials=profile.credentials,
        set_aside=profile.set_aside,
        seq=known.seq,
    )


def match_one(
    ports: Ports,
    credentials: Sequence[Held],
    statements: Sequence[Statement],
    target: Ctid,
    *,
    programs_each: int = 50,
    limits: Limits | None = None,
    ground: Landscape | None = None,
) -> Standing:
    """Match one learner to one job or occupation, in full.

    :raises NotFound: ``match.nothing_asked``: no published job or occupation of that CTID says what it asks for
    """
    known = ground or landscape(ports)
    wanted = known.target(target)
    if wanted is None:
        raise NotFound(NOTHING_ASKED, ctid=target)
    profile = profile_of(credentials, known.entries, statements)
    ranked = _scored(profile, known, wanted.kind)
    rank, found = next((place, one) for place, one in enumerate(ranked, 1) if one.target.ctid == target)
    view = matched(found, pathways(found, known.programs, limits), pay_of(known.entries, target), most=programs_each)
    return Standing(view, rank, len(ranked), profile.credentials, profile.set_aside, known.seq)


def _scored(profile: Profile, known: Landscape, kind: str) -> tuple[Match, ...]:
    return score(profile, known.of_kind("job" if kind == "job" else "occupation"), known.background)


def _median(found: Sequence[Match]) -> int | None:
    return median_low(one.score for one in found) if found else None


def _rank(found: Sequence[Match], own: str) -> int | None:
    if not own:
        return None
    for place, one in enumerate(found, 1):
        if any(code == own or code[:SOC_LENGTH] == own[:SOC_LENGTH] for code in one.target.socs):
            return place
    return None
