"""How far what a learner has shown covers what a target asks for: a score of which every point can be followed back.

A requirement weighs *importance* times *rarity*. Importance is (rating - 1) / 4 on O*NET's scale of 1 to 5, and one half where the
source gives no rating; a required credential weighs as the most important. Rarity is (1 - share)^3, where share is the part of the
other occupations (or jobs) that ask for the same: the odds that three of them picked blindly do not. The weights of a target are
brought to 100,000 thousandths of a point in whole numbers, so points add up exactly, and losing a credential loses exactly the
points that nothing else supports.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from openler.skills.framework import IMPORTANCE_HIGHEST, IMPORTANCE_LOWEST, SOC_LENGTH, Requirement, Target, TargetKind
from openler.skills.profile import Claim, ClaimKind, Profile

FULL = 100_000
"""A full score in thousandths of a point."""

RARITY_POWER = 3
NOWHERE = (Fraction(0), Fraction(0))
UNRATED = Fraction(1, 2)
"""The importance of what a source asks for without rating it: the middle of the scale."""


@dataclass(frozen=True, slots=True)
class Worth:
    """A requirement of one target: the share of targets that ask for it, its weight, and its thousandths of a point."""

    requirement: Requirement
    share: Fraction
    weight: Fraction
    milli: int


@dataclass(frozen=True, slots=True)
class Background:
    """How many targets of a kind there are, and how many of them ask for each key."""

    totals: Mapping[TargetKind, int]
    asking: Mapping[TargetKind, Mapping[str, int]]
    _memo: dict[str, tuple[Target, tuple[Worth, ...]]] = field(default_factory=dict, repr=False, compare=False)
    _sums: dict[str, tuple[tuple[Worth, ...], Fraction]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, targets: Iterable[Target]) -> Background:
        """Count what targets ask for."""
        totals: Counter[TargetKind] = Counter()
        asking: dict[TargetKind, Counter[str]] = {"occupation": Counter(), "job": Counter()}
        for target in targets:
            totals[target.kind] += 1
            asking[target.kind].update(requirement.key for requirement in target.requirements)
        return cls(totals, asking)

    def share(self, key: str) -> Fraction:
        """The part of occupations, or of jobs if that is more, that ask for a key.

        One more target that asks for nothing is counted in, so that what all ask for still weighs something.
        """
        return max(Fraction(self.asking[kind].get(key, 0), self.totals.get(kind, 0) + 1) for kind in self.asking)

    def worths(self, target: Target) -> tuple[Worth, ...]:
        """What each requirement of a target is worth, in order of key; worked out once a target, for any number of learners."""
        known = self._memo.get(target.ctid)
        if known is None or known[0] is not target:
            shares = [self.share(requirement.key) for requirement in target.requirements]
            weights = [_weight(requirement, share) for requirement, share in zip(target.requirements, shares, strict=True)]
            parts = zip(target.requirements, shares, weights, apportion(weights), strict=True)
            known = (target, tuple(Worth(*part) for part in parts))
            self._memo[target.ctid] = known
        return known[1]

    def weight(self, target: Target) -> Fraction:
        """The weights of all that a target asks for, added up."""
        worths = self.worths(target)
        known = self._sums.get(target.ctid)
        if known is None or known[0] is not worths:
            known = (worths, sum((worth.weight for worth in worths), Fraction(0)))
            self._sums[target.ctid] = known
        return known[1]


@dataclass(frozen=True, slots=True)
class Point:
    """One requirement, what it is worth in thousandths of a point, and the claims that bear on it.

    ``share`` is how many targets ask for the same. Only ``verified`` claims earn the points; the others stand beside them.
    """

    requirement: Requirement
    milli: int
    share: Fraction
    verified: tuple[Claim, ...] = ()
    self_asserted: tuple[Claim, ...] = ()
    inferred: tuple[Claim, ...] = ()

    @property
    def is_shown(self) -> bool:
        """Whether a verified claim earns it."""
        return bool(self.verified)

    @property
    def inferred_milli(self) -> int:
        """What it might be worth by inference, by the claims' shares; 0 where it is shown anyway. Never part of the score."""
        if self.is_shown:
            return 0
        shares: dict[str, Fraction] = {}
        for claim in self.inferred:
            shares[claim.credential] = shares.get(claim.credential, Fraction(0)) + claim.share
        return int(self.milli * min(max(shares.values(), default=Fraction(0)), Fraction(1)))


