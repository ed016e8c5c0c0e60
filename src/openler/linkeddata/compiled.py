"""Canonical forms at speed: documents of one shape are expanded once, and every further one is filled into its plan.

Records issued in bulk share their shape, and nine tenths of the time of RDFC-1.0 over JSON-LD go into expanding what was expanded
before. The reference (:mod:`openler.linkeddata.canonical`) does everything a plan does not, and checks each plan when it is made.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from openler.errors import OpenlerError
from openler.linkeddata.canonical import HashName, canonical_dataset
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.expand import to_quads
from openler.linkeddata.jcs import is_plain
from openler.linkeddata.plan import Plan, compile_plan
from openler.linkeddata.plan_code import Texts
from openler.linkeddata.rdf import Quad
from openler.linkeddata.shape import Unshaped, shape_of, steering_names

MAX_SHAPES = 1_000
"""Shapes remembered for one set of contexts, the least recently used forgotten first."""
MAX_VARIANTS = 50
"""Plans of one shape, which differ in texts that steer expansion where no keyword says so."""
MAX_PLANS = 2_000
"""Plans of all shapes together: strangers may bring shapes of their own, each with many variants."""
RECENT = 4
"""Plans tried before the shape is looked up: a batch mostly goes on as it began."""

_HASHES: Mapping[HashName, Callable[[bytes], Any]] = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


_PLAIN = "linkeddata.plain"


@dataclass(slots=True)
class _Shape:
    seen: int = 0
    plans: list[Plan] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A document that fits a plan, and its texts: found once for all who ask about a document that nobody changes meanwhile."""

    document: dict[str, Any]
    plan: Plan
    texts: Texts

    def canonical(self, hash_name: HashName) -> bytes | None:
        """The document's canonical form; None where the reference must make it."""
        return self.plan.fill(self.texts, _HASHES[hash_name])

    def is_plain(self) -> bool:
        """As :func:`openler.linkeddata.jcs.is_plain` of the document: its names and numbers are those of all documents of the shape."""
        known: bool | None = self.plan.noted.get(_PLAIN)
        if known is None:
            known = self.plan.noted[_PLAIN] = is_plain(self.document)
        return known


class Plans:
    """The plans made with one set of contexts. Safe for many threads: a plan is only ever added, and found or not."""

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts
        self._steering = steering_names(contexts)
        self._shapes: OrderedDict[int, _Shape] = OrderedDict()
        self._recent: dict[tuple[str, ...], tuple[Plan, ...]] = {}
        self._turn = threading.Lock()

    def canonicalise(self, document: dict[str, Any], hash_name: HashName) -> bytes:
        """As :func:`canonicalise`."""
        return self.formed(document, hash_name)[0]

    def formed(self, document: dict[str, Any], hash_name: HashName) -> tuple[bytes, Fit | None]:
        """As :func:`formed`."""
        sha = _HASHES[hash_name]
        members = tuple(document)
        for plan in self._recent.get(members, ()):
            texts = plan.match(document)
            if texts is not None and (done := plan.fill(texts, sha)) is not None:
                return done, Fit(document, plan, texts)
        shape = self._shape(document)
        if shape is None:
            return self._reference(document, hash_name), None
        plans = tuple(shape.plans)
        for plan in plans:
            texts = plan.match(document)
            if texts is not None and (done := plan.fill(texts, sha)) is not None:
                self._prefer(members, plan)
                return done, Fit(document, plan, texts)
        done = self._reference(document, hash_name)
        if _is_wanted(shape, plans):
            self._learn(document, shape, members)
        return done, None

    def notice(self, document: dict[str, Any]) -> Fit | None:
        """As :func:`notice`; the fit of a document whose plan was there already."""
        shape = self._shape(document)
        if shape is None:
            return None
        members, plans = tuple(document), tuple(shape.plans)
        for plan in plans:
            texts = plan.match(document)
            if texts is not None:
                self._prefer(members, plan)
                return Fit(document, plan, texts)
        if _is_wanted(shape, plans):
            self._learn(document, shape, members)
        return None

    def fitted(self, document: dict[str, Any]) -> Fit | None:
        """As :func:`fitted`."""
        return self.fit(document) or self.notice(document)

    def _shape(self, document: dict[str, Any]) -> _Shape | None:
        """The document's shape, counted once more; None for a document that has none."""
        try:
            # Its hash is enough: what a plan fits it says itself, and a hostile document's shape need not be kept.
            key = hash(shape_of(document, self._steering))
        except Unshaped:
            return None
        with self._turn:
            shape = self._shapes.setdefault(key, _Shape())
            self._shapes.move_to_end(key)
            while len(self._shapes) > MAX_SHAPES:
                self._shapes.popitem(last=False)
            shape.seen += 1
            return shape

    def fit(self, document: dict[str, Any]) -> Fit | None:
        """As :func:`fit`."""
        members = tuple(document)
        for plan in self._recent.get(members, ()):
            texts = plan.match(document)
            if texts is not None:
                return Fit(document, plan, texts)
        for plan in self._held(document):
            texts = plan.match(document)
            if texts is not None:
                self._prefer(members, plan)
                return Fit(document, plan, texts)
        return None

    def _held(self, document: dict[str, Any]) -> tuple[Plan, ...]:
        """The plans of a document's shape; its shape is not counted."""
        try:
            key = hash(shape_of(document, self._steering))
        except Unshaped:
            return ()
        with self._turn:
            shape = self._shapes.get(key)
            return () if shape is None else tuple(shape.plans)

    def plan_for(self, document: dict[str, Any]) -> Plan | None:
        """As :func:`plan_for`."""
        found = self.fit(document)
        return None if found is None else found.plan

    def _reference(self, document: dict[str, Any], hash_name: HashName) -> bytes:
        return canonical_dataset(to_quads(document, self._contexts), hash_name=hash_name).nquads()

    def _learn(self, document: dict[str, Any], shape: _Shape, members: tuple[str, ...]) -> None:
        plan = compile_plan(document, self._contexts, self._steering, self._reference(document, "sha256"))
        if plan is not None:
            with self._turn:
                shape.plans.append(plan)
                while sum(len(one.plans) for one in self._shapes.values()) > MAX_PLANS:
                    self._shapes.popitem(last=False)
            self._prefer(members, plan)

    def _prefer(self, members: tuple[str, ...], plan: Plan) -> None:
        with self._turn:
            others = tuple(one for one in self._recent.get(members, ()) if one is not plan)
            if len(self._recent) >= MAX_SHAPES and members not in self._recent:
                self._recent.pop(next(iter(self._recent)))
            self._recent[members] = (plan, *others[: RECENT - 1])


