"""Somebody steals the private database, writes to it, or guesses: nothing is read, nothing is passed off, nothing is lost in silence."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from openler.access.sealing import Cost
from openler.actions.holding import consent, hold, session
from openler.actions.holding.share import disclosures, open_share, shares
from openler.actions.issuing import identity
from openler.errors import Internal, OpenlerError, RateLimited, Refused, Unauthenticated
from openler.stores.private import open_private
from openler.stores.sql.engine import closing_engine
from openler.stores.sql.private_rows import SqlRows
from tests.support.holding import FORKLIFT, PASSPHRASE, Holder, holder, token_of
from tests.support.issuing import COLLEGE, World, a_row, world


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "private.sqlite"


@pytest.fixture
def kept(database: Path) -> Iterator[World]:
    """The small world with its private wall in a file."""
    w = world()
    with closing_engine(f"sqlite:///{database}") as opened:
        cost = Cost(memory=64, time=1, lanes=1)
        wall = open_private(SqlRows(opened), secret=bytes(range(32)), entropy=w.ports.entropy, clock=w.clock, cost=cost)
        w.ports = replace(
            w.ports,
            vault=wall.vault,
            ledger=wall.ledger,
            organisations=wall.organisations,
            sessions=wall.sessions,
            private_audit=wall.private_audit,
        )
        identity.link(w.ports, COLLEGE, key="memory:ridgeway", actor="test")
        yield w


def meddle(database: Path, statement: str, *values: object) -> None:
    """Write to the file behind everybody's back."""
    with closing(sqlite3.connect(database)) as connection, connection:
        changed = connection.execute(statement, values).rowcount
    assert changed > 0, statement


def bytes_of(database: Path) -> bytes:
    """Everything that lies on the disk, the write-ahead log included."""
    return b"".join(path.read_bytes() for path in sorted(database.parent.iterdir()) if path.name.startswith(database.name))


def lived_in(w: World) -> tuple[Holder, str, str]:
    """A wallet with something of every kind; the tokens of its link and of its session."""
    ana = holder("ana.ruiz.1987", of=w)
    record = ana.earns()
    w.issue(a_row(3, holder=ana.handle, date="2026-06-01"))
    told = hold.add_experience(ana.ports, ana.key, FORKLIFT)
    link = ana.shares(record, told)
    open_share(ana.ports, token_of(link), code=None, opener="Pat Quimby")
    consent.release(ana.ports, ana.key, [record.record_id], purpose="Find work", party="Elmwood Board", expires=ana.in_(9), actor="test")
    begun = session.sign_in(ana.ports, ana.handle, PASSPHRASE)
    return ana, token_of(link), begun.token.reveal()


def test_a_stolen_database_tells_no_name_no_record_and_no_secret(kept: World, database: Path) -> None:
    ana, link, cookie = lived_in(kept)
    stolen = bytes_of(database)
    assert ana.key.holder_id.encode() in stolen, "what is looked for would be found"
    for secret in (
        "Ana Ruiz", "ana@example.org", "ana.ruiz", "Certificate in Welding", "VerifiableCredential", "Forklift", "Acme", "pallets",
        "An application", "Pat Quimby", "Find work", "Elmwood", "Read blueprints", link, cookie, PASSPHRASE, session.csrf(cookie),
    ):  # fmt: skip
        assert secret.encode() not in stolen, secret
    for key in (ana.key.data_key, bytes(range(32))):
        assert key not in stolen


