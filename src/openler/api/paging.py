"""Pages of lists: by their numbers, told in the headers that the national Registry's clients read, or behind what was seen last."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from openler.actions.ports import Ports
from openler.errors import declare

CURSOR_MALFORMED = declare("http.cursor_malformed", by=__name__)

MAX_PAGE = 1_000_000
Page = Annotated[int, Query(ge=1, le=MAX_PAGE)]


def tell_pages(request: Request, response: Response, *, page: int, per_page: int, total: int) -> None:
    """How many there are, and where the first, previous, next and last page are (RFC 8288)."""
    ports: Ports = request.app.state.ports
    last = max(1, -(-total // per_page))
    wanted = {"first": 1, "prev": page - 1, "next": page + 1, "last": last}
    links = []
    for relation, number in wanted.items():
        if 1 <= number <= last:
            address = request.url.include_query_params(page=number, per_page=per_page)
            links.append(f'<{ports.base_url}{address.path}?{address.query}>; rel="{relation}"')
    response.headers["link"] = ", ".join(links)
    numbers = {"total": total, "per-page": per_page, "x-total": total, "x-total-pages": last, "x-per-page": per_page, "x-page": page}
    for name, number in numbers.items():
        response.headers[name] = str(number)
