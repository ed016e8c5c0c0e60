"""The page for questions in SPARQL: a form, examples, and the answer as a table."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from openler.actions.finding.sparql import MAX_ROWS, MAX_SECONDS, ask, media_type
from openler.actions.ports import Ports
from openler.actions.sparql_ports import Answer
from openler.errors import OpenlerError
from openler.messages import explain
from openler.problems import note, status_of
from openler.web.rendering import language_of, page

router = APIRouter()

SHOWN = 200
"""Rows on the page; a file has them all."""
_PREFIX = "PREFIX ceterms: <https://purl.org/ctdl/terms/>\n"
EXAMPLES = (
    (
        "How many of each kind of thing are published?",
        """SELECT ?kind (COUNT(?thing) AS ?count)
WHERE { ?thing a ?kind ; ceterms:ctid ?id }
GROUP BY ?kind
ORDER BY DESC(?count)""",
    ),
    (
        "Which programs does each provider offer?",
        """SELECT ?provider ?program
WHERE {
  ?offer a ceterms:LearningProgram ; ceterms:name ?program ; ceterms:offeredBy ?by .
  ?by ceterms:name ?provider .
}
ORDER BY ?provider ?program
LIMIT 100""",
    ),
    (
        "Which skills are asked for by most jobs?",
        """SELECT ?skill (COUNT(DISTINCT ?job) AS ?jobs)
WHERE {
  ?job a ceterms:Job ; ceterms:requires ?condition .
  ?condition ceterms:targetCompetency/ceterms:targetNodeName ?skill .
}
GROUP BY ?skill
ORDER BY DESC(?jobs) ?skill
LIMIT 20""",
    ),
)
"""Questions in plain words, and how they are put."""


@router.get("/sparql", response_class=HTMLResponse)
def form(request: Request, query: str = "", format: str = "") -> Response:  # noqa: A002 - the parameter's name in the address
    """The form; with a query its answer, with a format that answer as a file."""
    ports: Ports = request.app.state.ports
    answer: Answer | None = None
    told: dict[str, Any] = {}
    failed = None
    if query.strip():
        try:
            answer = ask(ports, query, form=format or "json", accept="text/turtle")
            if format:
                headers = {"content-disposition": f'attachment; filename="answer.{answer.form}"'}
                return Response(answer.body, media_type=media_type(answer), headers=headers)
            told = _shown(answer)
        except OpenlerError as error:
            note(error)
            failed = (explain(error, language_of(request)), error.place, status_of(error))
    examples = [(words, "/sparql?" + urlencode({"query": _PREFIX + text})) for words, text in EXAMPLES]
    return page(
        request,
        "sparql.html",
        status=failed[2] if failed else 200,
        asked=query or _PREFIX + EXAMPLES[0][1],
        answer=answer,
        told=told,
        failed=failed,
        examples=examples,
        address=lambda kind: "/sparql?" + urlencode({"query": query, "format": kind}),
        most=MAX_ROWS,
        seconds=MAX_SECONDS,
    )


def _shown(answer: Answer) -> dict[str, Any]:
    """A table's names and rows, a yes or no, or a graph's text."""
    if answer.kind == "graph":
        return {"text": answer.body.decode()[:200_000]}
    parsed = orjson.loads(answer.body)
    if answer.kind == "boolean":
        return {"yes": parsed["boolean"]}
    names = parsed["head"]["vars"]
    rows = [[_cell(row.get(name)) for name in names] for row in parsed["results"]["bindings"][:SHOWN]]
    return {"names": names, "rows": rows}


def _cell(term: dict[str, Any] | None) -> str:
    return "" if term is None else str(term["value"])
