"""The census and the fix lists as pages: the same numbers as their tables and files, for everyone who reads them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from openler import bootstrap
from openler.actions import sample
from openler.actions.interchange.importing import import_sample
from openler.actions.planning.census import CensusResult, census
from openler.actions.planning.gaps import gaps
from openler.actions.registry.publish import publish
from openler.asgi import application
from openler.insight.facts import Kind
from openler.insight.tables import SUMMARIES
from tests.pages.test_pages import test_each_page_can_be_used_by_anyone as usable
from tests.pages.test_pages import test_no_page_needs_another_host_or_inline_code as self_contained
from tests.support.small_region import documents, program

HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, CensusResult]]:
    """The sample region with a hostile name in it, served; and its census as the action gives it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("OPENLER_DATABASE", "OPENLER_BASE_URL", "OPENLER_PASSPHRASE_FILE", "OPENLER_ALLOWED_ORIGINS"):
            patch.delenv(name, raising=False)
        patch.setenv("OPENLER_DATA", str(tmp_path_factory.mktemp("census") / "data"))
        patch.setenv("OPENLER_PASSPHRASE", "a passphrase for the tests only")
        with bootstrap.open_ports() as ports:
            import_sample(ports, str(Path(sample.__file__).parent))
            hostile = {"en-US": "=<script>alert(1)</script>"}
            north = documents()["north"]
            publish(ports, [north, program("evil", "north", ceterms__name=hostile)], publisher=north.ctid, actor="tests:setup")
            found = census(ports)
        with TestClient(application(), base_url="http://localhost:8000") as client:
            yield client, found


def soup(client: TestClient, address: str) -> BeautifulSoup:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200, address
    return BeautifulSoup(answer.text, "html.parser")


