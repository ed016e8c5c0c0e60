"""Each benchmark runs, and every key that it prints is explained. Nothing is timed here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench import __main__ as bench

README = Path(bench.__file__).with_name("README.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", README, flags=re.MULTILINE | re.DOTALL))

SOUND = {"agree": True, "refused": 0, "lag": 0, "verdicts": ["valid"], "answered": {"200": 8}}


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)


def leaves(value: Any) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        if key in SOUND or not isinstance(inner, dict):
            yield key, inner
        else:
            yield from leaves(inner)


@pytest.mark.parametrize("name", bench.names())
def test_a_benchmark_runs_and_its_keys_are_explained(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENLER_SHARED", str(tmp_path))  # what is at hand on one machine only is no part of this
    for setting in ("OPENLER_DATA", "OPENLER_DATABASE", "OPENLER_BASE_URL", "OPENLER_PASSPHRASE_FILE"):
        monkeypatch.delenv(setting, raising=False)
    found = json.loads(json.dumps(bench.result(name, bench.benchmark(name).TINY)))
    explained = set(re.findall(r"`([^`]+)`", SECTIONS["In every result"] + SECTIONS[name]))
    assert {key for key in keys(found) if not key.isdigit()} - explained == set()
    assert found["benchmark"] == name
    # A benchmark that did other work than it says measures nothing.
    assert [(key, told) for key, told in leaves(found) if told != SOUND.get(key, told)] == []


def test_every_section_is_a_benchmark() -> None:
    assert set(SECTIONS) - {"In every result"} == set(bench.names())


def test_the_list_names_every_benchmark_with_what_it_measures(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == bench.names()
    assert all(len(line.split(maxsplit=2)) == 3 for line in lines)
