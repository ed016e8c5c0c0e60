"""The check of status: whether the issuer has revoked or suspended a credential, as far as the evidence tells.

A list that does not answer, cannot be read or is not the issuer's is never "not revoked". Bad news is believed from any list
that the issuer points to and that stands by itself; good news only from one that was signed for this very address, or names
no address and is the issuer's own, so that no other list can be slipped into its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from openler.credentials import custody, status_entries, statuslists, token_lists
from openler.credentials import status as bitstring
from openler.credentials.evidence import Evidence, Kind
from openler.credentials.faults import CannotCheck
from openler.credentials.model import Credential
from openler.credentials.policy import CLOCK_TOLERANCE, Policy
from openler.credentials.proofcheck import Finding
from openler.credentials.report import Outcome, Report
from openler.credentials.shapes import pointer
from openler.credentials.status_entries import Entry
from openler.credentials.statuslists import LIST_UNTRUSTED, Document, Judge, ListCredential
from openler.errors import OpenlerError, declare

STATUS_NONE = declare("credentials.status_none", by=__name__)
STATUS_GOOD = declare("credentials.status_good", by=__name__)
REVOKED = declare("credentials.status_revoked", by=__name__)
SUSPENDED = declare("credentials.status_suspended", by=__name__)
RENEWED = declare("credentials.status_renewed", by=__name__)
MESSAGE = declare("credentials.status_message", by=__name__)
MESSAGE_UNKNOWN = declare("credentials.status_message_unknown", by=__name__)
PURPOSE_UNKNOWN = declare("credentials.status_purpose_unknown", by=__name__)
LIST_UNBOUND = declare("credentials.status_list_unbound", by=__name__)
LIST_STALE = declare("credentials.status_list_stale", by=__name__)
NOT_NAMED = declare("credentials.status_not_named", by=__name__)
TOO_MANY_ENTRIES = declare("credentials.status_too_many", by=__name__)

MAX_ENTRIES = 20
"""Most status entries of one credential that are followed."""


def check(credential: Credential, evidence: Evidence, policy: Policy, now: datetime, judge: JudgeAt) -> Finding:
    """What all of a credential's status entries say together: the worst of them."""
    entries = credential.statuses
    if len(entries) > MAX_ENTRIES:
        return Finding(Outcome.UNKNOWN, TOO_MANY_ENTRIES, {"count": len(entries), "limit": MAX_ENTRIES}, "/credentialStatus")
    is_list = isinstance(credential.document.get("credentialStatus"), list)
    lists = _Lists(evidence, policy)
    found = []
    for number, entry in enumerate(entries):
        path = pointer("credentialStatus", number) if is_list else "/credentialStatus"
        kind = status_entries.kind_of(entry)
        if kind == status_entries.TOKEN:
            path = "/status"
        try:
            found.append(_dated(credential, entry, kind, path, lists, now, judge))
        except OpenlerError as error:
            # A list or entry that makes no sense tells nothing either way.
            found.append(Finding(Outcome.UNKNOWN, error.code, error.parameters, path))
    if len(found) == 1:
        return found[0]
    return worst(found) or Finding(Outcome.NOT_APPLICABLE, STATUS_NONE, {})


@dataclass(frozen=True, slots=True)
class _Lists:
    """The lists that one record's entries name, each looked up once: a revocation and a suspension often stand in the same."""

    evidence: Evidence
    policy: Policy
    read: dict[str, ListCredential] = field(default_factory=dict)
    kept: dict[str | None, custody.Statement | None] = field(default_factory=dict)

    def credential(self, url: str, now: datetime, judge: Judge) -> ListCredential:
        """The list at an address, judged; raises as :func:`openler.credentials.statuslists.credential`. All ask for one moment."""
        if url not in self.read:
            self.read[url] = statuslists.credential(url, self.evidence, self.policy, now, judge)
        return self.read[url]

    def behind(self, url: str | None) -> custody.Statement | None:
        """The custodian's statement behind the list, if it came from one."""
        if url not in self.kept:
            self.kept[url] = custody.behind(self.evidence, Kind.STATUS_LIST, url)
        return self.kept[url]


