"""Score: how complete published descriptions are against a profile, one by one or all of them."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from openler.actions.finding.get import all_documents, parsed
from openler.actions.ports import Ports
from openler.ctdl.document import Document
from openler.ctdl.profile import Profile, bundled, load
from openler.ctdl.score import ResourceScore, Score, score_of
from openler.ctdl.score import score as judge
from openler.ctdl.summary import name_of
from openler.ctdl.values import items
from openler.errors import Misused, declare
from openler.ids import Ctid

NOTHING_ASKED = declare("registry.score_nothing_asked", by=__name__)

WORST: Final = 20
"""How many of the least complete descriptions are named."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One published resource against a profile."""

    ctid: Ctid
    name: str
    score: ResourceScore


@dataclass(frozen=True, slots=True)
class ClassScores:
    """All published resources of one class.

    ``whole`` of them lack nothing that counts, ``mean`` is of their shares, ``missing`` counts what lowers them, most often first.
    """

    type: str
    count: int
    whole: int
    mean: Fraction
    missing: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """Everything published against a profile: class by class, and the least complete by name. ``head`` is the journal's number then."""

    profile: str
    head: int
    classes: tuple[ClassScores, ...]
    worst: tuple[Scored, ...]

    @property
    def count(self) -> int:
        """How many resources were asked for something."""
        return sum(each.count for each in self.classes)


def profiles(ports: Ports) -> tuple[Profile, ...]:
    """Every profile that can be asked for by name: those that come with the package, then the operator's own."""
    return (*(load(name) for name in bundled()), *(ports.profiles[name] for name in sorted(ports.profiles)))


def profile_named(ports: Ports, name: str) -> Profile:
    """A profile by its name. :raises NotFound: ``ctdl.profile_unknown``"""
    return ports.profiles.get(name) or load(name)


def score_published(ports: Ports, ctid: Ctid, profile: Profile) -> Scored:
    """One published resource.

    :raises NotFound: ``registry.not_found``, ``registry.deleted``
    :raises Misused: ``registry.score_nothing_asked``, the profile does not speak of its class
    """
    document = parsed(ports, ctid)
    node = document.find(ctid) or document.main
    kind = next((entry for entry in items(node, "@type") if isinstance(entry, str)), document.type)
    found = score_of(document, node, kind, profile)
    if found is None:
        raise Misused(NOTHING_ASKED, place=str(ctid), profile=profile.name, type=kind[:80])
    return Scored(ctid, name_of(node) or str(ctid), found)


def score_registry(ports: Ports, profile: Profile, *, worst: int = WORST, types: Sequence[str] = ()) -> Scores:
    """Everything current, provisional documents left out; of ``types`` only, where some are given.

    :raises Unavailable: the store does not answer
    """
    head = ports.store.head()
    shares: dict[str, list[int | Fraction]] = defaultdict(lambda: [0, 0, Fraction(0)])
    missing: dict[str, Counter[str]] = defaultdict(Counter)
    kept: list[tuple[Fraction, str, Scored]] = []
    for document, each in _all(ports, profile):
        if types and each.type not in types:
            continue
        tally, share = shares[each.type], each.share
        tally[0] += 1
        tally[1] += share == 1
        tally[2] += share
        missing[each.type].update(item.property for item in each.lowering)
        if share < 1 and each.ctid is not None and worst > 0:
            node = document.find(each.ctid) or document.main
            entry = (-share, each.ctid, Scored(each.ctid, name_of(node) or str(each.ctid), each))
            (heapq.heappush if len(kept) < worst else heapq.heappushpop)(kept, entry)
    classes = [
        ClassScores(kind, int(count), int(whole), Fraction(total) / int(count), tuple(missing[kind].most_common()))
        for kind, (count, whole, total) in shares.items()
    ]
    classes.sort(key=lambda each: (-each.count, each.type))
    lowest = tuple(scored for _, _, scored in sorted(kept, key=lambda entry: (-entry[0], entry[1])))
    return Scores(profile.name, head, tuple(classes), lowest)


def _all(ports: Ports, profile: Profile) -> Iterator[tuple[Document, ResourceScore]]:
    for document in all_documents(ports):
        for each in _named(judge(document, profile)):
            yield document, each


def _named(scored: Score) -> Iterator[ResourceScore]:
    for each in (scored.main, *scored.children):
        if each is not None and each.ctid is not None:
            yield each