def read(client: TestClient, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def numbers(page: BeautifulSoup, label: str) -> list[tuple[str, str]]:
    """The rows of the table that stands in the region of a name: label, number."""
    table = page.find("div", attrs={"aria-label": f"Table: {label}"})
    assert table is not None, label
    rows = [row.find_all(["th", "td"]) for row in table.select("tbody tr")]
    return [(cells[0].get_text(" ", strip=True), re.match(r"[\d,]*", cells[-1].get_text(strip=True)).group()) for cells in rows]  # type: ignore[union-attr]


ADDRESSES = (
    "/census", "/census/credential_by_type", "/census/learning_opportunity_by_all", "/census/job_by_county",
    "/census/support_service_by_support", "/census/credential_by_type?value=ceterms:License",
    "/gaps", "/gaps?q=college", "/gaps?q=nobody-is-called-so", "/gaps/none",
    "/census/no_such_table",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_page_is_for_everyone_and_needs_no_other_host(region: tuple[TestClient, CensusResult], address: str) -> None:
    usable(region[0], address)
    self_contained(region[0], address)
    page = BeautifulSoup(region[0].get(address, headers=HTML).text, "html.parser")
    assert not page.find_all(style=True), "the security policy forbids it"
    for table in page.find_all("table"):
        assert table.caption is not None
        assert all(cell.has_attr("scope") for cell in table.find_all("th"))
    for picture in page.find_all("svg"):
        named = [page.find(id=name) for name in str(picture["aria-labelledby"]).split()]
        assert all(each is not None and each.text for each in named)


def test_the_page_shows_the_numbers_that_were_counted(region: tuple[TestClient, CensusResult]) -> None:
    client, found = region
    page = soup(client, "/census")
    figures = {link["href"]: number.text for link in page.select(".ol-cards a") if (number := link.find(class_="ol-figure"))}
    shown = {kind: figures[next(f"/census/{t.name}" for t in found.census.tables if t.kind is kind)] for kind in Kind}
    assert shown == {kind: f"{found.census.total(kind):,}" for kind in Kind}
    for name, title in (
        ("credential_by_type", "Credentials by kind"),
        ("learning_opportunity_by_status", "Learning opportunities by status"),
    ):
        assert [int(number) for _, number in numbers(page, title)] == [cell.count for cell in found.census.table(name).cells]


def test_the_picture_and_the_table_beside_it_say_the_same(region: tuple[TestClient, CensusResult]) -> None:
    page = soup(region[0], "/census")
    for block in page.select(".ol-counted--drawn"):
        texts = [each.text for each in block.select("svg text")]
        rows = [[cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] for row in block.select("tbody tr")]
        assert texts[1::2] == [row[1] for row in rows]
        for drawn, row in zip(texts[::2], rows, strict=True):
            assert row[0].startswith(drawn.rstrip("…"))


def test_each_number_leads_to_exactly_the_names_behind_it(region: tuple[TestClient, CensusResult]) -> None:
    client, found = region
    page = soup(client, "/census/credential_by_type")
    for link, cell in zip(page.select("tbody a"), found.census.table("credential_by_type").cells, strict=True):
        names = soup(client, str(link["href"]))
        assert [str(each["href"]).rpartition("/")[2] for each in names.select("ol.ol-list a")] == list(cell.ctids)


def test_every_table_can_be_downloaded_with_its_names(region: tuple[TestClient, CensusResult]) -> None:
    client, found = region
    for table in found.census.tables:
        header, *rows = read(client, f"/census/{table.name}.csv")
        assert [int(row[-1]) for row in rows] == [cell.count for cell in table.cells], table.name
        assert header[-1] == "count"
    for name in SUMMARIES:
        assert len(read(client, f"/census/{name}.csv")) > 1
    names = read(client, "/census/credential_by_provider/names.csv")
    assert len(names) == 1 + sum(cell.count for cell in found.census.table("credential_by_provider").cells)


def test_a_table_that_is_not_there_is_told(region: tuple[TestClient, CensusResult]) -> None:
    client, _ = region
    for address in ("/census/no_such", "/census/no_such.csv", "/census/no_such/names.csv", "/census/credential_by_type?value=x"):
        assert client.get(address, headers=HTML).status_code == 404


def test_what_the_sources_do_not_cover_is_told_on_the_page(region: tuple[TestClient, CensusResult]) -> None:
    page = soup(region[0], "/census")
    section = page.find(id="not-covered")
    assert section is not None
    assert "are invented" in section.text
    assert "O*NET 29.2" in section.text
    assert "no credential" in section.text


def test_hostile_names_are_only_text_on_pages_and_in_files(region: tuple[TestClient, CensusResult]) -> None:
    client, _ = region
    provider = documents()["north"].ctid
    for address in (f"/gaps/{provider}", f"/census/learning_opportunity_by_provider?value={provider}"):
        text = client.get(address, headers=HTML).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text
    names = [row[-1] for row in read(client, "/census/learning_opportunity_by_provider/names.csv")]
    assert "'=<script>alert(1)</script>" in names


def test_a_figure_that_is_not_known_is_not_shown_as_zero(home: Path, client: TestClient) -> None:
    page = soup(client, "/census")
    section = page.find("div", attrs={"aria-label": "Table: How well credentials are described"})
    assert section is not None
    shares = [row.find_all("td")[2].text for row in section.select("tbody tr")]
    assert set(shares) == {"not known"}
    assert "No import has told anything" in page.text
    assert home.exists()


# --- fix lists -----------------------------------------------------------------------------------------------------------


def test_each_providers_list_is_complete_and_its_file_has_the_same(region: tuple[TestClient, CensusResult]) -> None:
    client, _ = region
    with bootstrap.open_ports() as ports:
        first = gaps(ports).gaps.providers[0]
        assert first.provider is not None
        alone = gaps(ports, first.provider).gaps
    page = soup(client, f"/gaps/{first.provider}")
    assert [row.th.text for row in page.select("table tbody tr")] == [fix.label for fix in alone.providers[0].fixes]  # type: ignore[union-attr]
    assert {str(each["href"]).rpartition("/")[2] for each in page.select("ol.ol-list h3 a")} == {row.ctid for row in alone.rows}
    assert len(read(client, f"/gaps/{first.provider}.csv")) == 1 + len(alone.rows)


def test_the_levels_asked_for_are_shown_and_stay_chosen(region: tuple[TestClient, CensusResult]) -> None:
    client, _ = region
    provider = documents()["north"].ctid
    page = soup(client, f"/gaps/{provider}?level=required")
    assert {row.find("td").text for row in page.select("table tbody tr")} == {"required"}  # type: ignore[union-attr]
    assert [box["value"] for box in page.select("input[type=checkbox][checked]")] == ["required"]
    assert page.find("a", href=f"/gaps/{provider}.csv?level=required") is not None


def test_a_provider_is_found_by_name_and_an_unknown_one_is_told(region: tuple[TestClient, CensusResult]) -> None:
    client, _ = region
    page = soup(client, "/gaps?q=quillmere COMMUNITY")
    assert [link.text for link in page.select("tbody th a")] == ["Quillmere Community College"]
    assert client.get("/gaps/ce-00000000-0000-4000-8000-000000000000", headers=HTML).status_code == 404
    assert client.get("/gaps/nonsense", headers=HTML).status_code == 422
