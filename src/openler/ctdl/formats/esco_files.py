"""The files of an ESCO download, their columns, and how their cells hold several values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

SOURCE: Final = "eu-esco"
PAGE: Final = "https://esco.ec.europa.eu/"
LICENCE: Final = "https://eur-lex.europa.eu/eli/dec/2011/833/oj"
"""ESCO may be reused under Commission Decision 2011/833/EU, its source being named."""
OPTIONAL_SKILLS: Final = "Optional skills and knowledge of {edition}."
ESSENTIAL_SKILLS: Final = "Essential skills and knowledge of {edition}."

Rows = Iterable[tuple[int, Mapping[str, str]]]
Numbered = tuple[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class File:
    """A file by its name without language and ending, the columns needed of it, and whether an import can do without it.

    ``short``: ESCO leaves out the last cells of a row where they are empty.
    """

    stem: str
    columns: tuple[str, ...]
    optional: bool = True
    short: bool = False


FILES: Final = {
    "occupations": File("occupations", ("conceptUri", "iscoGroup", "preferredLabel", "altLabels", "description", "code"), optional=False),
    "groups": File("ISCOGroups", ("conceptUri", "code", "preferredLabel", "description"), optional=False),
    "broader": File("broaderRelationsOccPillar", ("conceptUri", "broaderUri")),
    "skills": File("skills", ("conceptUri", "preferredLabel", "altLabels", "description", "skillType")),
    "skill_groups": File("skillGroups", ("conceptUri", "preferredLabel", "altLabels", "description", "code")),
    "hierarchy": File("skillsHierarchy", ("Level 0 URI", "Level 1 URI", "Level 2 URI", "Level 3 URI"), short=True),
    "relations": File("skillSkillRelations", ("originalSkillUri", "relationType", "relatedSkillType", "relatedSkillUri")),
    "occupation_skills": File("occupationSkillRelations", ("occupationUri", "relationType", "skillUri")),
    "profiles": File("esco_occupation_profiles", ("occupation_uri", "essential_skills", "optional_skills")),
    "digital": File("digitalSkillsCollection", ("conceptUri", "preferredLabel")),
    "green": File("greenSkillsCollection", ("conceptUri", "preferredLabel")),
    "language": File("languageSkillsCollection", ("conceptUri", "preferredLabel")),
    "transversal": File("transversalSkillsCollection", ("conceptUri", "preferredLabel")),
    "research": File("researchSkillsCollection", ("conceptUri", "preferredLabel")),
    "digcomp": File("digCompSkillsCollection", ("conceptUri", "preferredLabel")),
    "research_occupations": File("researchOccupationsCollection", ("conceptUri", "preferredLabel")),
}
"""All that is read. ``profiles`` names skills by their label alone; ``occupation_skills`` names them by address."""

COLLECTIONS: Final = {
    "digital": "Digital skills", "green": "Green skills and knowledge concepts", "language": "Language skills and knowledge",
    "transversal": "Transversal skills and competences", "research": "Research skills and competences", "digcomp": "DigComp skills",
    "research_occupations": "Research occupations",
}  # fmt: skip
"""ESCO's collections by their table."""


_ADDRESS: Final = re.compile(r"https?://[^\x00-\x20<>\"{}|^`\\\x7f]{1,2000}")


def is_address(text: str) -> bool:
    """Whether a cell names something: an http(s) address that can stand in RDF."""
    return _ADDRESS.fullmatch(text) is not None


def several(cell: str) -> list[str]:
    """The values of a cell: one a line in the main files, between bars in those of collections. Each once."""
    separator = "\n" if "\n" in cell else " | "
    return list(dict.fromkeys(value for part in cell.split(separator) if (value := part.strip())))
