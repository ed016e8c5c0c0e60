"""The real figures in the sample are what the sources say, byte for byte."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "build_sample.py"


@pytest.mark.shared
def test_the_extracts_are_rebuilt_to_the_same_bytes(shared: Path) -> None:
    script = runpy.run_path(str(SCRIPT))
    rebuilt, folder = script["extracts"](shared), script["SAMPLE"]

    assert {name for name, content in rebuilt.items() if (folder / name).read_bytes() != content} == set()
    packaged = {str(path.relative_to(folder)) for inner in ("onet-29.2", "oews-2024") for path in (folder / inner).iterdir()}
    assert packaged == {name for name in rebuilt if "/" in name}
    assert len(rebuilt) == 9
