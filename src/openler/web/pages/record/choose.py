"""Choosing which parts of records a share shows: boxes to tick, and a look at just what its reader will get."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import HTMLResponse

from openler.actions.holding import share_parts
from openler.actions.holding.share_parts import Divided
from openler.actions.ports import Ports
from openler.actions.private_ports import HolderKey
from openler.actions.verifying.standing import of_shown
from openler.errors import OpenlerError
from openler.holding.parts import details
from openler.problems import status_of
from openler.web import session
from openler.web.forms import told
from openler.web.pages.record.held import name_of
from openler.web.rendering import page


@dataclass(frozen=True, slots=True)
class Ticks:
    """What the boxes say. ``asked`` are the records whose boxes she has seen; of the others nothing is left out.

    A ticked box sends the record's id with the part's pointer behind it.
    """

    asked: frozenset[str]
    shown: frozenset[str]

    def shows(self, record_id: str, pointer: str) -> bool:
        """Whether a part is to be shown."""
        return record_id not in self.asked or f"{record_id}{pointer}" in self.shown

    def hidden(self, divided: Collection[Divided]) -> dict[str, frozenset[str]]:
        """The parts to leave out, by record."""
        return {
            one.record.record_id: frozenset(each.pointer for each in one.parts.free if not self.shows(one.record.record_id, each.pointer))
            for one in divided
        }

    def settles(self, divided: Collection[Divided]) -> bool:
        """Whether every record that can be shown in parts was asked about."""
        return all(one.record.record_id in self.asked for one in divided if one.parts.free)


NOTHING_ASKED = Ticks(frozenset(), frozenset())
"""Before she has seen any box."""


def boxes(
    request: Request, divided: Sequence[Divided], ticks: Ticks, given: Mapping[str, str], error: OpenlerError | None = None
) -> HTMLResponse:
    """The page with a box for each part that may be left out."""
    failed = None if error is None else told(request, error, ("parts",))
    return page(
        request,
        "record/share_parts.html",
        status=200 if error is None else status_of(error),
        headers=session.PRIVATE,
        divided=[(one.record, name_of(one.record), one.parts) for one in divided],
        ticks=ticks,
        given=given,
        error=failed,
    )


def look(request: Request, key: HolderKey, divided: Sequence[Divided], ticks: Ticks, given: Mapping[str, str]) -> HTMLResponse:
    """The page that shows what the reader will get, made the same way. Errors as :func:`share_parts.preview`."""
    ports: Ports = request.app.state.ports
    chosen = [one.record.record_id for one in divided]
    found = share_parts.preview(ports, key, chosen, ticks.hidden(divided))
    shown = [(of_shown(ports, one.credential, serving=True), one.left_out) for one in found if one.statement is None]
    return page(
        request,
        "record/share_preview.html",
        headers=session.PRIVATE,
        shown=[(standing, details(standing.document), left_out) for standing, left_out in shown],
        own=[one.statement for one in found if one.statement is not None],
        records=chosen,
        ticks=ticks,
        given=given,
    )