def test_a_deleted_wallet_leaves_no_row_behind(kept: World, database: Path) -> None:
    ana, _, _ = lived_in(kept)
    hold.delete_wallet(ana.ports, ana.key, actor="test")
    with closing(sqlite3.connect(database)) as connection:
        for table in ("holder", "item", "deposit", "share", "disclosure", "release", "session"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table  # noqa: S608 - names from this line


def test_a_record_moved_to_another_wallet_does_not_open_there(kept: World, database: Path) -> None:
    ana = holder("ana", of=kept)
    ben = holder("ben", of=kept)
    record = ana.earns()
    meddle(database, "UPDATE item SET holder_id = ? WHERE kind = 'record'", ben.key.holder_id)
    with pytest.raises(Internal) as damaged:
        hold.collection(ben.ports, ben.key)
    assert damaged.value.code == "vault.damaged"
    with pytest.raises(Internal):
        hold.record(ben.ports, ben.key, record.record_id)


@pytest.mark.parametrize("change", ["item_id = item_id || 'x'", "kind = 'consent'", "sealed = zeroblob(64)", "sealed = x''"])
def test_a_record_that_was_changed_or_moved_is_told_as_damaged(kept: World, database: Path, change: str) -> None:
    ana = holder("ana", of=kept)
    ana.earns()
    meddle(database, f"UPDATE item SET {change} WHERE kind = 'record'")  # noqa: S608 - the changes of this test
    with pytest.raises(Internal):
        hold.export(ana.ports, ana.key)


def test_a_damaged_deposit_is_told_and_hides_no_other(kept: World, database: Path) -> None:
    ana = holder("ana", of=kept)
    kept.issue(a_row(2, holder="ana"), a_row(3, holder="ana", date="2026-06-01"))
    meddle(database, "UPDATE deposit SET boxed = zeroblob(200) WHERE position = (SELECT min(position) FROM deposit)")
    assert len(hold.take_in(ana.ports, ana.key)) == 1
    (left,) = hold.waiting(ana.ports, ana.key)
    assert left.fault == "hold.deposit_damaged"


def test_who_writes_to_the_database_gets_into_no_wallet(kept: World, database: Path) -> None:
    """Putting a key that one knows into another's row does not open what the other sealed."""
    ana = holder("ana", of=kept)
    ana.earns()
    holder("mallory", of=kept)
    with closing(sqlite3.connect(database)) as connection, connection:
        rows = connection.execute("SELECT holder_id, salt, wrapped_key FROM holder").fetchall()
        (_, salt, wrapped) = next(row for row in rows if row[0] != ana.key.holder_id)
        connection.execute("UPDATE holder SET salt = ?, wrapped_key = ? WHERE holder_id = ?", (salt, wrapped, ana.key.holder_id))
    with pytest.raises(Refused):
        session.unlock(ana.ports, "ana", PASSPHRASE, actor="test")


def test_a_session_row_pointed_at_another_holder_signs_nobody_in(kept: World, database: Path) -> None:
    ana = holder("ana", of=kept)
    holder("mallory", of=kept)
    cookie = session.sign_in(kept.ports, "mallory", PASSPHRASE).token.reveal()
    meddle(database, "UPDATE session SET holder_id = ?", ana.key.holder_id)
    with pytest.raises(Unauthenticated):
        session.resume(kept.ports, cookie)


@pytest.mark.parametrize(
    "change",
    ["sealed = zeroblob(300)", "share_id = 'other'", "salt = zeroblob(16)", "needs_code = 1", "sealed = NULL"],
)
def test_a_link_whose_row_was_changed_shows_nothing(kept: World, database: Path, change: str) -> None:
    ana = holder("ana", of=kept)
    link = ana.shares(ana.earns())
    meddle(database, f"UPDATE share SET {change}")  # noqa: S608 - the changes of this test
    with pytest.raises(OpenlerError):
        open_share(ana.ports, token_of(link), code="12345678", opener="x")
    assert disclosures(ana.ports, ana.key) == ()


def test_a_link_pointed_at_another_token_does_not_open_with_it(kept: World, database: Path) -> None:
    ana = holder("ana", of=kept)
    mallory = holder("mallory", of=kept)
    hers = ana.shares(ana.earns())
    own = mallory.shares(hold.add_experience(mallory.ports, mallory.key, FORKLIFT))
    with closing(sqlite3.connect(database)) as connection, connection:
        known = connection.execute("SELECT token_hash FROM share WHERE share_id = ?", (own.share_id,)).fetchone()[0]
        connection.execute("DELETE FROM share WHERE share_id = ?", (own.share_id,))
        connection.execute("UPDATE share SET token_hash = ? WHERE share_id = ?", (known, hers.share_id))
    with pytest.raises(Internal):
        open_share(kept.ports, token_of(own), code=None, opener="x")


def test_a_thousand_guesses_at_a_code_get_no_further_than_a_few(kept: World) -> None:
    ana = holder("ana", of=kept)
    link = ana.shares(ana.earns(), code=True)
    judged = 0
    for guess in range(1000):
        try:
            open_share(ana.ports, token_of(link), code=f"{guess:08d}", opener="x")
        except RateLimited:
            continue
        except Refused:
            judged += 1
    assert judged == 5
    assert [one.state(kept.clock.now()) for one in shares(ana.ports, ana.key)] == ["open"]


def test_guesses_at_many_wallets_are_limited_for_each(kept: World) -> None:
    judged: dict[str, int] = {}
    for name in ("ana", "ben", "nobody"):
        if name != "nobody":
            holder(name, of=kept)
        for guess in range(20):
            try:
                session.sign_in(kept.ports, name, f"a guess number {guess}")
            except RateLimited:
                continue
            except Refused:
                judged[name] = judged.get(name, 0) + 1
    assert judged == {"ana": 5, "ben": 5, "nobody": 5}
