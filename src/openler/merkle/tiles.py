"""How a tree is kept: in tiles of 256 hashes, of which only the last one of each level is ever written again.

A tile ``(level, number)`` holds the hashes of the perfect subtrees of ``256 ** level`` entries each, 256 of them, 32 bytes a hash,
from the ``number * 256``-th on. What lies between two levels is hashed from a tile when it is asked for: a proof over a million
entries reads six tiles, and a thousand entries are added by writing five.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from openler.errors import Internal, declare
from openler.merkle.tree import HASH_BYTES, Node, Range, consistency, inclusion, joined, nodes, perfect_root

TREE_BROKEN = declare("registry.tree_broken", by=__name__)

HEIGHT = 8
WIDTH = 1 << HEIGHT
"""Hashes a tile."""

Tile = tuple[int, int]
Read = Callable[[Sequence[Tile]], Mapping[Tile, bytes]]
"""Reads tiles; one that is not there is left out."""


def grown(size: int, leaves: Sequence[bytes], read: Read) -> dict[Tile, bytes]:
    """The tiles to be written, new ones and changed ones, where ``leaves`` follow the ``size`` entries of a tree.

    :raises Internal: ``registry.tree_broken``: the tiles that are there do not hold ``size`` entries
    """
    written: dict[Tile, bytes] = {}
    level, fresh = 0, list(leaves)
    while fresh:
        number, taken = divmod(size >> (HEIGHT * level), WIDTH)
        begun = _begun(read, (level, number), taken)
        row = [begun[start : start + HASH_BYTES] for start in range(0, len(begun), HASH_BYTES)] + fresh
        fresh = []
        for start in range(0, len(row), WIDTH):
            hashes = row[start : start + WIDTH]
            written[level, number + start // WIDTH] = b"".join(hashes)
            if len(hashes) == WIDTH:
                fresh.append(perfect_root(hashes))
        level += 1
    return written


def _begun(read: Read, tile: Tile, taken: int) -> bytes:
    if not taken:
        return b""
    found = read([tile]).get(tile, b"")
    if len(found) != taken * HASH_BYTES:
        raise Internal(TREE_BROKEN, place=f"tile {tile[0]}/{tile[1]}")
    return found


def names(size: int) -> tuple[Tile, ...]:
    """All tiles of a tree of ``size`` entries, level by level."""
    found = []
    level = 0
    while count := size >> (HEIGHT * level):
        found += [(level, number) for number in range(-(-count // WIDTH))]
        level += 1
    return tuple(found)


def root(size: int, read: Read) -> bytes:
    """The root of the first ``size`` entries. :raises Internal: ``registry.tree_broken``"""
    (found,) = roots([(0, size)], read)
    return found


def inclusion_path(index: int, size: int, read: Read) -> tuple[bytes, ...]:
    """The proof that entry ``index`` stands in the tree of ``size``. :raises Internal: ``registry.tree_broken``"""
    return roots(inclusion(index, size), read)


def consistency_path(first: int, second: int, read: Read) -> tuple[bytes, ...]:
    """The proof that the tree of ``second`` entries begins with that of ``first``. :raises Internal: ``registry.tree_broken``"""
    return roots(consistency(first, second), read)


def roots(ranges: Iterable[Range], read: Read) -> tuple[bytes, ...]:
    """The roots of ranges, all tiles read at once. :raises Internal: ``registry.tree_broken``"""
    parts = [nodes(covered) for covered in ranges]
    wanted = sorted({_tile(node) for part in parts for node in part})
    held = read(wanted) if wanted else {}
    return tuple(joined([_hash(node, held) for node in part]) for part in parts)


def _tile(node: Node) -> Tile:
    level, inner = divmod(node[0], HEIGHT)
    return level, (node[1] << inner) // WIDTH


def _hash(node: Node, held: Mapping[Tile, bytes]) -> bytes:
    tile, inner = _tile(node), node[0] % HEIGHT
    start = (node[1] << inner) % WIDTH * HASH_BYTES
    end = start + (HASH_BYTES << inner)
    found = held.get(tile, b"")
    if len(found) < end:
        raise Internal(TREE_BROKEN, place=f"tile {tile[0]}/{tile[1]}")
    return perfect_root([found[place : place + HASH_BYTES] for place in range(start, end, HASH_BYTES)])
