"""Canonical forms: RDF Dataset Canonicalization (RDFC-1.0) and, from :mod:`openler.linkeddata.jcs`, JCS.

RDFC-1.0 names blank nodes by what is said about them. Where that does not tell them apart it tries their orders, and a
small graph can be built that has more orders than anybody can try; so the work is counted and limited (section 7.1 of
the recommendation asks for it).
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from openler.errors import TooLarge, declare
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.expand import to_quads
from openler.linkeddata.jcs import jcs
from openler.linkeddata.rdf import Quad

__all__ = ["Canonical", "WorkLimitExceeded", "canonical_dataset", "canonicalise", "jcs", "nquad"]

HashName = Literal["sha256", "sha384", "sha512"]

MAX_WORK = 200_000
"""Related blank nodes looked at while telling alike ones apart, before giving up (half a second). The hardest computable
graph of the W3C suite takes 6,144, the hardest of the field's samples 66."""
MAX_CHAIN = 128
"""How long a chain of blank nodes that look alike may be: each link is one level of recursion."""

WORK_LIMIT = declare("linkeddata.work_limit", by=__name__)


class WorkLimitExceeded(TooLarge):
    """The graph's blank nodes cannot be told apart with the work allowed: a poison graph, or one that might as well be."""


@dataclass(frozen=True, slots=True)
class Canonical:
    """A canonicalised dataset: its N-Quads lines, sorted, each with its line feed, and the blank nodes' old and new labels."""

    lines: tuple[str, ...]
    labels: dict[str, str]

    def nquads(self) -> bytes:
        """The canonical N-Quads document."""
        return "".join(self.lines).encode()


def canonicalise(document: dict[str, Any], contexts: Contexts, *, hash_name: HashName = "sha256") -> bytes:
    """The RDFC-1.0 canonical form of a JSON-LD document, as N-Quads.

    Raises what :func:`openler.linkeddata.expand.expand` raises.

    :raises WorkLimitExceeded: ``linkeddata.work_limit``
    """
    return canonical_dataset(to_quads(document, contexts), hash_name=hash_name).nquads()


def canonical_dataset(quads: Iterable[Quad], *, hash_name: HashName = "sha256", max_work: int = MAX_WORK) -> Canonical:
    """Canonicalise a dataset (RDFC-1.0, section 4.4).

    :raises WorkLimitExceeded: ``linkeddata.work_limit``
    """
    distinct = list(dict.fromkeys(quads))
    labels = _Canonicalisation(distinct, hash_name, max_work).labels()
    return Canonical(tuple(sorted({nquad(quad, labels) for quad in distinct})), labels)


def nquad(quad: Quad, labels: Mapping[str, str]) -> str:
    """A statement as a canonical N-Quads line, each blank node under the label that ``labels`` gives it."""
    subject, predicate, object_, graph = (labels[term] if term.startswith("_:") else term for term in quad)
    return f"{subject} {predicate} {object_} {graph} .\n" if graph else f"{subject} {predicate} {object_} .\n"


class _Issuer:
    """Gives labels out in order (section 4.5). Order of issue is the dict's order."""

    __slots__ = ("issued", "prefix")

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.issued = {} if issued is None else issued

    def issue(self, node: str) -> str:
        label = self.issued.get(node)
        if label is None:
            label = self.issued[node] = f"{self.prefix}{len(self.issued)}"
        return label

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, dict(self.issued))


