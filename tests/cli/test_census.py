"""census and gaps as typed: on the sample region, in text, JSON and CSV."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from openler import bootstrap
from openler.actions import sample
from openler.actions.interchange.importing import import_sample
from openler.insight.gaps import COLUMNS
from tests.cli.conftest import Cli


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample region, imported once."""
    home = tmp_path_factory.mktemp("imported") / "data"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("OPENLER_DATABASE", "OPENLER_BASE_URL", "OPENLER_DATA"):
            patch.delenv(name, raising=False)
        with bootstrap.open_ports(data=home) as ports:
            import_sample(ports, str(Path(sample.__file__).parent))
    return home


@pytest.fixture
def region(cli: Cli, imported: Path) -> Cli:
    shutil.copytree(imported, cli.home)
    return cli


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_census_is_told_with_definitions_and_what_is_missing(region: Cli) -> None:
    ran = region("census")
    assert ran.code == 0
    for heading in (
        "What is published",
        "Credentials by provider",
        "Outcomes of learning",
        "What the numbers mean",
        "What the sources do not cover",
    ):
        assert heading in ran.out
    assert "are invented" in ran.out
    assert "O*NET 29.2" in ran.out


def test_json_and_text_and_csv_have_the_same_numbers(region: Cli, tmp_path: Path) -> None:
    told = region("census", "--json").json
    totals = {one["kind"]: one["count"] for one in told["totals"]}
    assert all(one["definition"].endswith(".") for one in (*told["totals"], *told["shares"]))
    by_type = next(table for table in told["tables"] if table["name"] == "credential_by_type")
    assert sum(cell["count"] for cell in by_type["cells"]) == by_type["total"] == totals["credential"]
    assert not any("ctids" in cell for cell in by_type["cells"])
    file = tmp_path / "census.csv"
    assert region("census", "--by", "type", "--csv", file).code == 0
    rows = read(file)
    counted = {row["key"]: int(row["count"]) for row in rows if row["table"] == "credential_by_type" and row["key"]}
    assert counted == {cell["key"][0]: cell["count"] for cell in by_type["cells"]}
    assert {row["table"].rpartition("_by_")[2] for row in rows} == {"type"}
    text = region("census", "--by", "type").out
    for cell in by_type["cells"]:
        assert any(line.startswith(cell["labels"][0]) and line.rstrip().endswith(f" {cell['count']:,}") for line in text.splitlines())


def test_every_number_can_be_followed_to_its_ctids(region: Cli) -> None:
    told = region("census", "--by", "provider", "--ctids", "--json").json
    for table in told["tables"]:
        assert table["dimensions"] == ["provider"]
        for cell in table["cells"]:
            assert len(cell["ctids"]) == cell["count"]
            assert region("get", cell["ctids"][0]).code == 0 if cell is table["cells"][0] else True


def test_an_empty_registry_is_counted_without_a_made_up_share(cli: Cli) -> None:
    ran = cli("census", "--json")
    assert ran.code == 0
    assert {share["share"] for share in ran.json["shares"]} == {None}
    assert "not known" in cli("census").out


@pytest.mark.parametrize(
    ("arguments", "hint"), [(("census", "--by", "colour"), "provider"), (("census", "--csv", "/no/such/folder/x.csv"), "folder")]
)
def test_mistakes_are_told_with_a_hint(cli: Cli, arguments: tuple[str, ...], hint: str) -> None:
    ran = cli(*arguments)
    assert ran.code == 2
    lines = ran.err.strip().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("error: ")
    assert hint in lines[1]


def test_every_provider_gets_its_fix_list(region: Cli, tmp_path: Path) -> None:
    every = region("gaps", "--json").json["providers"]
    first = every[0]
    assert first["things"] - first["complete"] == max(one["things"] - one["complete"] for one in every)
    file = tmp_path / "fix.csv"
    ran = region("gaps", "--provider", first["provider"], "--csv", file)
    assert ran.code == 0
    assert first["fixes"][0]["label"] in ran.out
    rows = read(file)
    assert tuple(rows[0]) == COLUMNS
    assert {row["provider_ctid"] for row in rows} == {first["provider"]}
    assert len(rows) == sum(len(fix["lack"]) for fix in first["fixes"])


def test_the_csv_can_go_to_another_program(region: Cli) -> None:
    ran = region("gaps", "--csv", "-")
    assert ran.out.splitlines()[0] == ",".join(COLUMNS)
    assert ran.err == ""
    assert region("census", "--by", "county", "--csv", "-").out.splitlines()[0] == "table,key,label,count"
    for command in ("gaps", "census"):
        assert region(command, "--csv", "-", "--json").code == 2


def test_only_the_levels_asked_for_are_listed(region: Cli) -> None:
    told = region("gaps", "--level", "recommended", "--json").json
    assert {fix["level"] for one in told["providers"] for fix in one["fixes"]} == {"recommended"}


def test_a_provider_that_nothing_names_is_told(region: Cli) -> None:
    ran = region("gaps", "--provider", "ce-00000000-0000-4000-8000-000000000000")
    assert ran.code == 2
    assert "openler gaps" in ran.err
