"""A question in SPARQL and its answer, as the graph takes and gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RdfType = Literal["text/turtle", "application/n-quads", "application/n-triples"]
"""Forms in which a document's statements are written."""


@dataclass(frozen=True, slots=True)
class Question:
    """A SPARQL query with its limits. ``rows`` and ``graph`` are the short names of the forms to answer in."""

    text: str
    rows: str
    graph: str
    most: int
    seconds: int
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found: ``kind`` is ``rows``, ``boolean`` or ``graph``.

    ``seq`` is the last journal entry that the copy asked holds, ``head`` the journal's last.
    """

    kind: str
    form: str
    body: bytes
    rows: int
    seq: int
    head: int
