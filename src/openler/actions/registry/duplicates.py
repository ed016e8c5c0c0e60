"""Propose descriptions that may be of one thing, and record what a person decided about them.

Two descriptions are compared only where they share a key; a key that more than :data:`MAX_BLOCK` share tells nothing and is left
out, and counted. So a million descriptions are walked through twice, and never compared each with each.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from weakref import WeakKeyDictionary

from openler.access.audit import AuditEvent
from openler.actions.finding.get import get_document
from openler.actions.follow_ports import Verdict
from openler.actions.ports import EnvelopeFilter, Ports, Store
from openler.ctdl.document import parse, restored
from openler.ctdl.duplicates import THRESHOLD, Likeness, Profile, Reason, compare, keys, kind_of, profile
from openler.errors import Misused, NotFound, TooLarge, declare
from openler.ids import Ctid

SAME_ONE = declare("duplicate.same_one", by=__name__)
NOT_DECIDED = declare("duplicate.not_decided", by=__name__)
TOO_MANY = declare("duplicate.too_many", by=__name__)
NOT_COMPARABLE = declare("duplicate.not_comparable", by=__name__)

MAX_BLOCK = 40
"""Most descriptions under one key that are compared with each other."""
PAGE = 1_000
MAX_ON_PAGE = 50_000
"""Most descriptions that are walked through while somebody waits for a page; the command line takes any number."""
Progress = Callable[[int, int], None]

_kept: WeakKeyDictionary[Store, tuple[object, Proposals]] = WeakKeyDictionary()
_turn = threading.Lock()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pair that looks like one thing, with the score out of 100 and each reason."""

    first: Ctid
    second: Ctid
    kind: str
    names: tuple[str, str]
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    """What nobody has decided yet, the likeliest first: ``looked`` descriptions, ``compared`` pairs; ``crowded`` keys were left out."""

    pairs: tuple[Proposal, ...]
    looked: int
    compared: int
    crowded: int


@dataclass(slots=True)
class Groups:
    """Which CTIDs stand for one thing."""

    _parents: dict[Ctid, Ctid] = field(default_factory=dict)

    def root(self, ctid: Ctid) -> Ctid:
        """The one that stands for it in comparisons."""
        while (parent := self._parents.get(ctid, ctid)) != ctid:
            ctid = parent
        return ctid

    def join(self, one: Ctid, other: Ctid) -> None:
        """Both are one thing."""
        low, high = sorted((self.root(one), self.root(other)))
        if low != high:
            self._parents[high] = low

    def same(self, one: Ctid, other: Ctid) -> bool:
        """Whether both are one thing."""
        return self.root(one) == self.root(other)

    def members(self) -> dict[Ctid, list[Ctid]]:
        """All groups of two and more, each sorted."""
        found: dict[Ctid, list[Ctid]] = {}
        for ctid in sorted({*self._parents, *self._parents.values()}):
            found.setdefault(self.root(ctid), []).append(ctid)
        return found


class _Blocks:
    """Which CTIDs are filed under which key. Most keys have one: it stands by itself, for a million of lists would be large."""

    def __init__(self) -> None:
        self._filed: dict[int, Ctid | list[Ctid]] = {}

    def file(self, key: str, ctid: Ctid) -> None:
        """File a CTID under a key, kept as 64 bits of its hash: two keys that fall together cost a comparison."""
        number = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest())
        there = self._filed.get(number)
        if there is None:
            self._filed[number] = ctid
        elif not isinstance(there, list):
            self._filed[number] = [there, ctid]
        elif len(there) <= MAX_BLOCK:  # one more says that it is crowded
            there.append(ctid)

    def pairs(self) -> tuple[int, set[tuple[Ctid, Ctid]]]:
        """How many keys are crowded, and the pairs that share one of the others, the lower CTID first."""
        shared = [there for there in self._filed.values() if isinstance(there, list)]
        pairs = {pair for there in shared if len(there) <= MAX_BLOCK for pair in combinations(sorted(set(there)), 2)}
        return sum(len(there) > MAX_BLOCK for there in shared), pairs


def propose(ports: Ports, *, threshold: int = THRESHOLD, progress: Progress | None = None) -> Proposals:
    """All pairs from ``threshold`` points on about which nobody has decided: organizations first, for programs are told by them."""
    total = ports.store.count(EnvelopeFilter())
    blocks = _Blocks()
    looked = 0
    for one in _profiles(ports, progress, total):
        looked += 1
        for key in keys(one):
            blocks.file(key, one.ctid)
    crowded, candidates = blocks.pairs()
    del blocks
    known = _read(ports, sorted({ctid for pair in candidates for ctid in pair}))
    decided = {(verdict.first, verdict.second) for verdict in ports.store.verdicts()}
    groups, pairs = confirmed(ports), []
    ordered = sorted(pair for pair in candidates if pair[0] in known and pair[1] in known)
    for pair in sorted(ordered, key=lambda one: known[one[0]].kind != "organization"):
        one, other = known[pair[0]], known[pair[1]]
        likeness = compare(one, other, groups.same)
        if likeness.score < threshold:
            continue
        if one.kind == "organization" and pair not in decided:
            groups.join(*pair)  # proposed ones count as one provider
        if pair not in decided:
            pairs.append(Proposal(*pair, one.kind, (one.name, other.name), likeness.score, likeness.reasons))
    return Proposals(tuple(sorted(pairs, key=lambda one: (-one.score, one.first, one.second))), looked, len(candidates), crowded)


