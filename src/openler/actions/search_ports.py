"""A search and what it finds: hits, facets, how the words were read, where a page ended, why a resource is like another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from openler.ids import Ctid


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of hits ended: behind the first of these hits, which had this score or name to sort by, and stood at this position.

    The further ones stood before it, in case that it is withdrawn meanwhile.
    """

    hits: tuple[Ctid, ...]
    key: float | str
    position: int


@dataclass(frozen=True, slots=True)
class Alike:
    """What two resources have in common: ``kind`` is ``skill`` (a CTID or a name), ``occupation``, ``subject`` or ``word``."""

    kind: Literal["skill", "occupation", "subject", "word"]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a search was read, so that it can be said.

    ``corrected`` pairs each word that nothing has with the word searched for instead; ``also`` what was typed with what else
    that is called; ``any_word`` that nothing has all of the words, so that what has some is shown. ``place`` is False where no
    published address has the place asked for, ``measured`` where none there states coordinates: then what is there is found, and
    what is in its postal area (ZIP codes that begin with the same three digits).
    """

    corrected: tuple[tuple[str, str], ...] = ()
    also: tuple[tuple[str, tuple[str, ...]], ...] = ()
    any_word: bool = False
    place: bool = True
    measured: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """A search as people make it. ``facets`` maps a facet's name to the values wanted: any of them, all of the facets.

    ``near`` is a place as people name it: a postal code, a town, or ``latitude, longitude``; ``within`` is in kilometers.
    ``similar`` asks for what is like a resource. ``after`` continues a search behind a hit, in place of ``offset``.
    ``without`` names documents that are left out, hits and counts alike.
    """

    words: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limit: int = 20
    offset: int = 0
    near: str = ""
    within: float = 40.0
    similar: Ctid | None = None
    after: Cursor | None = None
    without: tuple[Ctid, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One found resource: enough to show it in a list without another read.

    ``kilometers`` is the distance to the place asked for, None where no address states coordinates; ``alike`` tells why a
    resource is similar.
    """

    ctid: Ctid
    ctdl_type: str
    name: str
    description: str
    owner_name: str
    score: float
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kilometers: float | None = None
    alike: tuple[Alike, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, how many there are in all, and for each facet the values with their counts.

    ``next`` is where the next page goes on, None after the last.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    reading: Reading = field(default_factory=Reading)
    next: Cursor | None = None


class SearchIndex(Protocol):
    """The projection that answers searches."""

    def find(self, query: Query) -> Found:
        """Search. Facet counts are over everything the words and the *other* facets select. No words raise anything.

        :raises NotFound: ``search.similar_to_nothing``
        :raises Unavailable: ``search.outdated``: the index is an older openler's, and has to be made anew
        """
        ...
