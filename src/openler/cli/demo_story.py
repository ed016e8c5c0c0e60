"""What a demo tells: its counts as JSON, and the same as a page of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from openler.actions.demo import LearnerMatch, Source
from openler.actions.interchange.importing import ImportReport
from openler.actions.issuing.issue import IssueReport
from openler.actions.planning.census import CensusResult
from openler.actions.planning.gaps import GapsResult
from openler.actions.planning.initiative import InitiativeStatus
from openler.cli.terminal import Terminal, plain
from openler.initiative.standing import Standing
from openler.insight.dimensions import NOT_STATED
from openler.insight.facts import Kind

STAGES: Final = {
    "import": "Imported and published the region.",
    "wallets": "Opened the learners' wallets.",
    "issue": "Issued what they earned.",
    "hold": "The learners took it in.",
    "share and verify": "Shared a few records, and had them checked from outside three times.",
    "match": "Matched the learners to work.",
    "census": "Counted everything.",
    "plan": "Assessed the initiative.",
}


def region_name(source: Source) -> str:
    """The region as its workspace calls it."""
    return "Quillmere (the bundled sample)" if source.is_sample else source.mapping


def imported(reports: Sequence[ImportReport]) -> dict[str, Any]:
    """Rows and documents of all imports together."""
    published = [report.published for report in reports if report.published is not None]
    tables = [{"source": report.source, **plain(table)} for report in reports for table in report.tables]
    return {
        "rows_read": sum(report.rows_read for report in reports),
        "rows_refused": sum(len(report.refused) for report in reports),
        "refused_because": dict(Counter(str(fate.code) for report in reports for fate in report.refused).most_common()),
        "tables": tables,
        "contradictions": sum(len(report.contradictions) for report in reports),
        "remarks": dict(sum((Counter(report.counted) for report in reports), Counter())),
        "documents": {
            "published": sum(one.published for one in published),
            "updated": sum(one.updated for one in published),
            "unchanged": sum(one.unchanged for one in published),
            "refused": sum(len(one.refused) for one in published),
        },
        "findings": dict(sum((Counter(dict(one.findings)) for one in published), Counter())),
    }


def totals(result: CensusResult) -> dict[str, Any]:
    """The totals that the registry's census counts."""
    names = {
        "programs": Kind.LEARNING_OPPORTUNITY, "organizations": Kind.ORGANIZATION, "credentials": Kind.CREDENTIAL,
        "occupations": Kind.OCCUPATION, "jobs": Kind.JOB, "competencies": Kind.COMPETENCY, "supports": Kind.SUPPORT_SERVICE,
        "outcome_data_sets": Kind.OUTCOMES,
    }  # fmt: skip
    offering = sum(1 for cell in result.census.table("learning_opportunity_by_provider").cells if cell.key != (NOT_STATED,))
    return {"providers": offering} | {name: result.census.total(kind) for name, kind in names.items()}


def issued(reports: Sequence[IssueReport]) -> dict[str, Any]:
    """Who issued how many records."""
    return {
        "records": sum(report.issued + report.existing for report in reports),
        "new": sum(report.issued for report in reports),
        "issued_before": sum(report.existing for report in reports),
        "refused": [plain(row) for report in reports for row in report.refused],
        "issuers": [{"ctid": report.issuer, "did": report.did, "records": report.issued + report.existing} for report in reports],
    }


