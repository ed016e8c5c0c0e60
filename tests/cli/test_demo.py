"""The demo as a person runs it: figures follow from the tables, verdicts are the world's, a second run issues nothing twice."""

from __future__ import annotations

import csv
import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from openler import bootstrap
from openler.actions import sample
from openler.cli.main import run

FOLDER = Path(sample.__file__).parent


@dataclass(frozen=True)
class Ran:
    """How a run ended and what it said."""

    code: int
    told: dict[str, Any]
    prose: str


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def demo(home: Path, *arguments: object) -> Ran:
    """``openler demo --json`` in a process of its own, with a configuration directory of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENLER_")}
    environment |= {"XDG_CONFIG_HOME": str(home.parent / "config"), "XDG_STATE_HOME": str(home.parent / "state")}
    command = [sys.executable, "-m", "openler", "demo", "--json", "--data", str(home), *map(str, arguments)]
    if not (home / "openler.json").exists():
        command += ["--base-url", f"http://localhost:{free_port()}"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    return Ran(ran.returncode, json.loads(ran.stdout) if ran.stdout else {}, ran.stderr)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def first(home: Path) -> Ran:
    return demo(home)


@pytest.fixture(scope="module")
def second(first: Ran, home: Path) -> Ran:
    assert first.code == 0
    return demo(home)


def test_the_counts_are_those_of_the_tables(first: Ran) -> None:
    assert first.code == 0, first.prose
    told = first.told

    assert told["programs"] == len(rows("offerings.csv"))
    assert told["providers"] == len({row["inst_id"] for row in rows("offerings.csv")})
    assert told["jobs"] == len(rows("jobs.csv"))
    assert told["occupations"] == len(rows("selection.csv"))
    assert told["supports"] == len(rows("services.csv"))
    assert told["issued"]["records"] == told["issued"]["new"] == len(rows("achievements.csv"))
    earned, people = len(rows("achievements.csv")), len(rows("learners.csv"))
    assert told["held"] == {"wallets": people, "taken_in": earned, "credentials": earned, "statements": len(rows("experiences.csv"))}
    assert told["rows_read"] == sum(table["read"] for table in told["tables"])
    assert all(table["read"] == table["published"] + table["merged"] + table["refused"] for table in told["tables"])
    assert told["rows_refused"] == sum(told["refused_because"].values()) == sum(table["refused"] for table in told["tables"])
    assert told["documents"]["published"] > 0 == told["documents"]["refused"]


def test_the_world_says_valid_then_invalid_with_the_reason_then_that_it_could_not_tell(first: Ran) -> None:
    verdicts = first.told["verdicts"]

    assert (verdicts["as_issued"]["link"], verdicts["as_issued"]["records"]) == ("valid", {"valid": 26})
    assert (verdicts["one_revoked"]["link"], verdicts["one_revoked"]["records"]) == ("invalid", {"valid": 25, "invalid": 1})
    assert [reason["code"] for reason in verdicts["one_revoked"]["reasons"]] == ["credentials.status_revoked"]
    assert (verdicts["issuer_stopped"]["link"], verdicts["issuer_stopped"]["records"]) == ("undetermined", {"undetermined": 26})
    assert {reason["name"] for reason in verdicts["issuer_stopped"]["reasons"]} >= {"status"}


def test_each_learner_finds_their_own_occupation_and_the_points_add_up(first: Ran) -> None:
    matches = first.told["matches"]

    assert [one["learner"] for one in matches] == [row["invented_name"] for row in rows("learners.csv")]
    for one in matches:
        assert 1 <= one["own_rank"] <= 5, one["learner"]
        assert one["median_occupation_milli"] < 30_000
        for found in (*one["jobs"], *one["occupations"]):
            explained = found["explanation"]
            assert explained["score_milli"] == sum(reason["milli_points"] for reason in explained["shown"])
            assert all(reason["shown_by"] for reason in explained["shown"])
            assert explained["score_milli"] + sum(reason["milli_points"] for reason in explained["gap"]) == 100_000


def test_the_revoked_record_supports_no_point(first: Ran) -> None:
    revoked = first.told["verdicts"]["one_revoked"]["revoked"]["credential_id"]
    sharer = first.told["matches"][-1]

    assert revoked not in json.dumps([sharer["jobs"], sharer["occupations"]])
    assert [aside["credential"] for aside in sharer["set_aside"]] == [revoked]


def test_the_plan_rests_on_what_the_run_measured(first: Ran) -> None:
    plan = first.told["initiative"]
    figures = {figure["id"]: (figure["value"], figure["of"]) for figure in plan["figures"]}

    assert figures["records.issued"][0] == 26
    assert figures["records.with_ctdl"] == (26, 26)
    assert figures["census.support_services"][0] == len(rows("services.csv"))
    verdicts = first.told["verdicts"]
    given: Counter[str] = Counter()
    for name in ("as_issued", "one_revoked", "issuer_stopped"):
        given.update([verdicts[name]["link"]])
        given.update(verdicts[name]["records"])
    assert figures["verdicts.given"][0] == given.total()
    assert figures["verdicts.decided"] == (given["valid"] + given["invalid"], given.total())
    assert sum(plan["steps"].values()) == len(plan["standing"])
    assert len(plan["next"]) == 3
    assert all(action["role"] for action in plan["next"])


def test_a_second_run_issues_nothing_twice_and_publishes_nothing_anew(first: Ran, second: Ran) -> None:
    assert second.code == 0, second.prose

    assert (second.told["issued"]["new"], second.told["issued"]["issued_before"]) == (0, 26)
    assert second.told["documents"]["published"] == second.told["documents"]["updated"] == 0
    assert second.told["documents"]["unchanged"] == first.told["documents"]["published"]
    assert second.told["held"] == first.told["held"] | {"taken_in": 0}
    assert second.told["verdicts"]["one_revoked"]["revoked"]["changed"] is False
    assert second.told["matches"] == first.told["matches"]
    assert second.told["census"] == first.told["census"]


def test_the_passphrase_is_shown_once_and_kept_outside_the_data_for_its_owner_alone(first: Ran, second: Ran, home: Path) -> None:
    kept = sorted((home.parent / "config" / "openler" / "demo-keys").iterdir())
    secret = kept[0].read_text()

    assert secret in first.prose
    assert secret not in second.prose + json.dumps(first.told) + json.dumps(second.told)
    assert {file.stat().st_mode & 0o777 for file in kept} == {0o600}
    assert not any(secret.encode() in file.read_bytes() for file in home.rglob("*") if file.is_file())


def test_fresh_starts_over_and_only_ever_deletes_a_demo(first: Ran, home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    with bootstrap.open_ports(data=other):
        pass
    (other / "kept.txt").write_text("mine")

    refused = demo(other, "--fresh")
    assert refused.code == 1
    assert "[config.not_a_demo]" in refused.prose
    assert (other / "kept.txt").exists()


def test_a_demo_is_served_on_this_machine_only(first: Ran, home: Path) -> None:
    command = [sys.executable, "-m", "openler", "serve", "--data", str(home), "--host", "0.0.0.0"]  # noqa: S104 - it is refused
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert ran.returncode == 1
    assert "[cli.demo_not_public]" in ran.stderr


def test_a_database_set_for_other_work_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says of somebody's own registry is not the demo's: it looks into its own directory, where nothing is."""
    other = tmp_path / "other.sqlite"
    monkeypatch.setenv("OPENLER_DATABASE", f"sqlite:///{other}")
    with pytest.raises(SystemExit) as ended:
        run(["demo", "--data", str(tmp_path / "data"), "--base-url", "http://registry.example:8000"])

    assert ended.value.code == 2
    assert "OPENLER_DATABASE" not in os.environ
    assert not other.exists()


