"""The region's initiative: start it, say who holds which role, record what people state, and see where it stands.

Figures of the registry are counted live. What cannot be asked again at any moment (the issuers' private ledger, verifications
given, the national Registry's list) is measured by :func:`refresh` or told by :func:`record_measured`, and kept with its time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from openler.actions.issuing.issued import content
from openler.actions.planning.census import census
from openler.actions.ports import Ports
from openler.errors import Conflict, Internal, NotFound
from openler.initiative import codec
from openler.initiative.assessment import assess
from openler.initiative.evidence import Evidence, evidence, of_census, of_workspace
from openler.initiative.guide import Guide, guide
from openler.initiative.plan import Action, Trend, plan, trend
from openler.initiative.standing import Assessment, Attestation
from openler.initiative.workspace import ALREADY_STARTED, NOT_STARTED, Decision, Measured, UseCase, Workspace, checked

ATTEMPTS = 3
"""How often a change is tried again when somebody else's came in between."""
LEDGER_BATCH = 1000
LEDGER = "issuing ledger"
JOURNAL = "journal"
NATIONAL = "supplied list"


@dataclass(frozen=True, slots=True)
class InitiativeStatus:
    """Where the initiative stands.

    ``version`` is the workspace's; ``assessment`` is of now; ``previous`` the last one kept whose evidence differs from it, with the
    ``trend`` since; ``actions`` are the next ones, the most urgent first. ``kept`` tells whether the history grew by this call.
    """

    workspace: Workspace
    version: int
    guide: Guide
    assessment: Assessment
    previous: Assessment | None
    trend: Trend | None
    actions: tuple[Action, ...]
    kept: bool = False


def start(ports: Ports, name: str, region: str, *, goals: Iterable[str] = ()) -> InitiativeStatus:
    """Start the initiative of a region.

    :raises Conflict: ``initiative.already_started``
    :raises Malformed: a text is empty or too long
    """
    if ports.workspace.current() is not None:
        raise Conflict(ALREADY_STARTED)
    workspace = Workspace(name=checked(name, "name"), region=checked(region, "region"), started=ports.clock.now())
    for goal in goals:
        workspace = workspace.with_goal(goal)
    ports.workspace.save(codec.dump(workspace), expected=0)
    return status(ports)


def status(ports: Ports, *, national: Collection[str] | None = None) -> InitiativeStatus:
    """Where the initiative stands now; nothing is stored. ``national`` are the CTIDs that the national Registry knows.

    :raises NotFound: ``initiative.not_started``
    """
    workspace, version = _load(ports)
    return _status(ports, workspace, version, assess(workspace, _evidence(ports, workspace, national)))


def kept(ports: Ports) -> Workspace:
    """The workspace as it is kept, its history included; nothing is measured. :raises NotFound: ``initiative.not_started``"""
    return _load(ports)[0]


def refresh(ports: Ports, *, national: Collection[str] | None = None, ledger: bool = True) -> InitiativeStatus:
    """Measure everything anew and keep the assessment, unless the evidence is what it was.

    The private ledger is asked for two counts and nothing else crosses from there; with ``ledger`` false it is not asked, and what was
    last measured there stands.

    :raises NotFound: ``initiative.not_started``
    :raises Unavailable: a store does not answer
    """
    now = ports.clock.now()
    figures = [*(_ledger(ports, now) if ledger else ()), *_journal(ports, now)]

    def measured(workspace: Workspace) -> Workspace:
        for each in figures:
            workspace = workspace.with_measured(each)
        live = _evidence(ports, workspace, national)
        if national is not None and (share := live["share.national"]).of is not None:
            workspace = workspace.with_measured(Measured("share.national", share.value, share.of, now, NATIONAL))
        return workspace.with_assessment(assess(workspace, live).dated(now))

    for attempt in range(ATTEMPTS):
        workspace, version = _load(ports)
        changed = measured(workspace)
        if len(changed.history) == len(workspace.history):
            break
        try:
            version = ports.workspace.save(codec.dump(changed), expected=version).number
        except Conflict:
            if attempt == ATTEMPTS - 1:
                raise
            continue
        return _status(ports, changed, version, changed.history[-1], kept=True)
    return _status(ports, changed, version, assess(changed, _evidence(ports, changed, national)))


def record_evidence(
    ports: Ports, criterion: str, statement: str, *, by: str, dated: date | None = None, link: str = "", holds: bool = True
) -> InitiativeStatus:
    """Record a person's statement that a criterion is met, or (``holds`` false) that it is not. ``dated`` is today unless told.

    :raises NotFound: ``initiative.not_started``, ``initiative.criterion_unknown``
    :raises Malformed: it is measured and not stated, a text is empty or too long, the date is to come, the link is no web address
    """
    now = ports.clock.now()
    told = Attestation(
        criterion=criterion, statement=statement, by=by, dated=dated or now.date(), recorded=now, cycle=0, link=link, holds=holds,
    )  # fmt: skip
    return _change(ports, lambda workspace: workspace.with_attestation(told))


