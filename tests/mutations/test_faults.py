"""Each named fault is noticed by the tests that are said to notice it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutations.fault import REPOSITORY, Fault, copy_with, place_of, run, was_noticed
from tests.mutations.faults import FAULTS


def test_faults_are_named_once_and_there_are_many() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 40
    assert all(fault.killed_by and fault.why and fault.before != fault.after for fault in FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_changes_exactly_one_place(fault: Fault) -> None:
    assert place_of(fault).suffix == ".py"


@pytest.mark.long
def test_the_tests_named_exist() -> None:
    named = sorted({test for fault in FAULTS for test in fault.killed_by})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:xdist", *named]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_fault_is_noticed(fault: Fault, tmp_path: Path) -> None:
    path = copy_with(fault, tmp_path)
    for test in fault.killed_by:
        code, said = run(path, (test,))
        assert was_noticed(code, said), f"{fault.name} would go unnoticed by {test} (exit {code}): {fault.why}\n{said[-3000:]}"