@pytest.mark.parametrize(
    "address", ["http://registry.example:8000", "https://localhost:8000", "http://0.0.0.0:8000", "http://localhost:8000/x"]
)
def test_a_demo_has_no_address_but_this_machines(address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["demo", "--data", str(tmp_path / "data"), "--base-url", address])

    assert ended.value.code == 2
    assert "[demo.not_loopback]" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_wages_without_a_list_are_a_usage_error(tmp_path: Path) -> None:
    refused = demo(tmp_path / "data", "--wages", tmp_path)

    assert refused.code == 2
    assert "[demo.lists_incomplete]" in refused.prose


def test_half_of_a_real_list_is_a_usage_error(tmp_path: Path) -> None:
    refused = demo(tmp_path / "data", "--etpl", tmp_path)

    assert refused.code == 2
    assert "[demo.lists_incomplete]" in refused.prose
    assert not (tmp_path / "data").exists()


Change = Callable[[list[dict[str, str]]], list[dict[str, str]]]


def perturbed(folder: Path, name: str, change: Change) -> Path:
    """A copy of the sample's folder with one table changed."""
    for source in FOLDER.rglob("*"):
        if source.suffix in {".csv", ".tsv", ".yaml"}:
            target = folder / source.relative_to(FOLDER)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    given = rows(name)
    with (folder / name).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, fieldnames=list(given[0]))
        writer.writeheader()
        writer.writerows(change(given))
    return folder


