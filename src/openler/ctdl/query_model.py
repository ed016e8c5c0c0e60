"""A query of the registry as data: what :mod:`openler.ctdl.query` reads and a store answers.

A *node* is anything a published graph describes: a resource with a CTID, a blank node, an object embedded in another. A
condition holds of a node or does not; a query finds the nodes with a CTID of which its condition holds.

    All, AnyOf, Not          conditions put together; All of nothing holds, AnyOf nothing does not
    Link, Points             of what a node refers to, or (``reverse``) of what refers to it
    Named                    of the node's own CTID or address
    Stated, Equals, Words,   of its literal values
    Matches, Between
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

How = Literal["startsWith", "endsWith", "contains", "exactMatch"]

TYPE, ID, CTID = "@type", "@id", "ceterms:ctid"
CREATED, UPDATED = "search:recordCreated", "search:recordUpdated"
OWNED_BY, PUBLISHED_BY = "search:recordOwnedBy", "search:recordPublishedBy"
RELEVANCE = "search:relevance"
RECORD_TIMES = frozenset({CREATED, UPDATED})
RECORD_PARTIES = frozenset({OWNED_BY, PUBLISHED_BY})
"""What the registry knows of a record beside what the record says. It holds of nodes with a CTID only."""


@dataclass(frozen=True, slots=True)
class All:
    """Each part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Link:
    """The node refers by ``property`` to a node of which ``inner`` holds; ``reverse``: such a node refers to it.

    ``inner`` None asks for any reference at all, also to an address that no node here has.
    """

    property: str
    reverse: bool
    inner: Condition | None


@dataclass(frozen=True, slots=True)
class Points:
    """The node refers by ``property`` to a CTID that ``value`` names, or to an address that holds ``value``.

    ``aliases`` are other spellings of the same address: a CURIE and what it stands for.
    """

    property: str
    value: str
    aliases: tuple[str, ...] = ()
    how: How = "contains"


@dataclass(frozen=True, slots=True)
class Named:
    """The node's own ``@id`` or ``ceterms:ctid`` is ``value`` where that holds a whole CTID, else has it as a part."""

    property: str
    value: str


@dataclass(frozen=True, slots=True)
class Stated:
    """The node has a value for a literal property."""

    property: str


@dataclass(frozen=True, slots=True)
class Equals:
    """The node has this value, capital and small letters alike; ``values`` are other spellings of the same one."""

    property: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the node holds a word that begins as one of ``beginnings`` does; in ``language`` where one is named.

    A language is a lower-case tag and stands for those below it: ``en`` for ``en-us``.
    """

    property: str
    beginnings: tuple[str, ...]
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Matches:
    """A text of the node begins with, ends with, contains or is ``text``, which is folded as :func:`.query_words.folded` folds."""

    property: str
    text: str
    how: How
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """A number or time (seconds since 1970, UTC) of the node lies between the two, both included; None is open."""

    property: str
    low: float | None
    high: float | None


Condition = All | AnyOf | Not | Link | Points | Named | Stated | Equals | Words | Matches | Between


@dataclass(frozen=True, slots=True)
class Order:
    """What results are sorted by: a record's time (relevance is the same for all, hence newest first) or a literal property."""

    by: str = UPDATED
    descending: bool = True
