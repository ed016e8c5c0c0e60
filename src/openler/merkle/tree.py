"""The tree's hashes and proofs (RFC 9162, section 2.1): which parts a proof consists of, and whether one holds.

Entries are counted from 0. A *range* ``(start, end)`` stands for the entries from ``start`` up to but without ``end``; a *node*
``(level, index)`` for the perfect subtree over the ``2 ** level`` entries from ``index * 2 ** level`` on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

HASH_BYTES = 32
EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without entries (section 2.1.1)."""

Range = tuple[int, int]
Node = tuple[int, int]


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry: SHA-256 over 0x00 and its bytes."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side: SHA-256 over 0x01 and both hashes; 0x00 and 0x01 keep an entry from posing as a node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[place], row[place + 1]) for place in range(0, len(row), 2)]
    return row[0]


def nodes(covered: Range) -> tuple[Node, ...]:
    """The perfect subtrees that make up a range of the tree, from the left; ``start`` is a multiple of the largest one's size."""
    start, end = covered
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return tuple(found)


def joined(hashes: Sequence[bytes]) -> bytes:
    """The root over subtrees from the left, each smaller than the one before: what :func:`nodes` named."""
    if not hashes:
        return EMPTY
    found = hashes[-1]
    for left in reversed(hashes[:-1]):
        found = node_hash(left, found)
    return found


def inclusion(index: int, size: int) -> tuple[Range, ...]:
    """The ranges whose roots prove that entry ``index`` stands in the tree of ``size`` entries, from the leaf up (section 2.1.3.1)."""
    start, end = 0, size
    found: list[Range] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return tuple(reversed(found))


def consistency(first: int, second: int) -> tuple[Range, ...]:
    """The ranges whose roots prove that the tree of ``second`` entries begins with that of ``first`` (section 2.1.4.1)."""
    if first in {0, second}:
        return ()
    start, end, whole = 0, second, True
    found: list[Range] = []
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start, whole = middle, False
    if not whole:
        found.append((start, end))
    return tuple(reversed(found))


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether ``path`` proves that the entry hashed to ``leaf`` is number ``index`` of the tree with that root (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def extends(first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Whether ``path`` proves that the tree of ``second`` entries begins with the tree of ``first`` (section 2.1.4.2).

    Every tree begins with the empty one, and with itself; then the path is empty.
    """
    if not 0 <= first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    if first == 0:
        return not path and first_root == EMPTY
    steps = [first_root, *path] if first & (first - 1) == 0 else [*path]
    if not steps:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)