class JudgeAt(Protocol):
    """A :data:`~openler.credentials.statuslists.Judge` that can be asked about another moment than now."""

    def __call__(self, document: Document, at: datetime = ...) -> Report:
        """Verify a status list's own shape, proof, key and period."""
        ...


def _dated(
    credential: Credential,
    entry: Mapping[str, Any],
    kind: str | None,
    path: str,
    lists: _Lists,
    now: datetime,
    judge: JudgeAt,
) -> Finding:
    """What an entry's list says; one that a custodian kept is judged for the moment when it was taken."""
    kept = lists.behind(status_entries.list_url(entry, kind))
    if kept is None:
        return _standing(credential, entry, kind, path, lists, now, judge)
    then = _standing(credential, entry, kind, path, lists, kept.taken, lambda document: judge(document, kept.taken))
    return custody.of_status(then, kept, lists.policy, now)


def worst(found: list[Finding]) -> Finding | None:
    """The worst of several findings of one check; among good ones, one that has something to tell."""
    for outcome in (Outcome.FAILED, Outcome.UNKNOWN, Outcome.PASSED):
        of_it = [each for each in found if each.outcome is outcome]
        if of_it:
            return next((each for each in of_it if each.code != STATUS_GOOD), of_it[0])
    return None


def _standing(
    credential: Credential,
    entry: Mapping[str, Any],
    name: str | None,
    path: str,
    lists: _Lists,
    now: datetime,
    judge: Judge,
) -> Finding:
    if name == status_entries.EDTECH:
        return _by_name(credential, entry, path, lists.evidence)
    if name == status_entries.TOKEN:
        return _by_token(credential, entry, path, lists.evidence, lists.policy, now)
    place = status_entries.read_entry(entry, name)
    if place.purpose not in _READINGS:
        raise CannotCheck(PURPOSE_UNKNOWN, seen=place.purpose[:80])
    held = lists.credential(place.url, now, judge)
    found = held.credential
    if place.kind.list_type not in found.types or len(found.subjects) != 1:
        raise CannotCheck(bitstring.LIST_MALFORMED)
    if held.verdict != "valid":
        raise CannotCheck(LIST_UNTRUSTED, url=place.url[:200], reason=held.report.reasons[0].code)
    value = bitstring.read(
        found.subjects[0],
        index=place.index,
        purpose=place.purpose,
        size=place.size,
        subject_type=place.kind.subject_type,
        unpack=lambda encoded: statuslists.bits(place.kind, encoded),
    )
    reading = _READINGS[place.purpose](place, value, credential, path)
    if reading.outcome is Outcome.PASSED:
        _binding(credential, place, found, lists.evidence, now)
    return reading


def _binding(credential: Credential, place: Entry, found: Credential, evidence: Evidence, now: datetime) -> None:
    """What good news needs besides: that the list is the right one, and not an old one."""
    if found.id != place.url and (found.id is not None or found.issuer != credential.issuer):
        raise CannotCheck(LIST_UNBOUND, url=place.url[:200])
    lifetime = found.subjects[0].get("ttl")
    if isinstance(lifetime, int) and not isinstance(lifetime, bool) and lifetime >= 0:
        _fresh(place.url, timedelta(milliseconds=min(lifetime, 10**12)), evidence, now)


