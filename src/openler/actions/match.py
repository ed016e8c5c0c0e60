"""Match a learner to occupations and jobs, with every point explained and the programs that close the gap.

Only credentials found valid support a score. The registry side is read once into a :class:`Landscape`, which serves any number of
learners until the journal moves on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median_low
from typing import Literal

from openler.actions.get import all_documents
from openler.actions.match_view import Matched, ProgramView, matched, pay_of
from openler.actions.ports import Ports
from openler.actions.verify import verify
from openler.holding.record import Record
from openler.skills.entries import SOC_LENGTH, Entries
from openler.skills.evidence import profile_of
from openler.skills.framework import Target, TargetKind
from openler.skills.match import Background, Match
from openler.skills.match import match as score
from openler.skills.pathway import Limits, pathways
from openler.skills.profile import Held, Profile, SetAside, Statement
from openler.skills.programs import Program, program

Against = Literal["jobs", "occupations", "both"]

READ = (
    "ceterms:Occupation", "ceterms:Job", "ceterms:LearningOpportunityProfile", "ceterms:Credential", "ceterms:Agent",
    "ceterms:SupportService", "qdata:DataSetProfile",
)  # fmt: skip
"""The classes of documents that matching looks at."""

MAX_LIMIT = 200
"""Most targets explained in one result."""

__all__ = ["Against", "Held", "Landscape", "Limits", "MatchResult", "Matched", "ProgramView", "Statement", "held", "landscape", "match"]


@dataclass(frozen=True)
class Landscape:
    """What the registry offers and asks for, made ready for matching; ``seq`` is the journal entry it stands at."""

    seq: int
    entries: Entries

    @cached_property
    def background(self) -> Background:
        """How often each thing is asked for."""
        return Background.of(self.entries.targets)

    @cached_property
    def programs(self) -> tuple[Program, ...]:
        """All programs as learners weigh them."""
        return tuple(program(document, self.entries) for document in self.entries.programs)

    def of_kind(self, kind: TargetKind) -> tuple[Target, ...]:
        """The occupations, or the jobs, that ask for anything."""
        return tuple(target for target in self.entries.targets if target.kind == kind)


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


def landscape(ports: Ports) -> Landscape:
    """Read what matching needs from the registry."""
    seq = ports.store.head()
    return Landscape(seq, Entries.of(all_documents(ports, *READ)))


def held(ports: Ports, records: Iterable[Record]) -> tuple[tuple[Held, ...], tuple[Statement, ...]]:
    """A holder's records as matching takes them: each credential verified now, each experience as her own word.

    A credential in a form that is not read here could not be checked, and is told as such.
    """
    credentials, statements = [], []
    for record in records:
        if record.statement is not None:
            named = tuple((skill.competency, skill.text) for skill in record.statement.skills if skill.competency)
            statements.append(Statement(record.record_id, record.statement.title, record.statement.started, named))
            continue
        credential = record.credential
        if isinstance(credential, dict) and record.received is not None:
            verdict = verify(ports, record.received.encode()).report.verdict
            credentials.append(Held(str(credential.get("id") or record.record_id), credential, verdict))
        else:
            credentials.append(Held(record.record_id, {"name": record.name}, "undetermined"))
    return tuple(credentials), tuple(statements)


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