class _Canonicalisation:
    def __init__(self, quads: Sequence[Quad], hash_name: HashName, max_work: int) -> None:
        self._hash_name = hash_name
        self._max_work = max_work
        self._work = 0
        self._canonical = _Issuer("_:c14n")
        self._about: dict[str, list[Quad]] = {}
        self._first: dict[str, str] = {}
        for quad in quads:
            for node in {term for term in (quad[0], quad[2], quad[3]) if term.startswith("_:")}:
                self._about.setdefault(node, []).append(quad)

    def labels(self) -> dict[str, str]:
        alike: dict[str, list[str]] = defaultdict(list)
        for node, quads in self._about.items():
            self._first[node] = digest = self._first_degree(node, quads)
            alike[digest].append(node)
        shared = []
        for digest in sorted(alike):
            if len(alike[digest]) == 1:
                self._canonical.issue(alike[digest][0])
            else:
                shared.append(digest)
        for digest in shared:
            paths: list[tuple[str, _Issuer]] = []
            for node in alike[digest]:
                if node not in self._canonical.issued:
                    issuer = _Issuer("_:b")
                    issuer.issue(node)
                    paths.append(self._n_degree(node, issuer, 0))
            for _, issuer in sorted(paths, key=lambda path: path[0]):
                for node in issuer.issued:
                    self._canonical.issue(node)
        return self._canonical.issued

    def _hash(self, text: str) -> str:
        return hashlib.new(self._hash_name, text.encode()).hexdigest()

    def _first_degree(self, node: str, quads: list[Quad]) -> str:
        """Section 4.6: what is said about a node, with every other blank node alike."""
        lines = []
        for quad in quads:
            subject, predicate, object_, graph = (("_:a" if term == node else "_:z") if term.startswith("_:") else term for term in quad)
            lines.append(f"{subject} {predicate} {object_} {graph} .\n" if graph else f"{subject} {predicate} {object_} .\n")
        return self._hash("".join(sorted(lines)))

    def _related(self, node: str, issuer: _Issuer) -> dict[str, list[str]]:
        """Section 4.8.3, step 3: the blank nodes met in statements about ``node``, by hash; one met twice stands twice."""
        found: dict[str, list[str]] = defaultdict(list)
        for quad in self._about[node]:
            for term, position in ((quad[0], "s"), (quad[2], "o"), (quad[3], "g")):
                if term.startswith("_:") and term != node:
                    self._spend()
                    # Section 4.7: position, predicate unless in graph position, and the best name known so far.
                    name = self._canonical.issued.get(term) or issuer.issued.get(term) or self._first[term]
                    found[self._hash(position + (quad[1] if position != "g" else "") + name)].append(term)
        return found

    def _spend(self) -> None:
        self._work += 1
        if self._work > self._max_work:
            raise WorkLimitExceeded(WORK_LIMIT, limit=self._max_work)

    def _n_degree(self, node: str, issuer: _Issuer, level: int) -> tuple[str, _Issuer]:
        """Section 4.8: tell alike nodes apart by their neighbours, taking the least path over all orders."""
        if level > MAX_CHAIN:
            raise WorkLimitExceeded(WORK_LIMIT, limit=MAX_CHAIN)
        data = []
        related = self._related(node, issuer)
        for digest in sorted(related):
            chosen: tuple[str, _Issuer] | None = None
            for order in _orders(related[digest]):
                self._spend()
                found = self._path(order, issuer.copy(), chosen[0] if chosen else "", level)
                if found is not None:
                    chosen = found
            if chosen is None:  # the first order always yields a path
                raise AssertionError
            data.append(digest + chosen[0])
            issuer = chosen[1]
        return self._hash("".join(data)), issuer

    def _path(self, order: Sequence[str], issuer: _Issuer, best: str, level: int) -> tuple[str, _Issuer] | None:
        """Steps 5.4.4 and 5.4.5: the path of one order, or None as soon as it is no better than the best one."""
        path = ""
        pending = []
        for node in order:
            label = self._canonical.issued.get(node)
            if label is None:
                if node not in issuer.issued:
                    pending.append(node)
                label = issuer.issue(node)
            path += label
            if best and len(path) >= len(best) and path > best:
                return None
        for node in pending:
            self._spend()
            digest, deeper = self._n_degree(node, issuer, level + 1)
            path += f"{issuer.issue(node)}<{digest}>"
            issuer = deeper
            if best and len(path) >= len(best) and path > best:
                return None
        return (path, issuer) if not best or path < best else None


def _orders(nodes: list[str]) -> Iterator[tuple[str, ...]]:
    """All distinct orders of a list. Without repetition they are fewer and have the same least path."""
    counts = Counter(nodes)

    def extend(prefix: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if len(prefix) == len(nodes):
            yield prefix
            return
        for node in counts:
            if counts[node]:
                counts[node] -= 1
                yield from extend((*prefix, node))
                counts[node] += 1

    return extend(())