def _fresh(url: str, lifetime: timedelta, evidence: Evidence, now: datetime) -> None:
    """A list lives as long as it says. A custodian's copy had lived since it was taken; that of a closed issuer stands for good."""
    item, kept = evidence.find(Kind.STATUS_LIST, url), custody.behind(evidence, Kind.STATUS_LIST, url)
    if item is not None and kept is not None:
        if not (kept.final or kept.continued) and item.retrieved - kept.taken > max(lifetime, CLOCK_TOLERANCE):
            raise CannotCheck(LIST_STALE, url=url[:200], time=kept.taken.isoformat())
        return
    if item is not None and now - item.retrieved > max(lifetime, CLOCK_TOLERANCE):
        raise CannotCheck(LIST_STALE, url=url[:200], time=item.retrieved.isoformat())


@lru_cache(maxsize=256)
def _good(path: str) -> Finding:
    return Finding(Outcome.PASSED, STATUS_GOOD, {}, path)


def _read_revocation(_place: Entry, value: int, credential: Credential, path: str) -> Finding:
    return _bad(REVOKED, credential, path) if value else _good(path)


def _read_suspension(_place: Entry, value: int, credential: Credential, path: str) -> Finding:
    return _bad(SUSPENDED, credential, path) if value else _good(path)


def _read_refresh(_place: Entry, value: int, _credential: Credential, path: str) -> Finding:
    return Finding(Outcome.PASSED, RENEWED if value else STATUS_GOOD, {}, path)


def _read_message(place: Entry, value: int, _credential: Credential, path: str) -> Finding:
    """A message is the issuer's own words. Zero is the ordinary state; what any other means for the record a person must judge."""
    words = (place.messages or {}).get(value)
    if words is None:
        raise CannotCheck(MESSAGE_UNKNOWN, seen=hex(value))
    return Finding(Outcome.UNKNOWN if value else Outcome.PASSED, MESSAGE, {"message": words[:200]}, path)


def _bad(code: str, credential: Credential, path: str) -> Finding:
    return Finding(Outcome.FAILED, code, {"issuer": credential.issuer_name or credential.issuer or "?"}, path)


_READINGS: Mapping[str, Callable[[Entry, int, Credential, str], Finding]] = {
    "revocation": _read_revocation,
    "suspension": _read_suspension,
    "refresh": _read_refresh,
    "message": _read_message,
}


def _by_name(credential: Credential, entry: Mapping[str, Any], path: str, evidence: Evidence) -> Finding:
    """The 1EdTech revocation list: plain JSON behind the address that the issuer signed, naming what is revoked.

    It carries no signature: what speaks for it is its address. Good news needs it to name the credential's issuer as its own.
    """
    url = status_entries.list_url(entry)
    if url is None:
        raise CannotCheck(status_entries.ENTRY_MALFORMED)
    if credential.id is None:
        raise CannotCheck(NOT_NAMED)
    issuer, revoked = statuslists.names(url, evidence)
    if revoked.get(credential.id, False):
        return _bad(REVOKED, credential, path)
    if issuer is None or issuer != credential.issuer:
        raise CannotCheck(LIST_UNBOUND, url=url[:200])
    return _good(path)


def _by_token(credential: Credential, entry: Mapping[str, Any], path: str, evidence: Evidence, policy: Policy, now: datetime) -> Finding:
    """The Token Status List: a list that is signed for the very address that the token names."""
    url, index = status_entries.list_url(entry), entry.get("idx")
    if url is None or not isinstance(index, int) or isinstance(index, bool):
        raise CannotCheck(status_entries.ENTRY_MALFORMED)
    found = statuslists.token(url, evidence, policy, now, issuer=credential.issuer)
    if found.subject != url:
        raise CannotCheck(LIST_UNBOUND, url=url[:200])
    value = found.value_at(statuslists.token_bits(found), index)
    if value == token_lists.INVALID:
        return _bad(REVOKED, credential, path)
    if value == token_lists.SUSPENDED:
        return _bad(SUSPENDED, credential, path)
    if value != token_lists.VALID:
        raise CannotCheck(MESSAGE_UNKNOWN, seen=hex(value))
    if found.ttl is not None:
        _fresh(url, timedelta(seconds=found.ttl), evidence, now)
    return _good(path)
