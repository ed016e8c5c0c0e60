"""What a learner brings to a match: her wallet's records, files that somebody hands over, or credentials only supposed.

Only what is found valid supports a score; what is not is told with the reason, never dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openler.actions.matching.landscape import Landscape
from openler.actions.ports import Ports
from openler.actions.verifying.verify import MAX_BYTES, verify
from openler.credentials import baked
from openler.credentials.envelopes import opened
from openler.credentials.model import is_presentation, read_presentation
from openler.credentials.report import Report
from openler.ctdl.terms import terms
from openler.errors import Code, Misused, NotFound, OpenlerError, TooLarge, declare
from openler.holding.cutting import whole
from openler.holding.record import Record
from openler.ids import Ctid
from openler.meaning.achievement import ACHIEVABLE, achievement
from openler.skills.profile import Held, Statement, Why

NOT_TO_BE_HELD = declare("match.not_to_be_held", by=__name__)
NOT_PUBLISHED = declare("match.not_published", by=__name__)
TOO_MANY_SUPPOSED = declare("match.too_many_supposed", by=__name__)

MOST_SUPPOSED = 20
"""Most credentials that a match may suppose somebody to hold."""


def held(ports: Ports, records: Iterable[Record], *, serving: bool = False) -> tuple[tuple[Held, ...], tuple[Statement, ...]]:
    """A holder's records as matching takes them: each credential verified now, each experience as her own word.

    ``serving`` is for who stands where the issuing stores live, as for :func:`.verify`: what lies at our own
    address is then read from the stores that would answer there. A wallet kept here is matched like that whether or not the service
    runs, since its records are then judged by the very books they were issued from; only somebody outside has to ask over the
    network. A credential in a form that is not read here could not be checked, and is told as such.
    """
    credentials, statements = [], []
    for record in records:
        if record.statement is not None:
            named = tuple((skill.competency, skill.text) for skill in record.statement.skills if skill.competency)
            statements.append(Statement(record.record_id, record.statement.title, record.statement.started, named))
        elif record.received is not None:
            credentials.append(_kept(ports, record, serving=serving))
    return tuple(credentials), tuple(statements)


def brought(ports: Ports, data: bytes, *, source: str, serving: bool = False) -> tuple[Held, ...]:
    """The credentials in a file: one, those of a presentation, or one baked into an image; each verified now.

    :raises Malformed: as :func:`openler.actions.verifying.verify.verify`
    :raises TooLarge: it is larger than may be verified
    """
    judged = verify(ports, data, source=source, serving=serving, max_bytes=baked.MAX_IMAGE if baked.is_image(data) else MAX_BYTES)
    if not is_presentation(judged.document):
        return (_held(judged.report, judged.document, otherwise=source, name=source),)
    inside = read_presentation(judged.document).credentials
    found = []
    for number, ((_, credential), part) in enumerate(zip(inside, judged.report.parts, strict=False)):
        # What is wrong with the presentation itself speaks against all that it shows.
        whole = Report(judged.report.checks, part.subject, (part,))
        found.append(_held(whole, _document(credential), otherwise=f"{source}#{number}", name=source))
    return tuple(found)


def _document(credential: object) -> object:
    """What a credential says, out of its envelope where it stands in one that can be opened."""
    try:
        envelope = opened(credential)
    except OpenlerError:
        return None
    return credential if envelope is None else envelope.read.document


def supposed(ground: Landscape, ctids: Sequence[Ctid]) -> tuple[Held, ...]:
    """Published credentials and programs as if somebody held them: to see what they would be worth, and nothing more.

    :raises TooLarge: ``match.too_many_supposed``
    :raises NotFound: ``match.not_published``
    :raises Misused: ``match.not_to_be_held``: an organization, a job; nothing that anybody can be given
    """
    wanted = tuple(dict.fromkeys(ctids))
    if len(wanted) > MOST_SUPPOSED:
        raise TooLarge(TOO_MANY_SUPPOSED, seen=len(wanted), limit=MOST_SUPPOSED)
    return tuple(_supposed(ground, ctid) for ctid in wanted)


def _supposed(ground: Landscape, ctid: Ctid) -> Held:
    entry = ground.entries.by_ctid.get(ctid)
    if entry is None:
        raise NotFound(NOT_PUBLISHED, ctid=ctid)
    if entry.node is not entry.document.main or not any(terms().is_a(entry.document.type, top) for top in ACHIEVABLE):
        raise Misused(NOT_TO_BE_HELD, ctid=ctid, name=entry.name)
    owner = ground.entries.by_ctid.get(entry.document.owner) if entry.document.owner else None
    iri = str(entry.node.get("@id", ctid))
    credential: dict[str, Any] = {
        "id": iri,
        "name": entry.name,
        "issuer": {"id": str(owner.node.get("@id", "")) if owner else "", "name": owner.name if owner else ""},
        "credentialSubject": {"achievement": achievement(entry.document)},
    }
    return Held(iri, credential, "valid")


def _kept(ports: Ports, record: Record, *, serving: bool) -> Held:
    try:
        judged = verify(ports, (whole(record).received or "").encode(), source=record.record_id, serving=serving)
    except OpenlerError as error:
        # What was kept and can no longer be read is told beside the others; it must not hide them.
        why = Why(error.code, {name: str(value) for name, value in error.parameters.items()})
        return Held(record.record_id, {}, "undetermined", (why,))
    return _held(judged.report, judged.document, otherwise=record.record_id, name=record.name)


def _held(report: Report, credential: object, *, otherwise: str, name: str) -> Held:
    """``otherwise`` is the id of a credential that has none, and ``name`` the name of one that cannot be read."""
    reasons = tuple(Why(Code(one.code), {key: str(value) for key, value in one.parameters.items()}) for one in report.reasons)
    if isinstance(credential, Mapping):
        return Held(str(credential.get("id") or otherwise), credential, report.verdict, reasons)
    return Held(otherwise, {"name": name}, report.verdict, reasons)
