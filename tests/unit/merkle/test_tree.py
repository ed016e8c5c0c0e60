"""Trees against the definitions of RFC 9162, section 2.1, written down once more as plain recursions over lists."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openler.errors import Internal
from openler.merkle import tiles, tree
from openler.merkle.tiles import Tile


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def below(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def mth(entries: list[bytes]) -> bytes:
    if not entries:
        return sha(b"")
    if len(entries) == 1:
        return sha(b"\x00" + entries[0])
    k = below(len(entries))
    return sha(b"\x01" + mth(entries[:k]) + mth(entries[k:]))


def path(m: int, entries: list[bytes]) -> list[bytes]:
    if len(entries) == 1:
        return []
    k = below(len(entries))
    return [*path(m, entries[:k]), mth(entries[k:])] if m < k else [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: list[bytes], *, whole: bool) -> list[bytes]:
    if m == len(entries):
        return [] if whole else [mth(entries)]
    k = below(len(entries))
    if m <= k:
        return [*subproof(m, entries[:k], whole=whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], whole=False), mth(entries[:k])]


def entries_of(size: int) -> list[bytes]:
    return [f"entry {number}".encode() for number in range(size)]


class Kept:
    """Tiles in a dictionary, grown in steps."""

    def __init__(self, *steps: int) -> None:
        self.held: dict[Tile, bytes] = {}
        self.size = 0
        for step in steps:
            self.grow(step)

    def grow(self, step: int) -> None:
        leaves = [tree.leaf_hash(entry) for entry in entries_of(self.size + step)[self.size :]]
        self.held |= tiles.grown(self.size, leaves, self.read)
        self.size += step

    def read(self, wanted: Sequence[Tile]) -> Mapping[Tile, bytes]:
        return {tile: self.held[tile] for tile in wanted if tile in self.held}


def test_hashes_are_those_of_the_certificate_transparency_test_data() -> None:
    # The eight entries that implementations of RFC 6962 share as their reference tree; the roots are public knowledge.
    data = [
        bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
    ]
    known = {
        0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    for size, expected in known.items():
        held = tiles.grown(0, [tree.leaf_hash(entry) for entry in data[:size]], lambda _: {})
        assert tiles.root(size, lambda wanted, held=held: {tile: held[tile] for tile in wanted}).hex() == expected  # type: ignore[misc]


@given(st.lists(st.integers(1, 300), min_size=1, max_size=4), st.data())
def test_roots_and_proofs_are_the_definitions_whatever_the_steps_of_growth(steps: list[int], data: st.DataObject) -> None:
    kept = Kept(*steps)
    size = data.draw(st.integers(1, kept.size))
    index = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(1, size))
    entries = entries_of(size)
    root = tiles.root(size, kept.read)
    assert root == mth(entries)
    included = tiles.inclusion_path(index, size, kept.read)
    assert list(included) == path(index, entries)
    assert tree.includes(tree.leaf_hash(entries[index]), index, size, included, root)
    grown = tiles.consistency_path(first, size, kept.read)
    assert list(grown) == subproof(first, entries, whole=True)
    assert tree.extends(first, size, grown, mth(entries[:first]), root)


@given(st.integers(2, 70), st.data())
def test_a_proof_of_something_else_does_not_hold(size: int, data: st.DataObject) -> None:
    kept = Kept(size)
    entries = entries_of(size)
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    root, leaf = tiles.root(size, kept.read), tree.leaf_hash(entries[index])
    included = list(tiles.inclusion_path(index, size, kept.read))
    assert not tree.includes(leaf, index, size, included, sha(b"another root"))
    assert not tree.includes(sha(b"another leaf"), index, size, included, root)
    assert not tree.includes(leaf, index, size, [*included, root], root)
    assert not tree.includes(leaf, index, size, included[:-1], root)
    assert (index == other) == tree.includes(leaf, other, size, included, root)
    place = data.draw(st.integers(0, len(included) - 1))
    assert not tree.includes(leaf, index, size, [*included[:place], sha(b"x"), *included[place + 1 :]], root)


@given(st.integers(2, 70), st.data())
def test_a_log_that_was_rewritten_cannot_show_that_it_only_grew(size: int, data: st.DataObject) -> None:
    kept = Kept(size)
    first = data.draw(st.integers(1, size - 1))
    entries = entries_of(size)
    grown = list(tiles.consistency_path(first, size, kept.read))
    root = mth(entries)
    rewritten = [*entries[: first - 1], b"another"]
    assert not tree.extends(first, size, grown, mth(rewritten), root)
    assert not tree.extends(first, size, grown, mth(entries[:first]), sha(b"another"))
    assert not tree.extends(first, size, grown[:-1], mth(entries[:first]), root)
    assert not tree.extends(first, size, [*grown, root], mth(entries[:first]), root)
    assert not tree.extends(size, first, grown, root, mth(entries[:first]))


def test_every_tree_begins_with_itself_and_with_the_empty_one() -> None:
    root = mth(entries_of(5))
    assert tree.extends(5, 5, (), root, root)
    assert tree.extends(0, 5, (), tree.EMPTY, root)
    assert not tree.extends(5, 5, (root,), root, root)
    assert not tree.extends(0, 5, (), root, root)
    assert not tree.includes(root, 0, 0, (), root)


def test_only_the_last_tile_of_a_level_is_written_again() -> None:
    kept = Kept(256 * 256 - 1)
    written = tiles.grown(kept.size, [sha(b"last")], kept.read)
    assert sorted(written) == [(0, 255), (1, 0), (2, 0)]
    assert sorted(tiles.names(kept.size + 1)) == sorted({*kept.held, *written})


def test_a_tree_that_lost_a_tile_is_told_not_guessed() -> None:
    kept = Kept(700)
    del kept.held[0, 1]
    with pytest.raises(Internal, match=r"registry\.tree_broken"):
        tiles.inclusion_path(300, 700, kept.read)
    kept.held[0, 2] = kept.held[0, 2][:-32]
    with pytest.raises(Internal, match=r"registry\.tree_broken"):
        tiles.grown(700, [sha(b"next")], kept.read)
