"""Templates: one environment, escaping always on, with the few filters that pages share."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from openler import __version__
from openler.messages import LANGUAGES, Language, render

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
    """Render a template as a response. Every page knows its request's path and language."""
    language = language_of(request)
    html = _environment.get_template(template).render(
        path=request.url.path,
        query=request.url.query,
        language=language,
        version=__version__,
        **values,
    )
    return HTMLResponse(
        html, status_code=status, headers={"content-language": language, "vary": "accept, accept-language", **(headers or {})}
    )


def _date(value: object) -> str:
    if isinstance(value, str):
        try:
            return _date(datetime.fromisoformat(value))
        except ValueError:
            return value
    return f"{value.day} {value:%B %Y}" if isinstance(value, datetime | date) else NOT_KNOWN


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else (f"{value:,.1f}" if isinstance(value, float) else NOT_KNOWN)


def _money(value: object) -> str:
    return f"${value:,.0f}" if isinstance(value, int | float | Fraction) else NOT_KNOWN


def _share(value: object) -> str:
    return f"{float(value):.0%}" if isinstance(value, int | float | Fraction) else NOT_KNOWN


def _kind(curie: str) -> str:
    """``ceterms:LearningProgram`` as people say it: ``Learning Program``."""
    name = curie.rsplit(":", 1)[-1]
    return "".join(f" {letter}" if letter.isupper() and position else letter for position, letter in enumerate(name))


_environment.filters.update(date=_date, number=_number, money=_money, share=_share, kind=_kind)
_environment.globals.update(sentence=lambda code, parameters, language: render(code, parameters, language).text)
