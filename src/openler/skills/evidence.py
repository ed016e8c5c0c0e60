"""From credentials to claims: what a verified credential names, what its registry entry says, and what may be inferred."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from openler.ids import Ctid
from openler.skills.entries import Entries, Entry
from openler.skills.framework import SOC_LENGTH
from openler.skills.profile import Claim, Held, Link, Profile, SetAside, Statement, profile, stated

COMPETENCY_TYPE = "ceasn:Competency"
COMPETENCY_TYPES = frozenset({COMPETENCY_TYPE, "CFItem"})
"""Open Badges 3.0 ``Alignment.targetType`` values that name a competency; every other points at what was earned."""


def profile_of(held: Iterable[Held], entries: Entries, statements: Iterable[Statement] = ()) -> Profile:
    """The profile of a learner from credentials already verified, and from the learner's own statements."""
    found: list[Claim] = []
    aside: list[SetAside] = []
    for one in held:
        if one.verdict == "valid":
            found.extend(claims(one, entries))
        else:
            aside.append(SetAside(one.id, _name(one.credential), one.verdict, one.reasons))
    for statement in statements:
        found.extend(stated(statement))
    return profile(found, aside)


def claims(held: Held, entries: Entries) -> tuple[Claim, ...]:
    """The claims one valid credential supports: the credential itself, its competencies, or else what may be inferred."""
    verified: list[Claim] = []
    inferred: list[Claim] = []
    for achievement in _achievements(held.credential):
        base = _base(held, achievement)
        alignments = _alignments(held.credential, achievement)
        earned = _earned(achievement, alignments, entries)
        competencies = [*_named(base, alignments), *(claim for entry in earned for claim in _by_entry(base, entry, entries))]
        verified.extend(competencies)
        verified.extend(_holding(base, earned, alignments))
        if not competencies:
            inferred.extend(claim for entry in earned for claim in _inferred(base, entry, entries))
    by_work, from_work = _worked(held, entries)
    return (*_first_of_each([*verified, *by_work]), *inferred, *from_work)


def _worked(held: Held, entries: Entries) -> tuple[list[Claim], list[Claim]]:
    """What a record of work or service shows: the competencies it names; where it names none, what its occupation codes lead to.

    A title alone, or a code of some other list (a military one, say), shows nothing: nobody has said here what it asks for.
    """
    verified: list[Claim] = []
    inferred: list[Claim] = []
    base = _base(held, {})
    for subject in _list(held.credential.get("credentialSubject")):
        if not isinstance(subject, Mapping) or not ("employmentHistory" in subject or "militaryService" in subject):
            continue
        named = list(_named(base, _read_alignments(_list(subject.get("alignment")))))
        verified.extend(named)
        codes = () if named else tuple(sorted({soc for soc in _occupations(subject) if soc in entries.by_soc}))
        inferred.extend(_through(base, (), codes, "occupation_type", entries))
    return verified, inferred


def _occupations(subject: Mapping[str, Any]) -> Iterator[str]:
    for history in _list(subject.get("employmentHistory")):
        for position in _list(history.get("positionHistories")) if isinstance(history, Mapping) else ():
            if isinstance(position, Mapping):
                yield str(position.get("occupationCode", ""))[:SOC_LENGTH]


def _first_of_each(found: list[Claim]) -> Iterator[Claim]:
    """One claim a key: the credential's own word stands before what the registry says of it."""
    seen: set[str] = set()
    for claim in found:
        if claim.key not in seen:
            seen.add(claim.key)
            yield claim


@dataclass(frozen=True, slots=True)
class _Aligned:
    target_type: str
    key: str
    name: str
    url: str