def as_list(tmp_path: Path, name: str, change: Change) -> dict[str, Any]:
    """What the demo counts on the sample's tables handed in as somebody's own list, one of them changed."""
    folder = perturbed(tmp_path / "tables", name, change)
    ran = demo(tmp_path / "data", "--etpl", folder, "--mapping", folder / "mapping.yaml", "--onet", folder / "onet-29.2")
    assert ran.code == 0, ran.prose
    return ran.told


COUNTS = ("programs", "providers", "organizations", "credentials", "occupations", "jobs", "competencies", "supports", "outcome_data_sets")


def counts(told: dict[str, Any]) -> dict[str, int]:
    return {name: told[name] for name in COUNTS} | {"rows_read": told["rows_read"]}


def scores(told: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Who matches what how well: all of the matches but the ids of the records, which chance gives."""
    return [
        (one["learner"], found["explanation"]["target"], found["explanation"]["score_milli"])
        for one in told["matches"]
        for found in (*one["jobs"], *one["occupations"])
    ]


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return as_list(tmp_path_factory.mktemp("untouched"), "services.csv", lambda given: given)


@pytest.mark.long
def test_the_order_of_rows_changes_no_figure(untouched: dict[str, Any], tmp_path: Path) -> None:
    turned = as_list(tmp_path, "offerings.csv", lambda given: given[::-1])

    assert counts(turned) == counts(untouched)
    assert turned["census"] == untouched["census"]
    assert scores(turned) == scores(untouched)


@pytest.mark.long
def test_a_service_less_is_one_service_and_one_row_less_and_nothing_else(untouched: dict[str, Any], tmp_path: Path) -> None:
    less = as_list(tmp_path, "services.csv", lambda given: given[:-1])

    assert counts(less) == counts(untouched) | {
        "supports": untouched["supports"] - 1,
        "rows_read": untouched["rows_read"] - 1,
    }


@pytest.mark.long
def test_a_cost_taken_away_is_one_price_less(untouched: dict[str, Any], tmp_path: Path) -> None:
    def change(given: list[dict[str, str]]) -> list[dict[str, str]]:
        silent = {"tuition_usd": "", "books_usd": "", "total_usd": ""}
        return [{**row, **silent} if row["offering_no"] == "1014" else row for row in given]

    cheaper = as_list(tmp_path, "offerings.csv", change)
    before, after = (told["census"]["shares"]["learning_opportunity_cost"] for told in (untouched, cheaper))

    assert counts(cheaper) == counts(untouched)
    assert (after["have"], after["of"]) == (before["have"] - 1, before["of"])
