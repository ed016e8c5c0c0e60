"""Two servers and one publisher on one database: one journal without a gap, no update lost, each host with projections of its own."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest

from openler.actions.ports import EnvelopeFilter, Query, Store
from openler.errors import Conflict
from openler.stores.projections import projections
from openler.stores.sql.engine import engine
from openler.stores.sql.migrate import migrate
from openler.stores.sql.registry import SqlStore
from tests.contract.test_store import append, change
from tests.support.ctdl import BASE, OWNER, complete, ctid, document, program
from tests.support.serving import OPENLER, free_port, serving

EACH = 24
PASSPHRASE = "a passphrase for the tests only"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def servers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Two stores that share nothing but the database, as two processes do."""
    url = request.getfixturevalue("postgres") if request.param == "postgres" else f"sqlite:///{tmp_path / 'registry.sqlite'}"
    with ExitStack() as closing:
        stores = []
        for _ in range(2):
            database = engine(url)
            closing.callback(database.dispose)
            migrate(database, "registry")
            stores.append(SqlStore(database))
        yield stores[0], stores[1]


def together(*work: Callable[[], object]) -> None:
    """Do all of it at once, and raise what any of it raised."""
    start = Barrier(len(work))

    def begin(one: Callable[[], object]) -> object:
        start.wait()
        return one()

    with ThreadPoolExecutor(len(work)) as pool:
        for done in [pool.submit(begin, one) for one in work]:
            done.result()


def test_publishing_through_both_at_once_leaves_one_chain_without_a_gap(servers: tuple[Store, Store]) -> None:
    def publish(store: Store, name: str) -> None:
        for number in range(EACH):
            append(store, change(f"{name}{number}"), change(f"shared{number}", f"From {name}"))

    one, other = servers
    together(lambda: publish(one, "a"), lambda: publish(other, "b"))
    seqs = [entry.seq for entry in one.entries(limit=1000)]
    assert seqs == list(range(1, len(seqs) + 1))
    assert one.verify_chain() == other.verify_chain() == other.head() == len(seqs)
    assert one.count(EnvelopeFilter()) == 3 * EACH
    assert one.documents(EnvelopeFilter()) == other.documents(EnvelopeFilter()), "what one wrote, the other reads"


def test_no_update_is_lost_where_writers_say_what_they_read(servers: tuple[Store, Store]) -> None:
    append(servers[0], change("counter", "0"))

    def count(store: Store) -> None:
        done = 0
        while done < EACH:
            stored = store.get(ctid("counter"))
            assert stored is not None
            [node] = json.loads(stored.normalised)["@graph"]
            try:
                append(store, change("counter", str(int(node["ceterms:name"]["en-US"]) + 1), expected=stored.digest))
            except Conflict:
                continue
            done += 1

    together(*(lambda store=store: count(store) for store in servers))
    final = servers[1].get(ctid("counter"))
    assert final is not None
    assert json.loads(final.normalised)["@graph"][0]["ceterms:name"] == {"en-US": str(2 * EACH)}
    assert servers[0].verify_chain() == 2 * EACH + 1


def test_each_hosts_own_projections_follow_what_the_other_wrote(servers: tuple[Store, Store], tmp_path: Path) -> None:
    hosts = [projections(tmp_path / name, store, BASE) for name, store in zip(("here", "there"), servers, strict=True)]
    for turn, store in enumerate(servers):
        append(store, *(change(f"{turn} {number}", f"Pipefitting {turn} {number}") for number in range(3)))
        for host in hosts:
            host.projector.catch_up()
    for host in hosts:
        assert all(lag.seq == lag.head == 6 for lag in host.projector.lags())
        assert host.search.find(Query("pipefitting")).total == 6
        host.projector.close()


