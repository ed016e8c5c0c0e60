"""From judged documents to changes of the registry, on the terms that a batch is published on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from openler.actions.ports import Change, Ports
from openler.actions.registry.judging import Given, Refusal, Sound
from openler.actions.registry.statements import publisher_statement, signed_by_publisher
from openler.credentials.faults import CannotCheck
from openler.errors import Code, Malformed, Refused
from openler.ids import Ctid, Digest


@dataclass(frozen=True, slots=True)
class Terms:
    """By whom, for whom and on which terms a batch is published."""

    publisher: Ctid
    actor: str
    owner: Ctid | None = None
    provisional: bool = False
    expected: Mapping[Ctid, Digest] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ready:
    """A document that may be written, with the gaps and notes that were found in it."""

    source: str
    change: Change
    findings: Mapping[Code, int]


def ready(ports: Ports, given: Sequence[Given], found: Sequence[Sound | Refusal], terms: Terms) -> Iterator[Ready | Refusal]:
    """Each document of a lot in order: ready, or refused."""
    for (source, content), one in zip(given, found, strict=True):
        if isinstance(one, Refusal):
            yield one
            continue
        try:
            statement = _statement(ports, content, one, terms)
        except (Malformed, Refused, CannotCheck) as error:
            yield Refusal(source, one.ctid, error.code, error.place, error.parameters)
            continue
        yield Ready(source, _change(content, one, terms, statement), one.findings)


def _statement(ports: Ports, content: bytes, one: Sound, terms: Terms) -> bytes | None:
    if not signed_by_publisher(content):
        return None
    return publisher_statement(ports, content, one.ctid, one.digest, publisher=terms.publisher)


def _change(content: bytes, one: Sound, terms: Terms, statement: bytes | None) -> Change:
    assigned = terms.owner is not None and terms.owner != terms.publisher
    return Change(
        ctid=one.ctid,
        ctdl_type=one.ctdl_type,
        owner=terms.owner if assigned else one.owner,
        publisher=terms.publisher,
        normalised=content if one.normalised is None else one.normalised,
        received=content,
        digest=one.digest,
        resources=one.resources,
        expected=terms.expected.get(one.ctid),
        provisional=terms.provisional,
        assigned=assigned,
        statement=statement,
    )
