"""The bundled sample: the invented Quillmere region, its eight invented learners, and real figures about occupations.

The tables lie beside this file (README.md says what is invented and what is real). What is here turns the learners' rows into what
issuing and holding take, by looking up in the registry what the rows name by the region's own numbers.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from openler.actions.issuing.issue_rows import AchievementRow
from openler.ctdl.document import Document, nodes, refs, text
from openler.errors import NotFound, declare
from openler.holding.experience import Experience, Skill
from openler.ids import Ctid
from openler.resources import read_bytes, read_text
from openler.skills.entries import Entries
from openler.skills.framework import SOC_LENGTH
from openler.skills.programs import Program, program

NOT_IN_REGISTRY = declare("sample.not_in_registry", by=__name__)
NO_PROGRAM = declare("sample.no_program", by=__name__)

PACKAGE = __name__
OFFERING, CREDENTIAL, INSTITUTION = "Quillmere offering number", "Quillmere credential number", "Quillmere institution number"


@dataclass(frozen=True, slots=True)
class Learner:
    """An invented person. ``own_occupation`` is the O*NET-SOC code of what they do or aim at; ``minor`` is under 18."""

    id: str
    name: str
    life: str
    story: str
    own_occupation: str
    minor: bool
    language: str

    @property
    def handle(self) -> str:
        """The name by which the learner signs in."""
        return self.name.split()[0].lower()


@dataclass(frozen=True, slots=True)
class Achievement:
    """One achievement of a learner: who issues it, what it is, and the row that issuing takes."""

    learner: str
    issuer: Ctid
    row: AchievementRow


def mapping() -> bytes:
    """The mapping file by which the region's tables are imported."""
    return read_bytes(PACKAGE, "mapping.yaml")


def learners() -> tuple[Learner, ...]:
    """The eight learners."""
    return tuple(
        Learner(
            row["learner_id"],
            row["invented_name"],
            row["life"],
            row["story"],
            row["own_occupation"],
            row["minor"] == "yes",
            row["language"],
        )
        for row in _rows("learners.csv")
    )


def achievements(documents: Iterable[Document]) -> tuple[Achievement, ...]:
    """The learners' achievements in the sample region, as its published documents name them.

    :raises NotFound: ``sample.not_in_registry``: the region or O*NET has not been imported
    """
    known = _Names(documents)
    return tuple(
        Achievement(
            row["learner_id"],
            known.issuer(row["issued_by"]),
            _achievement_row(number, row, known.earned(row["earned_kind"], row["earned_id"]), known.competencies(row)),
        )
        for number, row in enumerate(_rows("achievements.csv"), 2)
    )


def experiences(documents: Iterable[Document]) -> dict[str, tuple[Experience, ...]]:
    """What each learner says about themselves, by learner; the skills are the region's and O*NET's, where published."""
    known = _Names(documents)
    found: dict[str, list[Experience]] = {learner.id: [] for learner in learners()}
    for row in _rows("experiences.csv"):
        codes = _codes(row["skills_claimed"]) + _codes(row["onet_elements_claimed"])
        skills = tuple(Skill(known.skills[code][1], known.skills[code][0]) for code in codes if code in known.skills)
        found[row["learner_id"]].append(
            Experience(row["experience"], started=row["from"], ended=row["until"], description=row["in_own_words"], skills=skills)
        )
    return {learner: tuple(told) for learner, told in found.items()}


def achievements_elsewhere(documents: Iterable[Document]) -> tuple[Achievement, ...]:
    """The same learners with credentials of another region's real programs, for a registry that holds no sample region.

    Each row goes to a program of the learner's own occupation (by the codes the region gives, else those inferred) that may be
    recommended; a learner's rows go to different programs as far as there are enough. O*NET elements assessed stay as they are.

    :raises NotFound: ``sample.no_program``: the registry has no program for a learner's occupation
    """
    held = list(documents)
    entries, known = Entries.of(held), _Names(held)
    by_soc = _programs_by_soc(entries)
    taken: dict[str, int] = {}
    found = []
    own = {learner.id: learner.own_occupation[:SOC_LENGTH] for learner in learners()}
    for number, row in enumerate(_rows("achievements.csv"), 2):
        learner = row["learner_id"]
        choice = by_soc.get(own[learner], ())
        if not choice:
            raise NotFound(NO_PROGRAM, place=f"row {number}", occupation=own[learner])
        chosen = choice[taken.get(learner, 0) % len(choice)]
        taken[learner] = taken.get(learner, 0) + 1
        elements = tuple(str(known.skills[code][0]) for code in _codes(row["onet_elements_assessed"]) if code in known.skills)
        found.append(Achievement(learner, Ctid(chosen.provider), _achievement_row(number, row, chosen.ctid, elements)))
    return tuple(found)


