"""Very many records at once, for ``openler issue`` and ``openler verify``: counts instead of a paragraph each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from openler.actions.batches import jobs
from openler.actions.issuing import issue_job
from openler.actions.issuing.issue import RowRefused
from openler.actions.issuing.issue_job import BatchReport
from openler.actions.issuing.issue_rows import read_rows
from openler.actions.issuing.issued import as_line, file_ending
from openler.actions.job_ports import Workers
from openler.actions.ports import Ports
from openler.actions.verifying import verify_job
from openler.actions.verifying.verify_job import BatchVerdicts
from openler.cli.exits import Exit, of_batch, of_verdict
from openler.cli.terminal import Terminal
from openler.cli.writing import write_lines, write_private

Processes = Annotated[
    int | None,
    typer.Option("--workers", metavar="N", min=1, max=256, help="Processes that work at it; as many as there are cores if left out."),
]
Cluster = Annotated[
    str | None, typer.Option("--cluster", metavar="ADDRESS", help="A Dask scheduler whose workers do it instead, such as tcp://host:8786.")
]

LINES = frozenset({".ndjson", ".jsonl"})
"""What files with a record a line end in, before .gz."""
_WORDS = {"valid": "valid", "invalid": "invalid", "undetermined": "could not be checked", "unreadable": "unreadable"}


@dataclass(frozen=True, slots=True)
class Hands:
    """Who works, and at what the command line names."""

    terminal: Terminal
    ports: Ports
    workers: Workers


# --- issuing ---------------------------------------------------------------------------------------------------------


def issue_many(hands: Hands, table: Path, *, out: Path | None, refused: Path | None, **asked: Any) -> int:
    """Issue a table as a job; ``asked`` as :func:`openler.actions.issuing.issue_job.prepare`."""
    terminal, ports = hands.terminal, hands.ports
    terminal.say(f"reading {table.name} ...")
    job, begun = issue_job.prepare(ports, str(table), **asked)
    with hands.workers.alone(job.job_id):
        if begun:
            terminal.say(f"Going on with job {job.job_id}: {ports.jobs.units(job.job_id):,} of {job.total:,} rows were done before.")
        with terminal.progress("issuing") as progress:
            jobs.run(ports, hands.workers, job, read_rows(ports, str(table)), progress=progress)
        report = issue_job.report(ports, job)
        if out is not None:
            write_signed(out, issue_job.signed(ports, job))
        if refused is not None:
            write_refused(terminal, refused, issue_job.refusals(ports, job))
        issue_job.finish(ports, job, report)
    if terminal.as_json:
        terminal.data(report)
    else:
        _show_issued(terminal, report, refused)
    return Exit.NEGATIVE if report.refused_count else Exit.DONE


def _show_issued(terminal: Terminal, report: BatchReport, refused: Path | None) -> None:
    terminal.line(f"{report.rows} rows: {report.issued} issued, {report.existing} issued before, {report.refused_count} refused")
    for each in report.warned:
        terminal.say(f"  {each.rows} rows: {terminal.sentence(each.code, each.parameters)} [{each.code}]")
    show_refused(terminal, report.refused)
    if report.refused_count > len(report.refused):
        terminal.say(
            f"  and {report.refused_count - len(report.refused):,} more" + ("" if refused else "; --refused FILE.csv lists them all")
        )


def show_refused(terminal: Terminal, rows: Iterable[RowRefused]) -> None:
    """A line for each row that got no record, and why."""
    for each in rows:
        terminal.line(f"  {each.place or f'row {each.number}'}: {terminal.sentence(each.code, each.parameters)} [{each.code}]")


def write_refused(terminal: Terminal, path: Path, rows: Iterable[RowRefused]) -> None:
    """The rows that got no record as a table for whoever mends them."""

    def lines() -> Iterator[str]:
        yield _csv(["row", "place", "code", "message"])
        for each in rows:
            yield _csv([each.number, each.place or f"row {each.number}", each.code, terminal.sentence(each.code, each.parameters)])

    write_lines(path, lines())


def _csv(cells: Sequence[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


def write_signed(out: Path, records: Iterable[tuple[int, str, bytes]]) -> None:
    """Records as lines of one file where that is named so, else as files of a folder; readable by their owner alone."""
    if out.suffix in LINES:
        write_lines(out, (as_line(signed) for _, _, signed in records))
        return
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    for number, name, signed in records:
        write_private(out / f"{number:06}-{name.rsplit(':', 1)[-1]}.{file_ending(signed)}", signed)


# --- verifying -------------------------------------------------------------------------------------------------------


def is_lines(path: Path) -> bool:
    """Whether a file holds a record a line, by its name."""
    return Path(path.name.lower().removesuffix(".gz")).suffix in LINES


def judge_few(terminal: Terminal, ports: Ports, what: Path, *, out: Path | None) -> int:
    """Judge some hundreds of records in this process; nothing is kept of them."""
    results = []
    with terminal.progress("verifying") as progress:
        done = 0
        for given in verify_job.pieces(verify_job.records(ports, str(what))):
            results.append(verify_job.judge(ports, given, reports=out is not None))
            done += len(given)
            progress(done, 0)
    if out is not None:
        write_lines(out, verify_job.lines(results))
    return _told(terminal, what, verify_job.report(results))


def judge_many(hands: Hands, what: Path, *, out: Path | None, resume: bool) -> int:
    """Judge a file or folder as a job."""
    terminal, ports = hands.terminal, hands.ports
    terminal.say(f"reading {what.name} ...")
    job, waiting = verify_job.prepare(ports, str(what), reports=out is not None, resume=resume)
    if waiting is not None:
        terminal.say(f"Job {waiting.job_id} began to verify the same and did not finish; --resume goes on with it. This one begins anew.")
    with hands.workers.alone(job.job_id):
        if resume:
            terminal.say(f"Going on with job {job.job_id}: {ports.jobs.units(job.job_id):,} of {job.total:,} records were judged before.")
        with terminal.progress("verifying") as progress:
            jobs.run(ports, hands.workers, job, verify_job.records(ports, str(what)), progress=progress)
        found = verify_job.report(verify_job.results(ports, job), job)
        if out is not None:
            write_lines(out, verify_job.lines(verify_job.results(ports, job)))
        verify_job.finish(ports, job, found)
    return _told(terminal, what, found)


def _told(terminal: Terminal, what: Path, found: BatchVerdicts) -> int:
    if terminal.as_json:
        terminal.data(found)
    else:
        counts = ", ".join(f"{count} {_WORDS[verdict]}" for verdict, count in found.verdicts.items() if count or verdict == "valid")
        terminal.line(f"{what}: {found.records} records: {counts}")
        for code, count in found.reasons.items():
            terminal.line(f"  {count} [{code}]")
        for each in found.not_valid:
            terminal.say(f"  {each.source}: {_WORDS[each.verdict]} [{each.code}]")
        if (more := sum(found.verdicts.values()) - found.verdicts["valid"] - len(found.not_valid)) > 0:
            terminal.say(f"  and {more:,} more that are not valid; --out FILE.ndjson tells each")
    codes = {"unreadable": Exit.NEGATIVE}
    return of_batch(codes.get(verdict) or of_verdict(verdict) for verdict, count in found.verdicts.items() if count)
