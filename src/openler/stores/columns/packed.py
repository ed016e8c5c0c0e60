"""What was shredded, as packed columns that still count keys, words and languages by themselves: pure, made in any process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from openler.ctdl.query_values import sort_of
from openler.stores.columns.shred import Shredder, Texts

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Packed:
    """A segment in the making. ``parts`` are named as in a segment; in them stand numbers of ``keys``, ``tongues`` and ``words``.

    ``documents`` are CTID, first node, node after the last, and journal entry, in the order of CTIDs.
    """

    size: int
    keys: Sequence[bytes]
    tongues: Sequence[str]
    words: Sequence[str]
    parts: Mapping[tuple[str, str], Any]
    documents: Sequence[tuple[str, int, int, int]]


def key(ctid: str) -> bytes:
    """A CTID as a segment's file keeps it: its 16 bytes."""
    return bytes.fromhex(ctid[3:].replace("-", ""))


def pack(rows: Shredder) -> Packed:
    """The rows as columns."""
    parts: dict[tuple[str, str], Array | bytes] = {}
    for prop, (subjects, targets) in rows.references.items():
        parts[prop, "rs"], parts[prop, "ro"] = np.array(subjects, "<i4"), np.array(targets, "<i4")
    for prop, texts in rows.texts.items():
        parts |= {(prop, name): column for name, column in _texts(texts).items()}
        if sort_of(prop) == "text":
            numbers, codes = rows.worded(prop)
            parts[prop, "ww"], parts[prop, "wc"] = np.array(numbers, "<i4"), np.array(codes, "<i4")
    for prop, (subjects, values) in rows.numbers.items():
        parts[prop, "ns"], parts[prop, "nv"] = np.array(subjects, "<i4"), np.array(values, "<f8")
    parts["", "kn"], parts["", "kk"] = np.array(rows.records[0], "<i4"), np.array(rows.records[1], "<i4")
    documents = sorted((str(ctid), first, end, seq) for ctid, first, end, seq in rows.documents)
    return Packed(rows.size, [key(ctid) for ctid in rows.keys], list(rows.tongues), list(rows.words), parts, documents)


def _texts(texts: Texts) -> dict[str, Array | bytes]:
    encoded = [text.encode("utf-8", "replace") for text in texts.book]
    begins = np.ones(len(encoded) + 1, "<i8")
    np.cumsum(np.array([len(one) + 1 for one in encoded], "<i8"), out=begins[1:])
    begins[1:] += 1
    return {
        "ss": np.array(texts.subjects, "<i4"),
        "sc": np.array(texts.codes, "<i4"),
        "sl": np.array(texts.tongues, "<i4"),
        "so": begins,
        "sb": b"\0" + b"\0".join(encoded) + b"\0",
    }