def assign(ports: Ports, role: str, holder: str) -> InitiativeStatus:
    """Name who holds a role; an empty name vacates it. :raises NotFound: not started, or no such role"""
    return _change(ports, lambda workspace: workspace.with_holder(role, holder))


def add_goal(ports: Ports, goal: str) -> InitiativeStatus:
    """Write down a goal. :raises NotFound: not started :raises Malformed: empty or too long"""
    return _change(ports, lambda workspace: workspace.with_goal(goal))


def add_stakeholder(ports: Ports, name: str) -> InitiativeStatus:
    """Name a stakeholder. :raises NotFound: not started :raises Malformed: empty or too long"""
    return _change(ports, lambda workspace: workspace.with_stakeholder(name))


def add_use_case(ports: Ports, use_case: UseCase) -> InitiativeStatus:
    """Write down a use case, or replace the one of its title. :raises NotFound: not started, or an unknown goal :raises Malformed:"""
    return _change(ports, lambda workspace: workspace.with_use_case(use_case))


def decide(ports: Ports, title: str, reason: str, *, by: str, dated: date | None = None) -> InitiativeStatus:
    """Record a decision. :raises NotFound: not started :raises Malformed: a text is empty or too long, or the date is to come"""
    now = ports.clock.now()
    told = Decision(title=title, reason=reason, by=by, dated=dated or now.date())
    return _change(ports, lambda workspace: workspace.with_decision(told, at=now))


def next_cycle(ports: Ports) -> InitiativeStatus:
    """Begin the next cycle: what people stated before has to be confirmed. :raises NotFound: not started"""
    return _change(ports, Workspace.next_cycle)


def record_measured(ports: Ports, figures: Mapping[str, tuple[int, int | None]], *, told_by: str) -> InitiativeStatus:
    """Keep figures that a run told, such as ``{"verdicts.given": (3, None), "verdicts.decided": (2, 3)}``.

    :raises NotFound: not started, or no such figure
    :raises Malformed: a negative number, more than its total, or a share without one
    """
    now = ports.clock.now()
    told = [Measured(name, value, whole, now, told_by) for name, (value, whole) in sorted(figures.items())]

    def added(workspace: Workspace) -> Workspace:
        for each in told:
            workspace = workspace.with_measured(each)
        return workspace

    return _change(ports, added)


def _load(ports: Ports) -> tuple[Workspace, int]:
    found = ports.workspace.current()
    if found is None:
        raise NotFound(NOT_STARTED)
    return codec.load(found.content), found.number


def _change(ports: Ports, change: Callable[[Workspace], Workspace]) -> InitiativeStatus:
    """Apply a change to the newest workspace; where somebody else was first, to theirs."""
    for attempt in range(ATTEMPTS):
        workspace, version = _load(ports)
        changed = change(workspace)
        if changed == workspace:
            break
        try:
            ports.workspace.save(codec.dump(changed), expected=version)
        except Conflict:
            if attempt == ATTEMPTS - 1:
                raise
            continue
        break
    return status(ports)


def _status(ports: Ports, workspace: Workspace, version: int, now: Assessment, *, kept: bool = False) -> InitiativeStatus:
    different = [each for each in workspace.history if (each.digest, each.cycle) != (now.digest, now.cycle)]
    previous = different[-1] if different else None
    return InitiativeStatus(
        workspace=workspace,
        version=version,
        guide=guide(),
        assessment=now if now.at is not None else now.dated(ports.clock.now()),
        previous=previous,
        trend=trend(previous, now) if previous is not None else None,
        actions=plan(workspace, now),
        kept=kept,
    )


def _evidence(ports: Ports, workspace: Workspace, national: Collection[str] | None) -> Evidence:
    return evidence(of_workspace(workspace), of_census(census(ports).census, national=national))


def _ledger(ports: Ports, now: datetime) -> list[Measured]:
    issued = with_ctdl = after = 0
    while batch := ports.ledger.listing(after=after, limit=LEDGER_BATCH, state="issued"):
        after = batch[-1].seq
        issued += len(batch)
        with_ctdl += sum(1 for each in batch if each.achievement is not None and each.achievement.encode() in content(each.signed or b""))
    return [
        Measured("records.issued", issued, None, now, LEDGER),
        Measured("records.with_ctdl", with_ctdl, issued, now, LEDGER),
    ]


def _journal(ports: Ports, now: datetime) -> list[Measured]:
    head = ports.store.head()
    try:
        held = ports.store.verify_chain()
    except Internal:
        held = 0
    return [Measured("registry.entries", min(held, head), head, now, JOURNAL)]
