"""Processes of this machine: fed a few at a time, and gone with whoever began them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from openler.actions.job_ports import Task, Worked
from openler.errors import Conflict, Unavailable
from openler.jobs.local import AHEAD, LocalProcesses
from openler.jobs.running import Run, Where
from openler.jobs.target import found

HERE = "tests.unit.jobs.test_local"
REPOSITORY = Path(__file__).parents[3]


def doubled(task: Task, where: Where) -> Worked:
    return Worked(task.number, 2 * len(task.items), "done")


def killed(task: Task, where: Where) -> Worked:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def named(task: Task, where: Where) -> Worked:
    Path(where.data, str(os.getpid())).touch()
    time.sleep(60)
    raise AssertionError


def tasks(count: int) -> Iterator[Task]:
    return (Task("job", number, "house:a", "issue", {}, (number,)) for number in range(count))


def processes(folder: Path, target: str, count: int = 2) -> LocalProcesses:
    return LocalProcesses(Run("house", "house:a", folder), Where(str(folder)), count=count, target=f"{HERE}:{target}")


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))


def test_every_task_is_answered_and_few_are_taken_ahead(tmp_path: Path) -> None:
    taken, most = 0, 0

    def counted() -> Iterator[Task]:
        nonlocal taken
        for task in tasks(40):
            taken += 1
            yield task

    numbers = set()
    for answered, worked in enumerate(processes(tmp_path, "doubled").work(counted())):
        most = max(most, taken - answered)
        numbers.add(worked.number)
        assert (worked.units, worked.state) == (2, "done")
    assert numbers == set(range(40))
    assert most <= 2 * AHEAD + 1


def test_a_process_that_is_killed_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as failed:
        list(processes(tmp_path, "killed").work(tasks(3)))
    assert failed.value.code == "jobs.worker_died"


def test_one_run_at_a_time_works_at_a_job(tmp_path: Path) -> None:
    first, second = processes(tmp_path / "jobs", "doubled"), processes(tmp_path / "jobs", "doubled")
    with first.alone("job"):
        with second.alone("another"):
            pass
        with pytest.raises(Conflict), second.alone("job"):
            pass
    with second.alone("job"):
        pass


def test_workers_end_when_the_process_that_began_them_is_killed(tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from tests.unit.jobs.test_local import processes, tasks
if __name__ == "__main__":
    list(processes(Path({str(tmp_path)!r}), "named").work(tasks(2)))
"""
    script = tmp_path / "feeder.py"
    script.write_text(program)
    feeder = subprocess.Popen([sys.executable, str(script)], env={**os.environ, "PYTHONPATH": str(REPOSITORY)})
    workers = _eventually(lambda: [int(path.name) for path in tmp_path.iterdir() if path.name.isdecimal()])
    os.kill(feeder.pid, signal.SIGKILL)
    feeder.wait(timeout=20)
    assert _eventually(lambda: [None] if not any(_is_alive(worker) for worker in workers) else [])


def test_work_is_named_by_module_and_function() -> None:
    assert found("openler.worker:work").__module__ == "openler.worker"


def test_a_tasks_text_shows_no_row() -> None:
    told = repr(Task("job", 1, "house:a", "issue", {"issuer": "ce-x"}, ("Ana Ruiz", "ana@example.org")))
    assert "Ana" not in told
    assert "job" in told


def _eventually(look: object) -> list[int]:
    for _ in range(600):
        seen: list[int] = look()  # type: ignore[operator]
        if seen:
            return seen
        time.sleep(0.1)
    message = "it did not happen"
    raise AssertionError(message)


def _is_alive(process: int) -> bool:
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"
