"""The bits of a status list as they are kept, and a database from before they were."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from openler.access.audit import AuditEvent
from openler.credentials.status import decode, encode, is_set, packed
from openler.ids import Ctid
from openler.net.system import SystemClock, SystemEntropy
from openler.stores.private import open_private
from openler.stores.sql.engine import closing_engine
from openler.stores.sql.private_rows import SqlRows
from openler.stores.status_bits import flipped, set_indexes, unpacked

T0 = datetime(2026, 9, 1, tzinfo=UTC)
ISSUER = Ctid.derive("tests", "ceterms:CredentialOrganization", "college")


@given(st.lists(st.tuples(st.integers(0, 199), st.booleans()), max_size=30))
def test_bits_are_those_set_last(changes: list[tuple[int, bool]]) -> None:
    kept, expected = None, dict[int, bool]()
    for index, value in changes:
        kept = flipped(kept, 200, {index: value})
        expected[index] = value
    bits = unpacked(kept, 200)
    assert len(bits) == 25
    assert set_indexes(bits) == tuple(sorted(index for index, value in expected.items() if value))


@given(st.sets(st.integers(0, 131_071), max_size=20))
def test_kept_bits_are_served_as_the_standard_lays_them_out(indexes: set[int]) -> None:
    bits = unpacked(flipped(None, 131_072, dict.fromkeys(indexes, True)), 131_072)
    assert packed(bits) == encode(indexes)
    assert all(is_set(decode(packed(bits)), index) for index in indexes)


def test_what_was_revoked_before_bits_were_kept_is_revoked_still(tmp_path: Path) -> None:
    url, clock, entropy = f"sqlite:///{tmp_path / 'private.sqlite'}", SystemClock(), SystemEntropy()
    with closing_engine(url) as database:
        wall = open_private(SqlRows(database), secret=bytes(32), entropy=entropy, clock=clock)
        places = {}
        for key, purpose in (("a", "revocation"), ("b", "suspension"), ("c", None)):
            kept = wall.ledger.reserve(key=key, issuer=ISSUER, achievement=None, holder=None, at=T0)
            wall.ledger.put_unsigned(kept.credential_id, b"x")
            wall.ledger.finish(kept.credential_id, b"y", at=T0)
            places[key] = kept
            if purpose is not None:
                event = AuditEvent("tests:credential:change", "tests", T0)
                wall.ledger.set_status(kept.credential_id, purpose, True, reason="r", at=T0, event=event)  # type: ignore[arg-type]
        with database.begin() as connection:
            for table in ("status_bits", "job_chunk", "job"):
                connection.execute(text(f"DROP TABLE {table}"))
            connection.execute(text("UPDATE schema_version SET version_num = 'p0001'"))
    with closing_engine(url) as database:
        ledger = open_private(SqlRows(database), secret=bytes(32), entropy=entropy, clock=clock).ledger
        assert set_indexes(ledger.status_bits(places["a"].status_list, "revocation")) == (places["a"].status_index,)
        assert set_indexes(ledger.status_bits(places["a"].status_list, "suspension")) == (places["b"].status_index,)