def openler(*arguments: object, data: Path, database: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OPENLER_DATA": str(data), "OPENLER_DATABASE": database, "OPENLER_PASSPHRASE": PASSPHRASE}
    environment.pop("OPENLER_BASE_URL", None)
    command = [*OPENLER, *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def until(look: Callable[[], list[int]], wanted: list[int]) -> list[int]:
    """Look again and again until it is so, for a while; what was seen last."""
    seen = look()
    for _ in range(300):
        if seen == wanted:
            break
        time.sleep(0.1)
        seen = look()
    return seen


def totals(hosts: list[str], words: str) -> list[int]:
    return [int(httpx.get(f"{host}/search", params={"q": words}).json()["total"]) for host in hosts]


def behind(hosts: list[str]) -> list[int]:
    return [max(one["behind"] for one in httpx.get(f"{host}/health").json()["projections"]) for host in hosts]


@contextmanager
def two_hosts(tmp_path: Path, database: str) -> Iterator[list[str]]:
    """Two services behind one public address, each with a data directory of its own."""
    shared = {"database": database, "base_url": "https://registry.example", "passphrase": PASSPHRASE}
    with ExitStack() as closing:
        yield [
            closing.enter_context(serving(free_port(), log=tmp_path / f"{name}.log", data=str(tmp_path / name), **shared))
            for name in ("here", "there")
        ]


@pytest.mark.postgres
def test_two_services_and_a_publisher_share_one_postgresql_database(postgres: str, tmp_path: Path) -> None:
    source = tmp_path / "programs.ndjson"
    lines = [document(complete("ceterms:LearningProgram", f"program {number}")).normalised for number in range(200)]
    source.write_bytes(b"\n".join(lines))
    clerk = tmp_path / "clerk"
    with two_hosts(tmp_path, postgres) as hosts:
        joined = openler("search", "--data", tmp_path / "astray", data=clerk, database=postgres)
        assert joined.returncode == 0, "a new directory takes on the address that the database is for"
        made = openler("token", "create", OWNER, "--name", "Tests College", "--role", "publisher", data=clerk, database=postgres)
        assert made.returncode == 0, made.stderr
        headers = {"authorization": f"Bearer {made.stdout.strip()}"}

        def post(host: str, number: int) -> Any:
            node = {**complete("ceterms:LearningProgram", f"http {number}"), "ceterms:name": {"en-US": f"Beekeeping {number}"}}
            address = f"{host}/resources/organizations/{OWNER}/documents"
            return httpx.post(address, content=document(node).normalised, headers=headers, timeout=30)

        def posts(host: str, numbers: range) -> None:
            assert [post(host, number).status_code for number in numbers] == [201] * len(numbers)

        def published() -> None:
            ran = openler("publish", source, "--publisher", OWNER, "--json", data=clerk, database=postgres)
            assert ran.returncode == 0, ran.stderr
            assert json.loads(ran.stdout)["published"] == 200

        together(published, lambda: posts(hosts[0], range(10)), lambda: posts(hosts[1], range(10, 20)))
        for host in hosts:
            assert httpx.get(f"{host}/resources/{ctid('http 3')}").json()["ceterms:name"] == {"en-US": "Beekeeping 3"}
            assert httpx.get(f"{host}/health").json()["journal"] == 220
        assert until(lambda: behind(hosts), [0, 0]) == [0, 0]
        assert totals(hosts, "beekeeping") == [20, 20]

        tag = httpx.get(f"{hosts[0]}/graph/{ctid('http 3')}").headers["etag"]
        changed = document({**program(), "ceterms:ctid": str(ctid("http 3")), "ceterms:name": {"en-US": "Apiculture"}}).normalised
        address = f"/resources/organizations/{OWNER}/documents"
        answers = [httpx.post(host + address, content=changed, headers={**headers, "if-match": tag}).status_code for host in hosts]
        assert answers == [200, 412], "what was read here is out of date there as well"
        assert until(lambda: totals(hosts, "apiculture"), [1, 1]) == [1, 1]


@pytest.mark.postgres
def test_a_host_with_another_address_or_passphrase_cannot_join(postgres: str, tmp_path: Path) -> None:
    def token(data: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ, "OPENLER_DATABASE": postgres, "OPENLER_DATA": str(tmp_path / data), "OPENLER_PASSPHRASE": PASSPHRASE, **settings,
        }  # fmt: skip
        command = [*OPENLER, "token", "create", str(OWNER), "--name", "Tests College", "--role", "publisher"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    assert token("first", OPENLER_BASE_URL="https://registry.example").returncode == 0
    elsewhere = token("second", OPENLER_BASE_URL="https://elsewhere.example")
    assert (elsewhere.returncode, "config.base_url_fixed" in elsewhere.stderr) == (1, True)
    guessing = token("third", OPENLER_PASSPHRASE="another passphrase altogether")
    assert (guessing.returncode, "vault.operator_secret_wrong" in guessing.stderr) == (2, True)
    assert token("fourth").returncode == 0
