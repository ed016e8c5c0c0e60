"""A search and what it finds: hits, facets, how the words were read, where a page ended, why a resource is like another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from openler.ids import Ctid


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of hits ended: behind the first of these hits, which had this score or name to sort by, and stood at this position.

    The further ones stood before it, in case that it is withdrawn meanwhile. With ``back`` it is where a page began, for the page
    before: the first of these hits, and the further ones behind it.
    """

    hits: tuple[Ctid, ...]
    key: float | str
    position: int
    back: bool = False


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
    ``without`` names documents that are left out, hits and counts alike. ``values`` is how many values of each facet are told;
    ``counted`` names facets to be counted however many resources are found.
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
    values: int = 100
    counted: tuple[str, ...] = ()


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

    ``next`` is where the next page goes on, None after the last; ``previous`` where the page before ended, None before the first;
    ``start`` the position of the first hit, from 0 on. ``others`` tells of a facet with more values than are told how
    often the found have those. ``uncounted`` names facets that were not counted because very many are found: of their values at
    most the chosen ones are told. No count is an estimate.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    reading: Reading = field(default_factory=Reading)
    next: Cursor | None = None
    others: Mapping[str, int] = field(default_factory=dict)
    uncounted: tuple[str, ...] = ()
    previous: Cursor | None = None
    start: int = 0


class SearchIndex(Protocol):
    """The projection that answers searches."""

    def find(self, query: Query) -> Found:
        """Search. Facet counts are over everything the words and the *other* facets select. No words raise anything.

        :raises NotFound: ``search.similar_to_nothing``
        :raises Unavailable: ``search.outdated``: the index is an older openler's, and has to be made anew
        """
        ...
