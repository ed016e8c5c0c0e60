"""Matches: what a learner's records are worth for work, each point explained; for visitors, as if they held what they choose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from openler.actions.finding.search import search
from openler.actions.holding.collection import collection
from openler.actions.holding.hold import waiting
from openler.actions.matching.landscape import Landscape, landscape
from openler.actions.matching.match import Held, Limits, Statement, held, match, match_one, supposed
from openler.actions.matching.match_held import MOST_SUPPOSED
from openler.actions.ports import Hit, Ports
from openler.actions.ports import Query as Search
from openler.errors import Malformed, OpenlerError, declare
from openler.ids import Ctid
from openler.problems import status_of
from openler.web.forms import Told, told
from openler.web.pages.signing import to_sign_in
from openler.web.rendering import page
from openler.web.session import signed_in

NUMBER_MALFORMED = declare("web.number_malformed", by=__name__)

router = APIRouter()

FIELDS = ("cost", "weeks", "hold")
TO_CHOOSE_FROM = 12
"""How many credentials a visitor's search offers at once."""
_HOLDABLE = ("credential", "learning")
_LONGEST_NUMBER = 12
_LONGEST_WORDS = 200
_MOST_VALUES = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: limits, what is supposed to be held, words to search by; ``error`` is the first thing wrong with it."""

    limits: Limits
    hold: tuple[Ctid, ...]
    words: str
    tries: bool
    given: Mapping[str, str]
    error: Told | None
    status: int

    @property
    def narrowed(self) -> bool:
        """Whether anything narrows the programs."""
        return self.limits != Limits()

    def query(self, **more: object) -> str:
        """The same as a query string, with more in it; empty where there is nothing to say."""
        kept: list[tuple[str, object]] = [("hold", one) for one in self.hold]
        kept += [("try", 1)] if self.tries and not self.hold else []
        kept += [(name, self.given[name]) for name in ("cost", "weeks") if self.given[name]]
        for name, values in (("county", self.limits.counties), ("support", self.limits.supports), ("delivery", self.limits.delivery)):
            kept += [(name, value) for value in values]
        kept += list(more.items())
        return f"?{urlencode(kept)}" if kept else ""


@dataclass(frozen=True, slots=True)
class Brought:
    """Whose match it is. ``records`` leads from a credential's id to its page; ``waiting`` are records not yet taken in."""

    credentials: tuple[Held, ...]
    statements: tuple[Statement, ...]
    records: Mapping[str, str]
    waiting: int
    is_own: bool
    error: Told | None = None
    status: int = 200


@router.get("/match", response_class=HTMLResponse)
def overview(request: Request, show: Annotated[int, Query(ge=1, le=50)] = 5) -> HTMLResponse:
    """The best jobs and occupations, or what a visitor needs to try."""
    ports: Ports = request.app.state.ports
    asked, ground = _asked(request), landscape(ports)
    brought = _brought(request, asked, ground)
    result = match(ports, brought.credentials, brought.statements, limit=show, limits=asked.limits, ground=ground)
    groups = [
        (label, [one for one in found if one.explanation.score_milli], [one for one in found if _is_possible(one.explanation)], compared)
        for label, found, compared in (
            ("Jobs", result.jobs, result.jobs_compared),
            ("Occupations", result.occupations, result.occupations_compared),
        )
    ]
    return page(
        request,
        "match/overview.html",
        status=max(asked.status, brought.status),
        result=result,
        groups=groups,
        show=show,
        chosen=[(ctid, ground.entries.by_ctid[ctid].name) for ctid in asked.hold if ctid in ground.entries.by_ctid],
        found=() if brought.is_own else _to_choose_from(ports, asked),
        most=MOST_SUPPOSED,
        **_shared(request, asked, brought, ground),
    )


@router.get("/match/{ctid}", response_class=HTMLResponse)
def one(request: Request, ctid: str) -> HTMLResponse:
    """One job or occupation in full."""
    ports: Ports = request.app.state.ports
    asked, ground = _asked(request), landscape(ports)
    brought = _brought(request, asked, ground)
    standing = match_one(ports, brought.credentials, brought.statements, Ctid.parse(ctid), limits=asked.limits, ground=ground)
    status = max(asked.status, brought.status)
    return page(request, "match/one.html", status=status, standing=standing, **_shared(request, asked, brought, ground))


