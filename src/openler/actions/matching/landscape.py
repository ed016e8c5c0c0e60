"""What the registry offers and asks for, made ready for matching: read once, then kept in step with the journal.

Reading a whole registry takes seconds, and a person who looks for work asks often. The documents that matching looks at are kept
beside the store they were read from; at the next call only those that the journal names since then are read again, and what is
worked out from them is worked out anew.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakKeyDictionary

from openler.actions.finding.get import all_documents
from openler.actions.ports import EnvelopeFilter, Ports, Store
from openler.ctdl.document import Document, parse, text
from openler.ctdl.terms import terms
from openler.ctdl.values import items
from openler.ids import Ctid
from openler.skills.align import Index
from openler.skills.entries import Entries
from openler.skills.evidence import COMPETENCY_TYPE
from openler.skills.framework import Target, TargetKind
from openler.skills.match import Background
from openler.skills.programs import Program, program

READ = (
    "ceterms:Occupation", "ceterms:Job", "ceterms:LearningOpportunityProfile", "ceterms:Credential", "ceterms:Agent",
    "ceterms:SupportService", "qdata:DataSetProfile", "ceasn:CompetencyFramework", COMPETENCY_TYPE,
)  # fmt: skip
"""The classes of documents that matching looks at."""

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Competency:
    """A published competency. ``name`` is its label where it has one, else its text; ``framework`` the name of what it is part of."""

    ctid: Ctid
    name: str
    text: str
    code: str
    framework: str


@dataclass(frozen=True)
class Landscape:
    """What the registry offers and asks for; ``seq`` is the journal entry it stands at. What is worked out is worked out once."""

    seq: int
    entries: Entries

    @cached_property
    def background(self) -> Background:
        """How often each thing is asked for."""
        return Background.of(self.entries.targets)

    @cached_property
    def programs(self) -> tuple[Program, ...]:
        """All programs as learners weigh them."""
        return tuple(program(document, self.entries) for document in self.entries.programs)

    @cached_property
    def competencies(self) -> dict[Ctid, Competency]:
        """All competencies that are described here, by CTID."""
        found = {}
        for ctid, entry in self.entries.by_ctid.items():
            if COMPETENCY_TYPE in items(entry.node, "@type"):
                label, words = text(entry.node, "ceasn:competencyLabel"), text(entry.node, "ceasn:competencyText")
                framework = text(entry.document.main, "ceasn:name") if entry.document.main is not entry.node else ""
                found[ctid] = Competency(ctid, label or words, words, text(entry.node, "ceasn:codedNotation"), framework)
        return found

    @cached_property
    def index(self) -> Index:
        """The competencies made ready to be found by people's own words."""
        return Index((ctid, f"{one.name}. {one.text}" if one.text != one.name else one.name) for ctid, one in self.competencies.items())

    @cached_property
    def offered(self) -> Offered:
        """What a learner can narrow programs by: the values that programs name, in order."""
        return Offered(
            counties=tuple(sorted({county for one in self.programs for county in one.counties})),
            supports=tuple(sorted({support for one in self.programs for support in one.supports})),
            delivery=tuple(sorted({way for one in self.programs for way in one.delivery})),
        )

    def of_kind(self, kind: TargetKind) -> tuple[Target, ...]:
        """The occupations, or the jobs, that ask for anything."""
        return tuple(target for target in self.entries.targets if target.kind == kind)

    def target(self, ctid: Ctid) -> Target | None:
        """The occupation or job of that CTID, if it asks for anything."""
        return self._targets.get(ctid)

    @cached_property
    def _targets(self) -> dict[Ctid, Target]:
        return {target.ctid: target for target in self.entries.targets}


@dataclass(frozen=True, slots=True)
class Offered:
    """The counties, supports and ways of delivery that published programs name."""

    counties: tuple[str, ...]
    supports: tuple[str, ...]
    delivery: tuple[str, ...]


@dataclass(slots=True)
class _Kept:
    """The documents as of a sequence number, and the landscape made of them."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    seq: int | None = None
    documents: dict[Ctid, Document] = field(default_factory=dict)
    made: Landscape | None = None


_kept: WeakKeyDictionary[Store, _Kept] = WeakKeyDictionary()
_turn = threading.Lock()


def landscape(ports: Ports, *, progress: Callable[[int, int], None] | None = None) -> Landscape:
    """The landscape of everything current, at the journal's head. Provisional documents are left out.

    ``progress`` is told how many documents have been read out of how many, where the whole registry is read.

    :raises Unavailable: the store does not answer
    """
    with _turn:
        kept = _kept.setdefault(ports.store, _Kept())
    with kept.lock:
        if kept.seq is None:
            head = ports.store.head()
            kept.documents = {document.ctid: document for document in _told(ports, all_documents(ports, *READ), progress)}
            kept.seq = head
        elif changed := _changed(ports, kept):
            wanted = [ctid for ctid in changed if _reread(ports, kept, ctid)]
            kept.made = None if wanted or kept.made is None else _at(kept.made, kept.seq)
        if kept.made is None:
            kept.made = Landscape(kept.seq, Entries.of(kept.documents.values()))
        return kept.made


def _told(ports: Ports, documents: Iterator[Document], progress: Callable[[int, int], None] | None) -> Iterator[Document]:
    if progress is None:
        yield from documents
        return
    classes = {name for top in READ for name in (top, *terms().subclasses(top))}
    total = sum(ports.store.count(EnvelopeFilter(ctdl_type=name)) for name in classes)
    for number, document in enumerate(documents):
        if number % BATCH == 0:
            progress(number, total)
        yield document
    progress(total, total)


def _at(made: Landscape, seq: int) -> Landscape:
    """The same landscape, with all that was worked out, at a later journal entry."""
    moved = copy.copy(made)
    object.__setattr__(moved, "seq", seq)
    return moved


def _changed(ports: Ports, kept: _Kept) -> tuple[Ctid, ...]:
    found: dict[Ctid, None] = {}
    while entries := ports.store.entries(after=kept.seq or 0, limit=BATCH):
        found |= dict.fromkeys(entry.ctid for entry in entries)
        kept.seq = entries[-1].seq
    return tuple(found)


def _reread(ports: Ports, kept: _Kept, ctid: Ctid) -> bool:
    """Read one document again; whether that changes what matching looks at."""
    before = kept.documents.pop(ctid, None)
    stored = ports.store.get(ctid)
    if stored is None or stored.ctid != ctid or stored.deleted or stored.provisional:
        return before is not None
    if not any(terms().is_a(stored.ctdl_type, top) for top in READ):
        return before is not None
    kept.documents[ctid] = parse(stored.normalised)
    return True
