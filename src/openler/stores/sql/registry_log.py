"""What makes the registry's database a log that can be checked: the journal's tree in tiles, and its tables row by row."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, and_, delete, insert, or_, select

from openler.actions.log_ports import Held, Kept, Tile
from openler.ids import Ctid, Digest
from openler.merkle.tiles import grown
from openler.stores.sql.engine import reading
from openler.stores.sql.registry_tables import document, statement, tree_tile, version

BOUND = 200
"""Tiles named in one statement."""


class SqlLog:
    """A :class:`~openler.actions.log_ports.Log` in a database."""

    def __init__(self, database: Engine) -> None:
        self._log = database

    def tiles(self, wanted: Sequence[Tile]) -> dict[Tile, bytes]:
        """See :meth:`~openler.actions.log_ports.Log.tiles`."""
        with reading(self._log) as connection:
            return read_tiles(connection, wanted)

    def kept(self, *, after: Digest | None = None, limit: int = 1000) -> tuple[Kept, ...]:
        """See :meth:`~openler.actions.log_ports.Log.kept`."""
        query = select(*version.c["digest", "ce_ctid", "normalised"]).order_by(version.c.digest).limit(limit)
        if after is not None:
            query = query.where(version.c.digest > after)
        with reading(self._log) as connection:
            return tuple(Kept(Digest(row.digest), Ctid(row.ce_ctid), bytes(row.normalised)) for row in connection.execute(query))

    def held(self, *, after: Ctid | None = None, limit: int = 1000) -> tuple[Held, ...]:
        """See :meth:`~openler.actions.log_ports.Log.held`."""
        query = select(document).order_by(document.c.ce_ctid).limit(limit)
        if after is not None:
            query = query.where(document.c.ce_ctid > after)
        with reading(self._log) as connection:
            return tuple(
                Held(
                    ctid=Ctid(row.ce_ctid),
                    seq=row.seq,
                    digest=Digest(row.digest),
                    publisher=Ctid(row.publisher),
                    owner=None if row.owner is None else Ctid(row.owner),
                    provisional=row.provisional,
                    deleted=row.deleted,
                    assigned=row.assigned,
                    offered=None if row.offered is None else Ctid(row.offered),
                    statement=None if row.statement is None else Digest(row.statement),
                )
                for row in connection.execute(query)
            )

    def statement(self, digest: Digest) -> bytes | None:
        """See :meth:`~openler.actions.log_ports.Log.statement`."""
        with reading(self._log) as connection:
            found = connection.execute(select(statement.c.content).where(statement.c.digest == digest)).scalar_one_or_none()
        return None if found is None else bytes(found)


def grow(connection: Connection, size: int, leaves: Sequence[bytes]) -> None:
    """Add entries to a tree of ``size`` entries. :raises Internal: ``registry.tree_broken``: the tree is not as long as the journal"""
    written = grown(size, leaves, lambda wanted: read_tiles(connection, wanted))
    begun = [tile for tile in written if tile[1] == size >> (8 * tile[0]) >> 8 and size >> (8 * tile[0]) & 255]
    for tile in begun:
        connection.execute(delete(tree_tile).where(tree_tile.c.level == tile[0], tree_tile.c.number == tile[1]))
    connection.execute(insert(tree_tile), [{"level": tile[0], "number": tile[1], "hashes": hashes} for tile, hashes in written.items()])


def read_tiles(connection: Connection, wanted: Sequence[Tile]) -> dict[Tile, bytes]:
    """Tiles by name; those that are not there are left out."""
    found: dict[Tile, bytes] = {}
    for start in range(0, len(wanted), BOUND):
        named = [and_(tree_tile.c.level == level, tree_tile.c.number == number) for level, number in wanted[start : start + BOUND]]
        for row in connection.execute(select(tree_tile).where(or_(*named))):
            found[row.level, row.number] = bytes(row.hashes)
    return found
