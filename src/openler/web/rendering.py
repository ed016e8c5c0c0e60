"""Templates: one environment, escaping always on, with the few filters that pages share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from openler import __version__
from openler.holding.experience import Experience
from openler.insight.chart import percent
from openler.messages import LANGUAGES, Language, render
from openler.web.session import PRIVATE, form_token, token_of

_environment = Environment(
    loader=PackageLoader("openler.web"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

NOT_KNOWN = "not known"


def language_of(request: Request) -> Language:
    """The language a visitor reads: ``?lang=``, else the first of Accept-Language that we speak, else English."""
    asked = request.query_params.get("lang", "")
    offered = [asked, *(part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")[:10])]
    return next((language for one in offered for language in LANGUAGES if language == one), "en")


def page(request: Request, template: str, /, *, status: int = 200, headers: dict[str, str] | None = None, **values: Any) -> HTMLResponse:
    """Render a template as a response. Every page knows its request's path and language, and the token that its forms carry.

    A page for somebody who is signed in holds that token, so that it is kept nowhere.
    """
    language = language_of(request)
    known = {
        "path": request.url.path,
        "query": request.url.query,
        "language": language,
        "version": __version__,
        "form_token": form_token(request),
    }
    html = _environment.get_template(template).render(known | values)
    private = PRIVATE if token_of(request) else {}
    return HTMLResponse(
        html,
        status_code=status,
        headers={"content-language": language, "vary": "accept, accept-language, cookie", **private, **(headers or {})},
    )


def _date(value: object) -> str:
    if isinstance(value, str):
        try:
            return _date(datetime.fromisoformat(value))
        except ValueError:
            return value
    return f"{value.day} {value:%B %Y}" if isinstance(value, datetime | date) else NOT_KNOWN


def _moment(value: datetime) -> str:
    """A day with its time in UTC: ``31 May 2026, 14:05``."""
    at = value.astimezone(UTC)
    return f"{_date(at)}, {at:%H:%M}"


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else (f"{value:,.1f}" if isinstance(value, float) else NOT_KNOWN)


def _money(value: object) -> str:
    return f"${value:,.0f}" if isinstance(value, int | float | Fraction) else NOT_KNOWN


def _share(value: object) -> str:
    return f"{float(value):.0%}" if isinstance(value, int | float | Fraction) else NOT_KNOWN


def _exact_share(value: object) -> str:
    """A share that is never rounded up to all or down to none: 99.9 % is 99%, 0.1 % is 1%."""
    return f"{percent(Fraction(value))}%" if isinstance(value, int | Fraction) else NOT_KNOWN


def _plain_number(value: object) -> str:
    """A measured number without decimals that say nothing: 75, 7,185.75."""
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, int | float) else NOT_KNOWN


def _kind(curie: str) -> str:
    """``ceterms:LearningProgram`` as people say it: ``Learning Program``."""
    name = curie.rsplit(":", 1)[-1]
    return "".join(f" {letter}" if letter.isupper() and position else letter for position, letter in enumerate(name))


def _period(statement: Experience) -> str:
    """When something was, as exactly as its holder remembers."""
    if statement.started and statement.ended:
        return f"{statement.started} to {statement.ended}"
    return f"since {statement.started}" if statement.started else (f"until {statement.ended}" if statement.ended else "")


_environment.filters.update(
    date=_date,
    moment=_moment,
    number=_number,
    money=_money,
    share=_share,
    exact_share=_exact_share,
    plain_number=_plain_number,
    kind=_kind,
    period=_period,
)
_environment.globals.update(sentence=lambda code, parameters, language: render(code, parameters, language).text)
