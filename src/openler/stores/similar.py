"""What is like a resource: by the skills, occupations, subjects and words of its name that both have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import tantivy
from tantivy import Occur

from openler.actions.search_ports import Alike
from openler.ctdl.places import folded
from openler.ids import Ctid
from openler.stores.words import analysers, boolean, boosted, term

Kind = Literal["skill", "occupation", "subject", "word"]

_BOOSTS: Mapping[Kind, tuple[str, float]] = {
    "skill": ("skill", 1.0),
    "occupation": ("facet_occupation", 1.5),
    "subject": ("subject", 1.0),
    "word": ("name", 0.7),
}
"""For each thing in common its field, and what it counts; the rarer it is, the more (BM25)."""


@dataclass(frozen=True, slots=True)
class Model:
    """A resource that others are compared with."""

    ctid: Ctid
    group: str
    features: Mapping[Kind, tuple[str, ...]]

    @classmethod
    def of(cls, searcher: tantivy.Searcher, ctid: Ctid) -> Model | None:
        """The resource as the index has it; None where it does not."""
        found = searcher.search(term("ctid", str(ctid)), 1).hits
        if not found:
            return None
        stored = searcher.doc(found[0][1]).to_dict()
        return cls(ctid, str(stored.get("facet_group", ["other"])[0]), _features(stored))

    def query(self) -> tantivy.Query:
        """What has anything in common with it, and is not itself."""
        alike = [
            (Occur.Should, boosted(term(field, value), boost)) for kind, (field, boost) in _BOOSTS.items() for value in self.features[kind]
        ]
        if not alike:
            return tantivy.Query.empty_query()
        return boolean([(Occur.Must, boolean(alike)), (Occur.MustNot, term("ctid", str(self.ctid)))])

    def alike(self, stored: Mapping[str, Any]) -> tuple[Alike, ...]:
        """What a found resource has in common with it."""
        theirs = _features(stored)
        shared: Sequence[tuple[Kind, tuple[str, ...]]] = [
            (kind, tuple(value for value in mine if value in theirs[kind])) for kind, mine in self.features.items()
        ]
        written = _written(stored)
        return tuple(
            Alike(kind, tuple(written.get(value, value) for value in values) if kind == "word" else values)
            for kind, values in shared
            if values
        )


def _written(stored: Mapping[str, Any]) -> dict[str, str]:
    """The words of a name as they stand there, by their stems."""
    words = str(stored.get("shown_name", [""])[0]).split()
    return {stem: word.strip("()[],;:") for word in reversed(words) for stem in analysers()["english"].analyze(word)}


def _features(stored: Mapping[str, Any]) -> dict[Kind, tuple[str, ...]]:
    def values(field: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(str, stored.get(field, ()))))

    occupations = values("facet_occupation")
    titles = {folded(one) for one in occupations}
    return {
        "skill": values("skill"),
        "occupation": occupations,
        "subject": tuple(one for one in values("subject") if one not in titles),
        "word": tuple(dict.fromkeys(analysers()["english"].analyze(str(stored.get("shown_name", [""])[0])))),
    }