def proposals(ports: Ports) -> Proposals:
    """The same for a page, kept until the journal or what was decided changes.

    :raises TooLarge: ``duplicate.too_many``: walking through so many takes longer than anybody waits for a page
    """
    count = ports.store.count(EnvelopeFilter())
    if count > MAX_ON_PAGE:
        raise TooLarge(TOO_MANY, size=count, limit=MAX_ON_PAGE)
    state = (ports.store.head(), tuple((verdict.first, verdict.second, verdict.same) for verdict in ports.store.verdicts()))
    with _turn:
        known = _kept.get(ports.store)
        if known is None or known[0] != state:
            known = _kept[ports.store] = (state, propose(ports))
    return known[1]


def look(ports: Ports, first: Ctid, second: Ctid) -> Proposal:
    """One pair, whatever its score. :raises NotFound: one is not published :raises Misused: they are of different kinds"""
    one, other = (_profile(ports, ctid) for ctid in sorted((first, second)))
    likeness = _likeness(ports, one, other)
    return Proposal(one.ctid, other.ctid, one.kind, (one.name, other.name), likeness.score, likeness.reasons)


def decide(ports: Ports, first: Ctid, second: Ctid, *, same: bool, actor: str) -> Verdict:
    """Record that two descriptions are of one thing, or of two; it can be undone.

    :raises Misused: ``duplicate.same_one``, ``duplicate.not_comparable``
    :raises NotFound: one of them is not published
    """
    if first == second:
        raise Misused(SAME_ONE, ctid=first)
    found, at = look(ports, first, second), ports.clock.now()
    verdict = Verdict(found.first, found.second, same, actor, at, found.score, tuple(reason.code for reason in found.reasons))
    details: dict[str, str | int] = {"first": found.first, "second": found.second, "score": found.score}
    ports.store.keep_verdict(verdict, event=AuditEvent(f"registry:duplicate:{'confirm' if same else 'reject'}", actor, at, details))
    return verdict


def undo(ports: Ports, first: Ctid, second: Ctid, *, actor: str) -> None:
    """Take back what was decided about two descriptions. :raises NotFound: ``duplicate.not_decided``"""
    low, high = sorted((first, second))
    event = AuditEvent("registry:duplicate:undo", actor, ports.clock.now(), {"first": low, "second": high})
    if not ports.store.drop_verdict(low, high, event=event):
        raise NotFound(NOT_DECIDED, first=low, second=high)


def confirmed(ports: Ports) -> Groups:
    """What people confirmed to be one thing."""
    groups = Groups()
    for verdict in ports.store.verdicts():
        if verdict.same:
            groups.join(verdict.first, verdict.second)
    return groups


def hidden(ports: Ports) -> tuple[Ctid, ...]:
    """Documents that a search leaves out, because another one stands for the same: one published here before one from elsewhere."""
    members = confirmed(ports).members()
    elsewhere = ports.store.origins([ctid for group in members.values() for ctid in group]) if members else {}
    return tuple(ctid for group in members.values() for ctid in sorted(group, key=lambda one: (one in elsewhere, one))[1:])


def same_as(ports: Ports, ctid: Ctid) -> tuple[Ctid, ...]:
    """The other descriptions of the same thing, as people confirmed."""
    groups = confirmed(ports)
    return tuple(one for one in groups.members().get(groups.root(ctid), ()) if one != ctid)


def _profiles(ports: Ports, progress: Progress | None, total: int) -> Iterator[Profile]:
    after, done = None, 0
    while page := ports.store.documents(EnvelopeFilter(), after=after, limit=PAGE):
        for stored in page:
            if kind_of(stored.ctdl_type) is not None and (found := profile(restored(stored.normalised, stored.digest))) is not None:
                yield found
        after, done = page[-1].ctid, done + len(page)
        if progress:
            progress(done, total)


def _read(ports: Ports, ctids: Sequence[Ctid]) -> dict[Ctid, Profile]:
    found: dict[Ctid, Profile] = {}
    for start in range(0, len(ctids), PAGE):
        for ctid, stored in ports.store.current(ctids[start : start + PAGE]).items():
            if stored.ctid == ctid and not stored.deleted and (one := profile(restored(stored.normalised, stored.digest))) is not None:
                found[ctid] = one
    return found


def _profile(ports: Ports, ctid: Ctid) -> Profile:
    stored = get_document(ports, ctid)
    found = profile(parse(stored.normalised)) if stored.ctid == ctid and not stored.deleted else None
    if found is None:
        raise Misused(NOT_COMPARABLE, ctid=ctid)
    return found


def _likeness(ports: Ports, one: Profile, other: Profile) -> Likeness:
    if one.kind != other.kind:
        raise Misused(NOT_COMPARABLE, ctid=other.ctid)
    groups = confirmed(ports)
    providers = _read(ports, sorted({*one.providers, *other.providers}))

    def same(mine: Ctid, theirs: Ctid) -> bool:
        if groups.same(mine, theirs):
            return True
        known = providers.get(mine), providers.get(theirs)
        return known[0] is not None and known[1] is not None and compare(known[0], known[1], groups.same).score >= THRESHOLD

    return compare(one, other, same)
