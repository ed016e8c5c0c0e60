"""The registry as files over HTTP: everything, or what changed since a journal entry or a day; written while it is sent."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated, Any, BinaryIO, cast

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from openler.actions.interchange.export import Since, classes, export, since
from openler.actions.interchange.export_formats import Format
from openler.actions.ports import Ports
from openler.errors import NotFound, RateLimited, Unavailable, declare

FORM_UNKNOWN = declare("http.form_unknown", by=__name__)
BUSY = declare("http.downloads_busy", by=__name__)
BROKEN_OFF = declare("http.download_broken_off", by=__name__)

router = APIRouter(tags=["registry"])

CHUNK = 256 * 1024
MAX_AT_ONCE = 4
"""Downloads of one server process at the same time."""

_FORMS: dict[str, Format] = {"zip": "zip", "ndjson": "ndjson", "nt": "ntriples", "csv": "csv"}
_MEDIA: dict[Format, str] = {
    "zip": "application/zip", "ndjson": "application/x-ndjson", "ntriples": "application/n-triples", "csv": "text/csv; charset=utf-8",
}  # fmt: skip
_TURNS = threading.BoundedSemaphore(MAX_AT_ONCE)
_log = logging.getLogger("openler.http")


@router.get("/envelopes/download")
@router.post("/envelopes/download", status_code=200, include_in_schema=False)
def download(request: Request) -> dict[str, Any]:
    """Where the whole registry can be fetched: there is nothing to wait for, it is written while it is sent."""
    ports: Ports = request.app.state.ports
    head = ports.store.head()
    last = ports.store.entries(after=head - 1, limit=1) if head else ()
    return {
        "status": "finished",
        "url": f"{ports.base_url}/envelopes/download/registry.zip",
        "last_published_at": last[0].time.isoformat() if last else None,
        "finished_at": last[0].time.isoformat() if last else None,
        "head": head,
    }


@router.get("/envelopes/download/registry.{ending}", response_class=StreamingResponse)
def whole(request: Request, ending: str, kind: Annotated[list[str] | None, Query(alias="type")] = None) -> StreamingResponse:
    """Everything published, or some classes of it: ``zip`` (the national Registry's layout), ``ndjson``, ``nt`` or ``csv``."""
    return _sent(request.app.state.ports, ending, tuple(kind or ()), None)


@router.get("/envelopes/changesets/changes.{ending}", response_class=StreamingResponse)
def changes(
    request: Request,
    ending: str,
    since_: Annotated[str, Query(alias="since", max_length=40)],
    kind: Annotated[list[str] | None, Query(alias="type")] = None,
) -> StreamingResponse:
    """What changed since a journal number or a day; the archive's comment says where the next changeset begins."""
    return _sent(request.app.state.ports, ending, tuple(kind or ()), since(since_))


def _sent(ports: Ports, ending: str, kinds: tuple[str, ...], begin: Since | None) -> StreamingResponse:
    form = _FORMS.get(ending)
    if form is None:
        raise NotFound(FORM_UNKNOWN, seen=ending[:20])
    classes(kinds)  # what cannot be meant is told before anything is sent
    if not _TURNS.acquire(blocking=False):
        raise RateLimited(BUSY, limit=MAX_AT_ONCE)
    name = f"{'registry' if begin is None else 'changes'}.{ending}"
    # Said to be sent as it is: packing an archive again costs much and saves nothing.
    headers = {"content-disposition": f'attachment; filename="{name}"', "content-encoding": "identity"}
    return StreamingResponse(_written(ports, form, kinds, begin), media_type=_MEDIA[form], headers=headers)


class _Stopped(Exception):
    """Nobody reads any more."""


class _Pipe:
    """A file to write into that another thread reads, never more than a few pieces ahead."""

    def __init__(self) -> None:
        self._pieces: queue.Queue[bytes | None] = queue.Queue(maxsize=8)
        self._waiting = bytearray()
        self._stopped = threading.Event()
        self.whole = False

    def write(self, data: bytes) -> int:
        """Take some bytes. :raises _Stopped: nobody reads any more"""
        self._waiting += data
        if len(self._waiting) >= CHUNK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Hand over what is waiting."""
        if self._waiting:
            self._put(bytes(self._waiting))
            self._waiting.clear()

    def end(self) -> None:
        """Nothing more comes."""
        with suppress(_Stopped):
            self._put(None)

    def stop(self) -> None:
        """Nobody reads any more."""
        self._stopped.set()

    def pieces(self) -> Iterator[bytes]:
        """What was written, as it comes."""
        while (piece := self._pieces.get()) is not None:
            yield piece

    def _put(self, piece: bytes | None) -> None:
        while not self._stopped.is_set():
            with suppress(queue.Full):
                self._pieces.put(piece, timeout=0.5)
                return
        raise _Stopped


def _written(ports: Ports, form: Format, kinds: tuple[str, ...], begin: Since | None) -> Iterator[bytes]:
    """The export's bytes. Where it fails midway the answer breaks off: a reader must not take a part for the whole."""
    pipe = _Pipe()

    def write() -> None:
        try:
            export(ports, cast("BinaryIO", pipe), form=form, types=kinds, begin=begin)
            pipe.flush()
            pipe.whole = True
        except _Stopped:
            pass
        except Exception:  # noqa: BLE001 - whatever it is, the reader is told that it broke off
            _log.exception("an export over HTTP broke off")
        finally:
            pipe.end()

    writer = threading.Thread(target=write, name="download", daemon=True)
    writer.start()
    try:
        yield from pipe.pieces()
        if not pipe.whole:
            raise Unavailable(BROKEN_OFF)
    finally:
        pipe.stop()
        writer.join()
        _TURNS.release()
