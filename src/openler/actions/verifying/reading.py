"""Reading one address for a verdict: through the guard, or from our own stores where the address is our own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from openler.actions.issuing import identity, status
from openler.actions.issuing.issued_list import issued_list
from openler.actions.ports import Ports
from openler.credentials.evidence import Item, Kind, Need
from openler.errors import NotFound, OpenlerError, Unavailable, declare
from openler.ids import Ctid
from openler.linkeddata.canonical import jcs

NOT_FOUND_THERE = declare("verify.not_found_there", by=__name__)
NOT_ANSWERED = declare("verify.not_answered", by=__name__)
NOTHING_HERE = declare("verify.nothing_here", by=__name__)
PAGE_THERE = declare("verify.page_there", by=__name__)

_OK = 200
_GONE = frozenset({404, 410})
_CTID = r"(?P<ctid>ce-[0-9a-f-]{36})"
_ISSUER = re.compile(rf"/issuers/{_CTID}/did\.json", re.ASCII)
_ISSUED = re.compile(rf"/issuers/{_CTID}/issued/(?P<fragment>z[1-9A-HJ-NP-Za-km-z]{{1,100}})", re.ASCII)
_STATUS = re.compile(r"/status/(?P<name>[0-9A-Za-z_-]{1,100})", re.ASCII)
_GRAPH = re.compile(rf"/graph/{_CTID}", re.ASCII)
_REVISION = re.compile(rf"/envelopes/{_CTID}/revisions/(?P<seq>\d{{1,15}})", re.ASCII)
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_NEVER_PAGES = frozenset({Kind.CONTROLLER, Kind.STATUS_LIST, Kind.ISSUED})


@dataclass(frozen=True, slots=True)
class Reading:
    """How addresses are read for one verdict; ``serving`` as :func:`openler.actions.verifying.verify.verify` says."""

    ports: Ports
    now: datetime
    plain_origins: frozenset[str] = frozenset()
    serving: bool = False

    def pursue(self, need: Need) -> Item:
        """Try the addresses in order; the first that answers is taken, the last failure is told."""
        failure: OpenlerError = Unavailable(NOT_ANSWERED, url=need.key[:200], status=0)
        for url in need.urls:
            try:
                body, media_type = self._read(url, need)
                return Item(need.kind, need.key, self.now, url=url, body=body, media_type=media_type)
            except OpenlerError as error:
                failure = error
        parameters = {name: str(value) for name, value in failure.parameters.items()}
        return Item(need.kind, need.key, self.now, code=failure.code, parameters=parameters)

    def _read(self, url: str, need: Need) -> tuple[bytes, str | None]:
        base, bare = self.ports.base_url.rstrip("/"), url.partition("#")[0]
        if self.serving and bare.startswith(f"{base}/"):
            own = _own(self.ports, bare.removeprefix(base))
            if own is not None:
                return own, None
        answer = self.ports.fetch.get(url, accept=need.accept, limit=need.limit)
        if answer.status in _GONE:
            raise NotFound(NOT_FOUND_THERE, url=url[:200], status=answer.status)
        if answer.status != _OK:
            raise Unavailable(NOT_ANSWERED, url=url[:200], status=answer.status)
        if need.kind in _NEVER_PAGES and answer.media_type in _PAGES:
            raise NotFound(PAGE_THERE, url=url[:200])  # a name that was given up is soon for sale
        return answer.body, answer.media_type


def _own(ports: Ports, path: str) -> bytes | None:
    """What we serve ourselves at a path, without calling ourselves over the network; None for any other path."""
    if found := _ISSUER.fullmatch(path):
        return jcs(identity.did_document(ports, Ctid.parse(found["ctid"])))
    if found := _ISSUED.fullmatch(path):
        return issued_list(ports, Ctid.parse(found["ctid"]), found["fragment"])
    if found := _STATUS.fullmatch(path):
        return jcs(status.status_list(ports, found["name"]))
    if found := _GRAPH.fullmatch(path):
        stored = ports.store.get(Ctid.parse(found["ctid"]))
        if stored is None or stored.deleted:
            raise NotFound(NOTHING_HERE, url=path)
        return stored.normalised
    if found := _REVISION.fullmatch(path):
        return revision(ports, Ctid.parse(found["ctid"]), int(found["seq"]))
    return None


def revision(ports: Ports, ctid: Ctid, seq: int) -> bytes:
    """A document as the journal entry ``seq`` left it: the bytes served at ``/envelopes/{ctid}/revisions/{seq}``.

    :raises NotFound: ``verify.nothing_here``
    """
    entry = next((each for each in ports.store.versions(ctid) if each.seq == seq), None)
    stored = ports.store.version(ctid, entry.digest) if entry is not None and entry.digest is not None else None
    if stored is None:
        raise NotFound(NOTHING_HERE, url=f"/envelopes/{ctid}/revisions/{seq}")
    return stored.normalised