def _shared(request: Request, asked: Asked, brought: Brought, ground: Landscape) -> dict[str, Any]:
    return {
        "asked": asked,
        "brought": brought,
        "offered": ground.offered,
        "error": asked.error or brought.error,
        "sign_in": to_sign_in(request),
        "points": _points,
        "resource": _resource,
        "by_credential": _by_credential,
    }


def _asked(request: Request) -> Asked:
    given = request.query_params
    numbers: dict[str, Fraction | None] = {}
    error: OpenlerError | None = None
    for name in ("cost", "weeks"):
        try:
            numbers[name] = _number(given.get(name, ""), name)
        except Malformed as found:
            numbers[name], error = None, error or found
    hold: list[Ctid] = []
    for text in given.getlist("hold"):
        try:
            hold.append(Ctid.parse(text, place="hold"))
        except Malformed as found:
            error = error or found
    return Asked(
        limits=Limits(
            cost=numbers["cost"],
            weeks=numbers["weeks"],
            counties=_values(given.getlist("county")),
            supports=_values(given.getlist("support")),
            delivery=_values(given.getlist("delivery")),
        ),
        hold=tuple(dict.fromkeys(hold)),
        words=given.get("q", "").strip()[:_LONGEST_WORDS],
        tries=bool(hold) or "try" in given,
        given={name: given.get(name, "").strip()[:_LONGEST_NUMBER] for name in ("cost", "weeks")},
        error=told(request, error, FIELDS) if error else None,
        status=status_of(error) if error else 200,
    )


def _brought(request: Request, asked: Asked, ground: Landscape) -> Brought:
    ports: Ports = request.app.state.ports
    key = None if asked.tries else signed_in(request)
    if key is not None:
        records = collection(ports, key).records
        # This process serves the issuers' address: what lies there is read from its own stores.
        credentials, statements = held(ports, records, serving=True)
        # Held in the order of the records, those in the holder's own words left out.
        pages = (f"/record/{record.record_id}" for record in records if record.received is not None)
        return Brought(
            credentials,
            statements,
            {one.id: address for one, address in zip(credentials, pages, strict=True)}
            | {record.record_id: f"/record/{record.record_id}" for record in records if record.statement is not None},
            len(waiting(ports, key)),
            is_own=True,
        )
    try:
        return Brought(supposed(ground, asked.hold), (), {}, 0, is_own=False)
    except OpenlerError as error:
        return Brought((), (), {}, 0, is_own=False, error=told(request, error, FIELDS), status=status_of(error))


def _to_choose_from(ports: Ports, asked: Asked) -> tuple[Hit, ...]:
    if not asked.words:
        return ()
    found = search(ports, Search(words=asked.words, facets={"group": _HOLDABLE}, limit=TO_CHOOSE_FROM))
    return tuple(hit for hit in found.hits if hit.ctid not in asked.hold)


def _is_possible(explanation: Any) -> bool:
    return not explanation.score_milli and bool(explanation.inferred_milli)


def _number(text: str, name: str) -> Fraction | None:
    cleaned = text.strip().lstrip("$").replace(",", "")
    if not cleaned:
        return None
    whole, _, part = cleaned.partition(".")
    digits = f"{whole or '0'}{part}"
    if len(cleaned) > _LONGEST_NUMBER or not (digits.isascii() and digits.isdigit()):
        raise Malformed(NUMBER_MALFORMED, place=name, seen=text[:40])
    return Fraction(f"{whole or '0'}.{part or '0'}")


def _values(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value[:_LONGEST_WORDS] for value in given if value.strip()))[:_MOST_VALUES]


def _points(milli: int) -> str:
    """Thousandths of a point as points, cut and never rounded up: what is not a hundred is not told as one."""
    return f"{milli // 100 / 10:.1f}".removesuffix(".0")


def _resource(key: str) -> str:
    """The page of what a requirement or an entry names; empty where it is not one of this registry's identifiers."""
    ctid = Ctid.within(key)
    return f"/resources/{ctid}" if ctid else ""


def _by_credential(supports: Iterable[Any]) -> list[list[Any]]:
    """Inferences by the credential they start from: its chains differ only in the occupation they lead through."""
    groups: dict[str, list[Any]] = {}
    for support in supports:
        groups.setdefault(support.credential, []).append(support)
    return list(groups.values())
