"""A condition becomes one bit a node: whole columns at a time, the innermost first.

A nested question costs a look over the references of each property on its way, whatever it finds: there is no order of joins
to get wrong, and a question that half of the registry answers takes no longer than one that nothing does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np

from openler.ctdl.query_model import (
    TYPE,
    All,
    AnyOf,
    Between,
    Condition,
    Equals,
    How,
    Link,
    Matches,
    Named,
    Not,
    Points,
    Stated,
    Words,
)
from openler.ctdl.query_words import folded
from openler.errors import Unavailable, declare
from openler.ids import Ctid
from openler.stores.columns.packed import Array
from openler.stores.columns.snapshot import Segment, Snapshot

TOO_SLOW = declare("query.too_slow", by=__name__)

SECONDS = 10.0
"""How long a query may take."""
FEW_WORDS = 64
"""Words up to which each is looked up by itself; more are marked and all words looked over."""


class Evaluation:
    """Answers conditions at one moment. Every mask has one bit a node and a last one, never set, for "none"."""

    def __init__(self, snapshot: Snapshot, *, clock: Callable[[], float] = time.monotonic, seconds: float = SECONDS) -> None:
        self._snapshot = snapshot
        self._moment = snapshot.moment
        self._clock = clock
        self._seconds = seconds
        self._until = clock() + seconds

    def mask(self, condition: Condition) -> Array:  # noqa: C901, PLR0911, PLR0912 - one case a kind of condition
        """The nodes of which a condition holds, gone ones included; the caller may change it.

        :raises Unavailable: ``query.too_slow``
        """
        if self._clock() > self._until:
            raise Unavailable(TOO_SLOW, limit=int(self._seconds))
        match condition:
            case All(parts):
                return self._all(parts)
            case AnyOf(parts):
                found = self._none()
                for part in parts:
                    found |= self.mask(part)
                return found
            case Not(part):
                found = ~self.mask(part)
                found[-1] = False
                return found
            case Link(prop, reverse, inner):
                return self._reverse(prop, inner) if reverse else self._link(prop, inner)
            case Points():
                return self._points(condition)
            case Named(prop, value):
                return self._named(prop, value)
            case Stated(prop):
                return self._stated(prop)
            case Between(prop, low, high):
                return self._between(prop, low, high)
            case Equals(prop, values):
                # Every node has a class and nearly every query asks for some: what was found is kept.
                kept = condition if prop == TYPE else None
                return self._texts(prop, lambda segment: self._holding(segment, prop, values, "exactMatch"), kept=kept)
            case Matches(prop, text, how, language):
                return self._texts(prop, lambda segment: self._holding(segment, prop, (text,), how), language)
            case Words(prop, beginnings, language):
                numbers = [self._snapshot.words(one) for one in beginnings]
                wanted = np.unique(np.concatenate(numbers)) if numbers else np.zeros(0, "<i4")
                return self._texts(prop, lambda segment: self._worded(segment, prop, wanted), language)

    def _none(self) -> Array:
        return np.zeros(self._moment.size + 1, bool)

    def _all(self, parts: Iterable[Condition]) -> Array:
        found = None
        for part in parts:
            one = self.mask(part)
            found = one if found is None else np.logical_and(found, one, out=found)
            if not found.any():
                return found
        if found is None:
            found = ~self._none()
            found[-1] = False
        return found

    # --- references ---

    def _link(self, prop: str, inner: Condition | None) -> Array:
        found = self._none()
        meant = None if inner is None else self.mask(inner)
        if meant is not None and not meant.any():
            return found
        for segment in self._moment.segments:
            own = found[segment.first : segment.first + segment.nodes]
            subjects = self._snapshot.part(segment, prop, "rs")
            if subjects is not None:
                own[subjects if meant is None else subjects[meant[self._snapshot.targets(segment, prop)]]] = True
            if meant is None and (stated := self._snapshot.part(segment, prop, "ss")) is not None:
                own[stated] = True
        return found

    def _reverse(self, prop: str, inner: Condition | None) -> Array:
        found = self._none()
        meant = self._moment.live if inner is None else self.mask(inner) & self._moment.live
        if not meant.any():
            return found
        for segment in self._moment.segments:
            subjects = self._snapshot.part(segment, prop, "rs")
            if subjects is not None:
                asking = meant[segment.first : segment.first + segment.nodes][subjects]
                found[self._snapshot.targets(segment, prop)[asking]] = True
        found[-1] = False
        return found

    def _points(self, asked: Points) -> Array:
        ctid = Ctid.within(asked.value.lower())
        if ctid is None:
            spelt = tuple(folded(one) for one in (asked.value, *asked.aliases))
            return self._texts(asked.property, lambda segment: self._holding(segment, asked.property, spelt, asked.how))
        found = self._none()
        key = self._snapshot.key_of(ctid)
        if key is None:
            return found
        node = self._snapshot.node_of(ctid)
        for segment in self._moment.segments:
            subjects, targets = self._snapshot.part(segment, asked.property, "rs"), self._snapshot.part(segment, asked.property, "ro")
            if subjects is None:
                continue
            own = found[segment.first : segment.first + segment.nodes]
            own[subjects[targets == -1 - key]] = True
            if 0 <= node - segment.first < segment.nodes:
                own[subjects[targets == node - segment.first]] = True
        return found

    def _named(self, prop: str, value: str) -> Array:
        ctid = Ctid.within(value)
        if ctid is None:
            return self._texts(prop, lambda segment: self._holding(segment, prop, (value,), "contains"))
        found = self._none()
        found[self._snapshot.node_of(ctid)] = True
        found[-1] = False
        return found

    # --- values ---

    def _stated(self, prop: str) -> Array:
        found = self._none()
        for segment in self._moment.segments:
            for name in ("ss", "ns"):
                if (subjects := self._snapshot.part(segment, prop, name)) is not None:
                    found[segment.first : segment.first + segment.nodes][subjects] = True
        return found

    def _between(self, prop: str, low: float | None, high: float | None) -> Array:
        found = self._none()
        for segment in self._moment.segments:
            subjects, values = self._snapshot.part(segment, prop, "ns"), self._snapshot.part(segment, prop, "nv")
            if subjects is None:
                continue
            fitting = np.ones(len(values), bool)
            if low is not None:
                fitting &= values >= low
            if high is not None:
                fitting &= values <= high
            found[segment.first : segment.first + segment.nodes][subjects[fitting]] = True
        return found

    def _texts(self, prop: str, codes: Callable[[Segment], Array], language: str | None = None, *, kept: Condition | None = None) -> Array:
        """The nodes with a text that fits; ``codes`` gives the texts of a segment that do, one bit each."""
        found = self._none()
        spoken = None if language is None else self._snapshot.tongues(language)

        def fitting(segment: Segment) -> Array:
            texts = codes(segment)
            if not texts.any():
                return np.zeros(0, "<i4")
            rows = texts[self._snapshot.part(segment, prop, "sc")]
            if spoken is not None:
                rows &= spoken[self._snapshot.part(segment, prop, "sl")]
            nodes: Array = self._snapshot.part(segment, prop, "ss")[rows]
            return nodes

        for segment in self._moment.segments:
            if self._snapshot.part(segment, prop, "so") is not None:
                nodes = fitting(segment) if kept is None else self._snapshot.kept(segment, kept, partial(fitting, segment))
                found[segment.first : segment.first + segment.nodes][nodes] = True
        return found

    def _holding(self, segment: Segment, prop: str, texts: Iterable[str], how: How) -> Array:
        begins = self._snapshot.part(segment, prop, "so")
        book: bytes = self._snapshot.part(segment, prop, "sb")
        fitting = np.zeros(len(begins) - 1, bool)
        for text in texts:
            if "\0" in text:
                continue  # what is published is kept without
            sought = text.encode("utf-8", "replace")
            sought = (
                (b"\0" if how in {"startsWith", "exactMatch"} else b"") + sought + (b"\0" if how in {"endsWith", "exactMatch"} else b"")
            )
            places = []
            at = book.find(sought)
            while at >= 0:
                places.append(at)
                at = book.find(sought, at + len(sought) - (how == "exactMatch"))  # two neighbours share a NUL
            if places:
                # What begins with the NUL before a text is found one byte early.
                fitting[np.searchsorted(begins, np.array(places) + (sought[:1] == b"\0"), side="right") - 1] = True
        return fitting

    def _worded(self, segment: Segment, prop: str, wanted: Array) -> Array:
        begins, numbers = self._snapshot.part(segment, prop, "so"), self._snapshot.part(segment, prop, "ww")
        fitting = np.zeros(len(begins) - 1, bool)
        if numbers is None or not len(wanted):
            return fitting
        codes = self._snapshot.part(segment, prop, "wc")
        if len(wanted) <= FEW_WORDS:
            for low, high in zip(np.searchsorted(numbers, wanted), np.searchsorted(numbers, wanted, side="right"), strict=True):
                fitting[codes[low:high]] = True
        else:
            marked = np.zeros(int(max(numbers[-1], wanted[-1])) + 1, bool)
            marked[wanted] = True
            fitting[codes[marked[numbers]]] = True
        return fitting