@dataclass(frozen=True, slots=True)
class Match:
    """One learner against one target.

    ``score`` is in thousandths of a point, 0 to 100,000; ``fit`` is what the order goes by. ``leaning`` orders those targets of which
    nothing at all is shown, and is part of no score: how surely a credential leads to this very occupation, then what might be inferred.
    """

    target: Target
    score: int
    fit: Fraction
    points: tuple[Point, ...]
    leaning: tuple[Fraction, Fraction] = NOWHERE

    @property
    def inferred(self) -> int:
        """Thousandths of a point that inference would add; shown apart."""
        return sum(point.inferred_milli for point in self.points)

    @property
    def self_asserted(self) -> int:
        """Thousandths of a point that the learner's own word would add; shown apart."""
        return sum(point.milli for point in self.points if point.self_asserted and not point.is_shown)

    def explained_by(self, credential: str) -> int:
        """The thousandths of a point that would be lost with a credential: those no other credential supports."""
        return sum(
            point.milli for point in self.points if point.verified and all(claim.credential == credential for claim in point.verified)
        )

    @property
    def gap(self) -> tuple[Point, ...]:
        """What is asked for and not shown, most points first."""
        return tuple(
            sorted((point for point in self.points if not point.is_shown), key=lambda point: (-point.milli, point.requirement.key))
        )


def match(profile: Profile, targets: Iterable[Target], background: Background) -> tuple[Match, ...]:
    """Score a learner against targets, best fit first, ties by leaning and then CTID. Targets that ask for nothing are left out.

    The order goes by score times the weight covered: of two targets covered to the same part, the one that uses more of what the
    learner has shown comes first, so that a job asking for two common skills does not outrank the learner's own occupation.
    """
    found = [_against(profile, target, background) for target in targets if target.requirements]
    return tuple(sorted(found, key=lambda one: (-one.fit, -one.score, -one.leaning[0], -one.leaning[1], one.target.ctid)))


def apportion(weights: Sequence[Fraction]) -> tuple[int, ...]:
    """Whole numbers that stand to each other as the weights do and add up to 100,000 exactly (largest remainder, ties by place)."""
    scale = lcm(*(weight.denominator for weight in weights))
    parts = [weight.numerator * (scale // weight.denominator) for weight in weights]
    total = sum(parts)
    if not total:
        return (0,) * len(parts)
    whole = [FULL * part // total for part in parts]
    order = sorted(range(len(parts)), key=lambda place: (-(FULL * parts[place] % total), place))
    for place in order[: FULL - sum(whole)]:
        whole[place] += 1
    return tuple(whole)


def _weight(requirement: Requirement, share: Fraction) -> Fraction:
    if requirement.kind == "credential":
        return Fraction(1)
    rated = requirement.importance
    importance = UNRATED if rated is None else (rated - IMPORTANCE_LOWEST) / (IMPORTANCE_HIGHEST - IMPORTANCE_LOWEST)
    return importance * (1 - share) ** RARITY_POWER


def _against(profile: Profile, target: Target, background: Background) -> Match:
    points, covered, score = [], Fraction(0), 0
    nothing: Mapping[ClaimKind, tuple[Claim, ...]] = {"verified": (), "self_asserted": (), "inferred": ()}
    for worth in background.worths(target):
        claims = profile.by_key.get(worth.requirement.key, nothing)
        points.append(Point(worth.requirement, worth.milli, worth.share, claims["verified"], claims["self_asserted"], claims["inferred"]))
        if claims["verified"]:
            covered += worth.weight
            score += worth.milli
    leaning = NOWHERE if score else _leaning(profile, target, background)
    return Match(target, score, covered * score, tuple(points), leaning)


def _leaning(profile: Profile, target: Target, background: Background) -> tuple[Fraction, Fraction]:
    possible = sum(worth.milli * profile.inferred_millionths.get(worth.requirement.key, 0) for worth in background.worths(target))
    if not possible:
        return NOWHERE
    led = max((profile.leads_to.get(soc[:SOC_LENGTH], Fraction(0)) for soc in target.socs), default=Fraction(0))
    return led, possible * possible * background.weight(target)
