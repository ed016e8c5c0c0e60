"""What a learner has shown: claims, each with the credential behind it and the chain from there to the competency.

Three kinds stand apart and are never added up. *Verified*: a valid credential names the competency, or the registry entry of what
was earned teaches or requires it. *Self-asserted*: the learner says so. *Inferred*: the credential and its entry are silent, and
the entry's occupation codes (or its CIP code by the crosswalk) lead to occupations that ask for it; each step is kept, and the
claim's ``share`` says how thin it has become on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

from openler.errors import Code
from openler.ids import Ctid

ClaimKind = Literal["verified", "self_asserted", "inferred"]
BY_CODE = frozenset({"occupation_type", "crosswalk"})
"""The relations of a chain that arrive at an occupation code."""
CLAIM_KINDS: tuple[ClaimKind, ...] = ("verified", "self_asserted", "inferred")


@dataclass(frozen=True, slots=True)
class Link:
    """One step from a credential to a competency.

    ``relation`` is ``alignment``, ``program``, ``teaches``, ``requires``, ``occupation_type``, ``crosswalk``, ``occupation`` or
    ``statement``; ``id`` the CTID, IRI or code arrived at.
    """

    relation: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Claim:
    """That a learner has one competency, or holds one credential, and why we think so.

    ``key`` is comparable with a requirement's. ``credential`` is the credential's id, or the id of the learner's own statement.
    ``entry`` is the registry entry that gives it its meaning. ``share`` is 1 except for what is inferred, where it is the claim's part
    of one when ``fan_out`` SOC codes are reached.
    """

    key: str
    kind: ClaimKind
    name: str
    credential: str
    credential_name: str
    issuer: str
    issuer_name: str
    date: str
    achievement: Ctid | None = None
    entry: Ctid | None = None
    chain: tuple[Link, ...] = ()
    share: Fraction = Fraction(1)
    fan_out: int = 1


@dataclass(frozen=True, slots=True)
class Why:
    """A reason for a verdict; ``code`` and ``parameters`` make the sentence."""

    code: Code
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """A credential in a learner's hands with the verdict on it, reached elsewhere; only a valid one supports claims.

    ``reasons`` are those of a verdict other than valid.
    """

    id: str
    credential: Mapping[str, Any]
    verdict: Literal["valid", "invalid", "undetermined"]
    reasons: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """What a learner says about themselves: an experience, and the competencies (key, name) it gave them."""

    id: str
    name: str
    date: str
    competencies: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SetAside:
    """A credential that supports nothing, because it was not found valid, and why."""

    credential: str
    name: str
    verdict: Literal["invalid", "undetermined"]
    reasons: tuple[Why, ...] = ()


@dataclass(frozen=True)
class Profile:
    """All claims of one learner, in a fixed order, and what was set aside."""

    claims: tuple[Claim, ...]
    set_aside: tuple[SetAside, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Mapping[ClaimKind, tuple[Claim, ...]]]:
        """Claims by requirement key and kind."""
        found: dict[str, dict[ClaimKind, tuple[Claim, ...]]] = {}
        for claim in self.claims:
            kinds = found.setdefault(claim.key, dict.fromkeys(CLAIM_KINDS, ()))
            kinds[claim.kind] = (*kinds[claim.kind], claim)
        return found

    @cached_property
    def inferred_millionths(self) -> Mapping[str, int]:
        """For each key that may be inferred, the part of its worth that is left on the way, in millionths; the best credential counts."""
        shares: dict[str, dict[str, Fraction]] = {}
        for claim in self.claims:
            if claim.kind == "inferred":
                by_credential = shares.setdefault(claim.key, {})
                by_credential[claim.credential] = by_credential.get(claim.credential, Fraction(0)) + claim.share
        return {key: int(min(max(parts.values()), Fraction(1)) * 1_000_000) for key, parts in shares.items()}

    @cached_property
    def leads_to(self) -> Mapping[str, Fraction]:
        """The SOC codes that inferences go through, each with the greatest share that is left on a way there."""
        found: dict[str, Fraction] = {}
        for claim in self.claims:
            if claim.kind == "inferred":
                for link in claim.chain:
                    if link.relation in BY_CODE:
                        found[link.id] = max(found.get(link.id, Fraction(0)), claim.share)
        return found

    @cached_property
    def credentials(self) -> tuple[str, ...]:
        """The ids of the credentials that support anything verified or inferred, sorted."""
        return tuple(sorted({claim.credential for claim in self.claims if claim.kind != "self_asserted"}))

    def without(self, credential: str) -> Profile:
        """The profile as it would be if the learner did not hold this credential."""
        return Profile(tuple(claim for claim in self.claims if claim.credential != credential), self.set_aside)


def profile(claims: Iterable[Claim], set_aside: Sequence[SetAside] = ()) -> Profile:
    """A profile from claims: one claim a key, kind, credential and chain, in a fixed order."""
    kept = {(claim.key, claim.kind, claim.credential, claim.chain): claim for claim in claims}
    order = sorted(kept, key=lambda key: (key[0], key[1], key[2], [(link.relation, link.id) for link in key[3]]))
    return Profile(tuple(kept[key] for key in order), tuple(sorted(set_aside, key=lambda item: item.credential)))


def stated(statement: Statement) -> tuple[Claim, ...]:
    """The claims of a learner's own statement."""
    return tuple(
        Claim(
            key=key,
            kind="self_asserted",
            name=name,
            credential=statement.id,
            credential_name=statement.name,
            issuer="",
            issuer_name="",
            date=statement.date,
            chain=(Link("statement", statement.id, statement.name),),
        )
        for key, name in statement.competencies
    )
