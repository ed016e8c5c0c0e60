"""The same jobs on a Dask cluster: another process group, the same database, each row once."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.support.batches import asked, each_once, opened, prepare, table

distributed: Any = pytest.importorskip("distributed", reason="Dask is not installed: openler[cluster]")

# Dask leaves sockets and loops to the garbage collector when it stops.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::DeprecationWarning"
)


@pytest.fixture
def cluster(cli: Cli) -> Iterator[str]:
    """The address of a local cluster of two processes, begun with the settings of the test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        local = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1")
    try:
        yield local.scheduler_address
    finally:
        local.close()


def test_a_cluster_issues_each_row_once_and_verifies_what_it_issued(cli: Cli, cluster: str, tmp_path: Path) -> None:
    prepare(cli.home)
    given = table(tmp_path / "t.csv", 1_700)
    ran = cli(*asked(given, "--did", "key", "--cluster", cluster, "--out", tmp_path / "out.ndjson"))
    assert ran.code == 0, ran.err
    told = ran.json
    assert (told["rows"], told["issued"], told["existing"], told["refused_count"]) == (1_700, 1_700, 0, 0)
    with opened(cli.home) as ports:
        each_once(ports, 1_700)
    counted = cli("verify", tmp_path / "out.ndjson", "--cluster", cluster, "--json").json
    assert (counted["records"], counted["verdicts"]["invalid"], counted["verdicts"]["unreadable"]) == (1_700, 0, 0)


def test_what_a_worker_meets_is_told_like_an_error_of_ones_own(cli: Cli, cluster: str, tmp_path: Path) -> None:
    prepare(cli.home)
    given = table(tmp_path / "t.csv", 10)
    (cli.home / "keys" / "college.json").rename(tmp_path / "college.json")
    ran = cli(*asked(given, "--cluster", cluster))
    assert (ran.code, "keys.not_found" in ran.err) == (2, True)


def test_a_cluster_that_does_not_answer_is_unavailable(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openler.jobs.cluster._CONNECT_SECONDS", 1)
    prepare(cli.home)
    ran = cli(*asked(table(tmp_path / "t.csv", 10), "--cluster", "tcp://127.0.0.1:9"))
    assert (ran.code, "jobs.cluster_unavailable" in ran.err) == (4, True)