def _is_wanted(shape: _Shape, plans: tuple[Plan, ...]) -> bool:
    """Whether to make a plan. One that fixes no text is for the whole shape: a document that it leaves to the reference met its limits."""
    return all(plan.fixed for plan in plans) and len(plans) < MAX_VARIANTS and (bool(plans) or _is_power_of_two(shape.seen))


def _is_power_of_two(count: int) -> bool:
    """A plan costs several expansions: it is tried at the second document of a shape, and where that fails at the 4th, 8th, ..."""
    return count > 1 and count & (count - 1) == 0


def plan_for(document: dict[str, Any], contexts: Contexts) -> Plan | None:
    """The plan that a document fits, if one was made: what a check found for one document of its shape holds for all of them."""
    return _plans(contexts).plan_for(document)


def fit(document: dict[str, Any], contexts: Contexts) -> Fit | None:
    """The plan that a document fits, as :func:`plan_for`, with the document's texts."""
    return _plans(contexts).fit(document)


def fitted(document: dict[str, Any], contexts: Contexts) -> Fit | None:
    """As :func:`fit`, of all plans; a document without one is counted, and a plan made for those of its shape to come.

    :raises OpenlerError: as :func:`canonicalise`, where a plan was to be made and the document has no canonical form
    """
    return _plans(contexts).fitted(document)


def quads(document: dict[str, Any], contexts: Contexts) -> list[Quad]:
    """The same statements as :func:`openler.linkeddata.expand.to_quads`, in the same order, and the same errors."""
    try:
        found = fitted(document, contexts)
    except OpenlerError:
        found = None  # the reference says what is wrong with the document
    return to_quads(document, contexts) if found is None else found.plan.quads(found.texts)


def notice(document: dict[str, Any], contexts: Contexts) -> None:
    """Count a document whose canonical form nobody asks for, so that :func:`plan_for` knows those of its shape to come.

    :raises OpenlerError: as :func:`canonicalise`, where a plan was to be made and the document has no canonical form
    """
    _plans(contexts).notice(document)


def canonicalise(document: dict[str, Any], contexts: Contexts, *, hash_name: HashName = "sha256") -> bytes:
    """The RDFC-1.0 canonical form of a JSON-LD document, as N-Quads.

    The same bytes as :func:`openler.linkeddata.canonical.canonicalise`, and the same errors.
    """
    return _plans(contexts).formed(document, hash_name)[0]


def formed(document: dict[str, Any], contexts: Contexts, *, hash_name: HashName = "sha256") -> tuple[bytes, Fit | None]:
    """As :func:`canonicalise`, with the fit by which the form was made."""
    return _plans(contexts).formed(document, hash_name)


def _plans(contexts: Contexts) -> Plans:
    if not contexts.plans:
        contexts.plans.append(Plans(contexts))
    found: Plans = contexts.plans[0]  # of two made at once by two threads the first is used
    return found