def judged(told: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the outside verifier said: of the link (the first), and of all records; and the reasons behind every answer but yes."""
    link, records = told[0], told[1:]
    return {
        "link": link.get("verdict", "error"),
        "records": dict(Counter(one.get("verdict", "error") for one in records)),
        "reasons": _reasons(link),
    }


def _reasons(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    wanted = {"invalid": "failed", "undetermined": "unknown"}.get(str(report.get("verdict")))
    checks = [*report.get("checks", ()), *(check for part in report.get("parts", ()) for check in part["checks"])]
    return [
        {"name": check["name"], "code": check["code"], "message": check["message"]}
        for check in checks
        if check["weight"] == "deciding" and check["outcome"] == wanted
    ]


def matched(one: LearnerMatch) -> dict[str, Any]:
    """A learner's best matches with their explanations."""
    return {"learner": one.learner.name, "life": one.learner.life, "own_occupation": one.learner.own_occupation, **plain(one.result)}


def counted(result: CensusResult, gaps: GapsResult) -> dict[str, Any]:
    """The census in numbers, without the identifiers behind them (``openler census --json`` has those)."""
    census = result.census
    tables = {
        table.name: {" / ".join(cell.labels) or "not stated": cell.count for cell in table.cells}
        for table in census.tables
        if len(table.dimensions) == 1 and len(table.cells) <= 60  # noqa: PLR2004 - by provider it would be a book
    }
    return {
        "totals": {cell.key[0]: cell.count for cell in census.totals},
        "mentioned": {cell.key[0]: cell.count for cell in census.mentioned if cell.count},
        "tables": tables,
        "shares": {share.name: {"have": len(share.have), "of": share.of} for share in census.shares},
        "notes": plain(census.notes),
        "outcomes": {
            "known": len(result.outcomes.with_known),
            "withheld": len(result.outcomes.withheld_only),
            "without": len(result.outcomes.without),
        },
        "providers_with_something_to_add": sum(1 for each in gaps.gaps.providers if each.fixes),
    }


def planned(status: InitiativeStatus) -> dict[str, Any]:
    """Where the initiative stands and what comes next."""
    guide = status.guide
    return {
        "steps": {standing.value: status.assessment.count(standing) for standing in Standing},
        "standing": {result.step: result.standing for result in status.assessment.steps},
        "figures": [plain(figure) for figure in status.assessment.figures],
        "next": [
            {
                "step": guide.steps[action.step].title.en,
                "action": action.text,
                "role": guide.roles[action.role].title.en,
                "reason": action.reason,
            }
            for action in status.actions
        ],
    }


def tell(terminal: Terminal, found: Mapping[str, Any], *, source: Source) -> None:
    """The summary that a person reads."""
    documents, seconds = found["documents"], found["seconds"]
    whole = sum(documents.values())
    terminal.line("")
    terminal.line("What is offered")
    reasons = ", ".join(f"{count:,} {_reason(code)}" for code, count in found["refused_because"].items())
    terminal.line(f"  {found['rows_read']:,} rows read; {found['rows_refused']:,} not taken over" + (f": {reasons}" if reasons else ""))
    terminal.line(
        f"  {whole:,} documents: {documents['published']:,} new, {documents['updated']:,} updated, {documents['unchanged']:,} unchanged, "
        f"{documents['refused']:,} refused"
    )
    terminal.line(
        f"  {found['programs']:,} programs of {found['providers']:,} providers, {found['credentials']:,} credentials, "
        f"{found['occupations']:,} occupations, {found['jobs']:,} jobs, {found['competencies']:,} skills"
    )
    if not found["jobs"]:
        terminal.line("  The data names no jobs, so matches are to occupations only.")
    _earned(terminal, found)
    _worth(terminal, found)
    _region(terminal, found, source)
    terminal.line("")
    terminal.line(
        f"{seconds['total']:.1f} s in all: " + ", ".join(f"{name} {value:.1f}" for name, value in seconds.items() if name != "total")
    )


def _reason(code: str) -> str:
    return code.rsplit(".", 1)[-1].replace("_", " ")


def _earned(terminal: Terminal, found: Mapping[str, Any]) -> None:
    given, held, verdicts = found["issued"], found["held"], found["verdicts"]
    terminal.line("")
    terminal.line("What is earned")
    terminal.line(
        f"  {given['records']} records of {len(given['issuers'])} issuers ({given['new']} issued now, {given['issued_before']} before), "
        f"in {held.wallets} wallets with {held.statements} statements in the learners' own words, told apart"
    )
    words = {
        "valid": "real and current",
        "invalid": "not real or no longer valid",
        "undetermined": "could not be checked",
        "error": "error",
    }
    lines = (("as_issued", "Checked from outside"), ("one_revoked", "One revoked"), ("issuer_stopped", "Issuer's service stopped"))
    for name, label in lines:
        told = verdicts[name]
        counts = ", ".join(f"{count} {words[verdict]}" for verdict, count in sorted(told["records"].items(), reverse=True))
        terminal.line(f"  {label}: the shared records: {words[told['link']]}; all records: {counts}")
        for reason in told["reasons"][:1]:
            terminal.line(f"    because: {reason['message']} [{reason['code']}]")


def _worth(terminal: Terminal, found: Mapping[str, Any]) -> None:
    terminal.line("")
    rows = []
    for one in found["matches"]:
        for kind in ("jobs", "occupations"):
            for best in one[kind][:1]:
                explained = best["explanation"]
                by = explained["shown"][0] if explained["shown"] else None
                shown = f"{by['name']} ({by['shown_by'][0]['credential_name']})" if by else "nothing yet"
                program = best["programs"][0]["name"] if best["programs"] else ""
                rows.append((one["learner"], one["life"], explained["name"], f"{explained['score_milli'] / 1000:.0f}", shown, program))
    columns = ("learner", "life", "best job, best occupation", "of 100", "shown above all by", "would close the gap")
    terminal.table("What it is worth", columns, rows)


def _region(terminal: Terminal, found: Mapping[str, Any], source: Source) -> None:
    census, plan = found["census"], found["initiative"]
    terminal.line("")
    terminal.line("What a state does about it")
    for name, label in (
        ("credential_minimum", "credentials with all required data"),
        ("learning_opportunity_cost", "programs that state a price"),
        ("learning_opportunity_outcomes", "programs with a known outcome"),
        ("learning_opportunity_supports", "programs with a support service"),
    ):
        share = census["shares"][name]
        terminal.line(f"  {share['have']:,} of {share['of']:,} {label}")
    terminal.line(f"  {census['providers_with_something_to_add']:,} organizations have something to add: openler gaps tells each what")
    if source.is_sample:
        terminal.line(
            "  The region, its organizations and its people are invented; occupations, skill ratings and wages are real figures (NOTICE)."
        )
    steps = plan["steps"]
    terminal.line(
        f"  The guide's steps: {steps['met']} met, {steps['partly']} partly, {steps['not_met']} not, {steps['not_known']} not known. Next:"
    )
    for action in plan["next"]:
        terminal.line(f"    {action['role']}: {action['action']}")