def _achievements(credential: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for subject in _list(credential.get("credentialSubject")):
        if isinstance(subject, Mapping):
            yield from (found for found in _list(subject.get("achievement")) if isinstance(found, Mapping))


def _alignments(credential: Mapping[str, Any], achievement: Mapping[str, Any]) -> tuple[_Aligned, ...]:
    stated_here = list(_list(achievement.get("alignment")))
    for subject in _list(credential.get("credentialSubject")):
        if isinstance(subject, Mapping) and achievement in _list(subject.get("achievement")):
            for result in _list(subject.get("result")):
                stated_here.extend(_list(result.get("alignment")) if isinstance(result, Mapping) else ())
    return _read_alignments(stated_here)


def _read_alignments(stated_here: Iterable[Any]) -> tuple[_Aligned, ...]:
    found = []
    for alignment in stated_here:
        if isinstance(alignment, Mapping):
            url, code = str(alignment.get("targetUrl", "")), str(alignment.get("targetCode", ""))
            framework = str(alignment.get("targetFramework", ""))
            key = Ctid.within(code) or Ctid.within(url) or url or (f"{framework}#{code}" if framework and code else "")
            if key:
                found.append(_Aligned(str(alignment.get("targetType", "")), key, str(alignment.get("targetName", "")), url))
    return tuple(found)


def _earned(achievement: Mapping[str, Any], alignments: tuple[_Aligned, ...], entries: Entries) -> tuple[Entry, ...]:
    found: dict[str, Entry] = {}
    for key in (str(achievement.get("id", "")), *(one.key for one in alignments if one.target_type not in COMPETENCY_TYPES)):
        entry = entries.entry(key)
        if entry is not None:
            found.setdefault(str(entry.node["ceterms:ctid"]), entry)
    return tuple(found.values())


def _base(held: Held, achievement: Mapping[str, Any]) -> Claim:
    issuer = held.credential.get("issuer", "")
    by_object = isinstance(issuer, Mapping)
    return Claim(
        key="",
        kind="verified",
        name="",
        credential=held.id,
        credential_name=str(achievement.get("name") or _name(held.credential)),
        issuer=str(issuer.get("id", "")) if by_object else str(issuer),
        issuer_name=str(issuer.get("name", "")) if by_object else "",
        date=str(held.credential.get("awardedDate") or held.credential.get("validFrom") or held.credential.get("issuanceDate") or "")[:10],
    )


def _named(base: Claim, alignments: tuple[_Aligned, ...]) -> Iterator[Claim]:
    for one in alignments:
        if one.target_type in COMPETENCY_TYPES:
            yield replace(base, key=one.key, name=one.name, entry=Ctid.within(one.key), chain=(Link("alignment", one.key, one.name),))


def _by_entry(base: Claim, entry: Entry, entries: Entries) -> Iterator[Claim]:
    ctid = Ctid(entry.node["ceterms:ctid"])
    start = Link("alignment", ctid, entry.name)
    for relation, competencies in (("requires", entries.required(entry)), ("teaches", entries.taught(entry))):
        for named in competencies:
            yield replace(
                base,
                key=named.key,
                name=named.name,
                achievement=ctid,
                entry=ctid,
                chain=(start, Link(relation, named.key, named.name)),
            )
    programs = entries.learning(entry)
    # Where any one of several programs leads here, only what all of them teach is sure.
    common = set.intersection(*({named.key for named in entries.taught(program)} for program in programs)) if programs else set()
    for program in programs[:1]:
        step = Link("program", str(program.node["ceterms:ctid"]), program.name)
        for named in entries.taught(program):
            if named.key in common:
                chain = (start, step, Link("teaches", named.key, named.name))
                yield replace(base, key=named.key, name=named.name, achievement=ctid, entry=Ctid(step.id), chain=chain)


def _holding(base: Claim, earned: tuple[Entry, ...], alignments: tuple[_Aligned, ...]) -> Iterator[Claim]:
    known = {str(entry.node["ceterms:ctid"]): entry.name for entry in earned}
    for one in alignments:
        if one.target_type not in COMPETENCY_TYPES:
            known.setdefault(one.key, one.name)
    for key, name in known.items():
        ctid = Ctid.within(key)
        yield replace(base, key=key, name=name, achievement=ctid, entry=ctid, chain=(Link("alignment", key, name),))


def _inferred(base: Claim, entry: Entry, entries: Entries) -> Iterator[Claim]:
    ctid = Ctid(entry.node["ceterms:ctid"])
    start = Link("alignment", ctid, entry.name)
    for holder, step in ((entry, ()), *((program, (_program(program),)) for program in entries.learning(entry)[:1])):
        socs, relation = entries.occupations(holder)
        yield from _through(base, (start, *step), socs, relation, entries)
        if socs:
            return


def _through(base: Claim, steps: tuple[Link, ...], socs: Collection[str], relation: str, entries: Entries) -> Iterator[Claim]:
    """What occupation codes lead to: the more codes and the more occupations under each, the thinner."""
    ctid = Ctid(steps[0].id) if steps else None
    for soc in socs:
        rated = entries.by_soc.get(soc, ())
        for occupation in rated:
            share = Fraction(1, len(socs) * len(rated))
            through = (*steps, Link(relation, soc, ""), Link("occupation", occupation.ctid, occupation.name))
            for requirement in occupation.requirements:
                if requirement.kind == "competency":
                    yield replace(
                        base,
                        key=requirement.key,
                        kind="inferred",
                        name=requirement.name,
                        achievement=ctid,
                        entry=ctid,
                        chain=(*through, Link("requires", requirement.key, requirement.name)),
                        share=share,
                        fan_out=len(socs),
                    )


def _program(program: Entry) -> Link:
    return Link("program", str(program.node["ceterms:ctid"]), program.name)


def _name(credential: Mapping[str, Any]) -> str:
    name = credential.get("name", "")
    if isinstance(name, str) and name:
        return name
    return next((str(one.get("name", "")) for one in _achievements(credential)), "")


def _list(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)
