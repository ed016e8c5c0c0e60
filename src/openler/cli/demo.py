"""``openler demo``: the whole loop on one region, from import to plan, with the world around it in processes of its own."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any

import typer

from openler import bootstrap
from openler.actions import demo as loop
from openler.actions import sample
from openler.actions.planning import census as censuses
from openler.actions.planning import gaps as fixes
from openler.actions.planning import initiative
from openler.actions.ports import Ports
from openler.actions.private_ports import HolderKey
from openler.cli import demo_story as story
from openler.cli.demo_world import free_base_url, leave_settings, on_this_machine, serving, verified
from openler.cli.exits import Exit
from openler.cli.options import AsJson, existing
from openler.cli.terminal import Terminal
from openler.errors import Misused, declare

LISTS_INCOMPLETE = declare("demo.lists_incomplete", by=__name__)

SAMPLE_HOME, LIST_HOME = Path("demo-data"), Path("demo-data-list")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


@dataclass
class Run:
    """What one run found, stage by stage; ``seconds`` are by stage."""

    ports: Ports
    source: loop.Source
    terminal: Terminal
    found: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage and say that it is done."""
        began = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - began, 2)
        self.terminal.say(f"{story.STAGES[name]} {self.seconds[name]:.1f} s")


def demo(
    etpl: Annotated[
        Path | None,
        typer.Option("--etpl", metavar="DIR", help="A folder with a real list of training programs, instead of the sample region."),
    ] = None,
    onet: Annotated[Path | None, typer.Option("--onet", metavar="DIR", help="A folder with an O*NET release; needed with --etpl.")] = None,
    wages: Annotated[Path | None, typer.Option("--wages", help="National wages by occupation (OEWS), .xlsx or .csv.")] = None,
    mapping: Annotated[
        str,
        typer.Option("--mapping", metavar="NAME|FILE", help="How the list's columns map to CTDL: a bundled mapping or a file of your own."),
    ] = "new-jersey",
    adopt: Annotated[
        Path | None, typer.Option("--adopt", help="A dump or changeset of the national Registry whose CTIDs are kept.")
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", help="Where the demo is served [default: http://localhost:8000, or a free port where that is taken]"),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Delete the data of an earlier demo and start over.")] = False,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Where the demo lives [default: ./demo-data, or ./demo-data-list with --etpl]"),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Run the whole loop: import, publish, issue, hold, share, verify, match, count, plan.

    Without options it runs on the bundled sample region. A second run takes up where the first stopped and issues nothing twice.
    """
    terminal = Terminal(as_json=as_json)
    if (etpl is None) != (onet is None):
        raise Misused(LISTS_INCOMPLETE, place="--onet" if onet is None else "--etpl")
    for name, given in (("--wages", wages), ("--adopt", adopt)):
        if given is not None and etpl is None:
            raise Misused(LISTS_INCOMPLETE, place=name)
    leave_settings()
    home = (data or (SAMPLE_HOME if etpl is None else LIST_HOME)).absolute()
    with as_file(files("openler.actions") / "sample") as folder:
        source = loop.Source(str(folder))
        if etpl is not None and onet is not None:
            tables = (str(existing(etpl)), mapping, str(existing(onet)), str(existing(wages)) if wages else None)
            source = loop.Source(*tables, adopt=str(existing(adopt)) if adopt else None)
        there = (home / "openler.json").exists() and not fresh
        address = on_this_machine(base_url) if base_url else None if there else free_base_url()
        made = bootstrap.open_demo(data=home, base_url=address, fresh=fresh)
        if made.passphrase is not None:
            terminal.say(f"The demo key's passphrase, shown this once: {made.passphrase.reveal()}")
            terminal.say(f"It unlocks a demo key, for this machine only, and is kept in {made.passphrase_file}")
        with bootstrap.open_ports(data=home) as ports:
            run = Run(ports, source, terminal)
            everything(run, home, made.wallets.reveal())
    result = {**run.found, "seconds": run.seconds | {"total": round(sum(run.seconds.values()), 2)}}
    if as_json:
        terminal.data(result)
    else:
        story.tell(terminal, result, source=source)
    terminal.say("")
    terminal.say(
        f"Look around: {'make serve' if home == SAMPLE_HOME.absolute() else f'openler serve --data {home}'}, then {made.home.base_url}"
    )
    names = ", ".join(learner.handle for learner in sample.learners())
    terminal.say(f"Sign in as one of the invented learners ({names}); their passphrase is kept in {made.wallets_file}")
    return Exit.DONE


def everything(run: Run, home: Path, passphrase: str) -> None:
    """All stages, in order."""
    ports, found = run.ports, run.found
    with run.stage("import"), run.terminal.progress("importing") as progress:
        found["region"] = "sample" if run.source.is_sample else run.source.mapping
        reports = loop.bring_in(ports, run.source, progress=progress)
        found |= story.imported(reports)
    with run.stage("wallets"):
        keys = loop.open_wallets(ports, passphrase)
    with run.stage("issue"):
        found["issued"] = story.issued(loop.issue(ports, run.source))
    with run.stage("hold"):
        found["held"] = loop.take_in(ports, keys)
    with run.stage("share and verify"):
        found["verdicts"] = share_and_verify(run, home, keys)
    with run.stage("match"):
        found["matches"] = [story.matched(one) for one in loop.match_all(ports, keys)]
    with run.stage("census"):
        counted = censuses.census(ports)
        found["census"] = story.counted(counted, fixes.gaps(ports))
        found |= story.totals(counted)
    with run.stage("plan"):
        found["initiative"] = story.planned(plan(run, found["verdicts"]))


def share_and_verify(run: Run, home: Path, keys: dict[str, HolderKey]) -> dict[str, Any]:
    """Share a chosen few, and have a process that knows nothing of us check them: as issued, one revoked, with the issuer gone."""
    ports, key = run.ports, keys[loop.SHARER]
    with tempfile.TemporaryDirectory(prefix="openler-demo-") as place:
        scratch = Path(place)
        outside = scratch / "outside"
        folder = scratch / "records"
        folder.mkdir(mode=0o700)
        for name, content in loop.records(ports, keys).items():
            (folder / f"{name}.json").write_bytes(content)
        link = loop.share(ports, key)
        with serving(home, ports.base_url):
            kept = scratch / "shared.json"
            kept.write_bytes(ports.fetch.get(link.url, accept="application/vp").body)
            before = verified([link.url, str(folder)], home=outside, base_url=ports.base_url)
            revoked = loop.revoke(ports, key)
            after = verified([link.url, str(folder)], home=outside, base_url=ports.base_url)
        gone = verified([str(kept), str(folder)], home=outside, base_url=ports.base_url)
    return {
        "as_issued": story.judged(before),
        "one_revoked": {"revoked": revoked, **story.judged(after)},
        "issuer_stopped": story.judged(gone),
        "given": [one["verdict"] for report in (before, after, gone) for one in report if "verdict" in one],
    }


def plan(run: Run, verdicts: dict[str, Any]) -> initiative.InitiativeStatus:
    """The region's workspace, started where there is none, with what this run measured."""
    ports = run.ports
    if ports.workspace.current() is None:
        initiative.start(ports, "Learning and employment records", story.region_name(run.source))
    told: Sequence[str] = verdicts.pop("given")
    initiative.record_measured(ports, loop.given(told), told_by="demo run")
    return initiative.refresh(ports)
