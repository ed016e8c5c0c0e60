"""Publishing for ``openler publish``: what the paths hold, a few documents at once, and very many as a job."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from openler.actions.interchange.archive import Archive
from openler.actions.ports import Ports
from openler.actions.registry import publish_job as jobs
from openler.actions.registry.publish import PublishReport, publish_bytes
from openler.actions.registry.publish_changes import Terms
from openler.cli.options import at_work, existing
from openler.cli.terminal import Terminal

STDIN = "-"
ARCHIVE = ".zip"
LINES = ".ndjson"
_SUFFIXES = {".json", ".jsonld", LINES}


def sources(paths: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Each file's path and bytes; folders are walked in order of name. :raises Misused: ``cli.file_missing``"""
    for path in paths:
        if str(path) == STDIN:
            yield "standard input", sys.stdin.buffer.read()
        elif existing(path).is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file() and file.suffix == LINES:
                    yield from _lines(file)
                elif file.is_file() and file.suffix in _SUFFIXES:
                    yield str(file), file.read_bytes()
        elif path.suffix.lower() == ARCHIVE:
            with path.open("rb") as archive:
                yield from Archive(archive, str(path)).documents()
        elif path.suffix == LINES:
            yield from _lines(path)
        else:
            yield str(path), path.read_bytes()


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield f"{path}:{number}", line.rstrip(b"\r\n")


def publish_all(
    terminal: Terminal, ports: Ports, paths: list[Path], terms: Terms, *, where: tuple[Path | None, str | None]
) -> PublishReport:
    """Publish what the paths hold; from a thousand documents on as a job, which the same command goes on with after a kill.

    ``where`` is the data directory and the database as they were asked for.
    """
    if all(path.is_file() or path.is_dir() for path in paths):  # a pipe or standard input cannot be read twice
        total, digest = jobs.survey(sources(paths))
        if total >= jobs.JOB_FROM:
            return _as_job(terminal, ports, paths, terms, total, digest, where)
    with terminal.progress("publishing") as progress:
        return publish_bytes(
            ports, sources(paths), publisher=terms.publisher, actor=terms.actor, owner=terms.owner, provisional=terms.provisional,
            progress=progress,
        )  # fmt: skip


def _as_job(
    terminal: Terminal, ports: Ports, paths: list[Path], terms: Terms, total: int, digest: str, where: tuple[Path | None, str | None]
) -> PublishReport:
    source = ", ".join(path.name or str(path) for path in paths)
    job, begun = jobs.begin(ports, terms, source=source, total=total, digest=digest)
    data, database = where
    with at_work(data, database, count=1, cluster=None) as workers, workers.alone(job.job_id):
        job = jobs.known(ports, job.job_id)  # as it stands now that it is ours
        if begun:
            terminal.say(f"Going on with job {job.job_id}: {job.position:,} of {job.total:,} documents were handled before.")
        with terminal.progress("publishing") as progress:
            progress(job.position, job.total)
            job = jobs.work(ports, job, sources(paths), progress=progress)
        with terminal.progress("projecting") as progress:
            ports.projector.catch_up(progress=progress)
    return jobs.report(ports, job)