def _programs_by_soc(entries: Entries) -> Mapping[str, tuple[Program, ...]]:
    found: dict[str, list[Program]] = {}
    for document in entries.programs:
        one = program(document, entries)
        if one.provider and not one.hindrance:
            for soc in one.socs:
                found.setdefault(soc, []).append(one)
    # Those that lead to few occupations first: they say most about the learner.
    return {soc: tuple(sorted(programs, key=lambda one: (len(one.socs), one.ctid))) for soc, programs in found.items()}


def _achievement_row(number: int, row: Mapping[str, str], earned: Ctid, competencies: tuple[str, ...]) -> AchievementRow:
    learner = next(learner for learner in learners() if learner.id == row["learner_id"])
    return AchievementRow(number, learner.name, learner.id, earned, row["earned_on"], competencies, row["valid_until"], learner.handle)


class _Names:
    """What the sample's own numbers and codes stand for in the registry."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._numbered: dict[tuple[str, str], Document] = {}
        self._by_name: dict[str, Ctid] = {}
        self.skills: dict[str, tuple[Ctid, str]] = {}
        for document in sorted(documents, key=lambda one: one.ctid):
            main = document.main
            for identifier in nodes(document, main, "ceterms:identifier"):
                place = (text(identifier, "ceterms:identifierTypeName"), text(identifier, "ceterms:identifierValueCode"))
                self._numbered.setdefault(place, document)
            if document.type.endswith("Organization"):
                self._by_name.setdefault(text(main, "ceterms:name"), document.ctid)
            if document.type == "ceasn:CompetencyFramework":
                self._read(document)

    def _read(self, framework: Document) -> None:
        for node in framework.graph:
            ctid, code = Ctid.within(str(node.get("ceterms:ctid", ""))), text(node, "ceasn:codedNotation")
            if ctid and code and node is not framework.main:
                self.skills.setdefault(code, (ctid, text(node, "ceasn:competencyLabel") or text(node, "ceasn:competencyText")))

    def issuer(self, number: str) -> Ctid:
        """A school, or the body whose name the bodies' table gives."""
        school = self._numbered.get((INSTITUTION, number))
        name = next((row["body_name"] for row in _rows("bodies.csv") if row["body_id"] == number), "")
        found = school.ctid if school else self._by_name.get(name)
        if found is None:
            raise NotFound(NOT_IN_REGISTRY, place="issued_by", seen=number)
        return found

    def earned(self, kind: str, number: str) -> Ctid:
        """A standing credential, or the credential that an offering results in (the offering itself where it names none)."""
        document = self._numbered.get((CREDENTIAL if kind == "credential" else OFFERING, number))
        if document is None:
            raise NotFound(NOT_IN_REGISTRY, place="earned_id", seen=number)
        results = [ctid for iri in refs(document.main, "ceterms:resultsInCredential") if (ctid := Ctid.within(iri))]
        return results[0] if results and kind != "credential" else document.ctid

    def competencies(self, row: Mapping[str, str]) -> tuple[str, ...]:
        """The CTIDs of the competencies that a row says were assessed."""
        found = []
        for code in _codes(row["skills_assessed"]) + _codes(row["onet_elements_assessed"]):
            if code not in self.skills:
                raise NotFound(NOT_IN_REGISTRY, place="skills_assessed", seen=code)
            found.append(str(self.skills[code][0]))
        return tuple(found)


def _codes(cell: str) -> list[str]:
    return [code for code in cell.split(";") if code]


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(read_text(PACKAGE, name).splitlines())
