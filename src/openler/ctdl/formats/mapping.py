"""Reading a mapping file: YAML whose every word is known, or an error that names the place.

Every scalar is text until a field says otherwise, as :mod:`openler.ctdl.plain_yaml` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from openler.ctdl import plain_yaml
from openler.ctdl.formats.mapping_reading import gather, references
from openler.ctdl.formats.mapping_sections import (
    Credentials,
    Frameworks,
    Jobs,
    Occupations,
    Organizations,
    Outcomes,
    Programs,
    Section,
    Support,
)  # fmt: skip
from openler.ctdl.formats.mapping_values import Strict
from openler.errors import Malformed, NotFound, TooLarge, declare
from openler.resources import names, read_bytes

NOT_YAML = declare("import.mapping_not_yaml", by=__name__)
WORD = declare("import.mapping_word", by=__name__)
TOO_LARGE = declare("import.mapping_too_large", by=__name__)
UNKNOWN = declare("import.mapping_unknown", by=__name__)

MAX_MAPPING_BYTES = 1_000_000
"""Largest mapping file, in bytes."""
MAX_COVERAGE = 500
"""Longest sentence about what a source covers, in characters."""

Clean = Literal["quotes", "spaces", "lines"]
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


class Source(Strict):
    """Who speaks."""

    id: str = Field(min_length=1, max_length=100, pattern=r"^[a-z0-9][a-z0-9.-]*$")
    name: str
    page: str = ""
    licence: str = ""
    language: str = "en-US"
    sample: bool = False
    coverage: tuple[str, ...] = ()

    @field_validator("coverage", mode="before")
    @classmethod
    def _sentences(cls, given: object) -> object:
        """One sentence or several."""
        return (given,) if isinstance(given, str) else given

    @field_validator("coverage")
    @classmethod
    def _said(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if any(not text.strip() or len(text) > MAX_COVERAGE for text in given):
            raise ValueError(f"coverage is one sentence or a list of them, each of at most {MAX_COVERAGE} characters")
        return tuple(text.strip() for text in given)


class Body(Strict):
    """An organisation that the mapping itself describes."""

    type: str = Field("ceterms:Organization", alias="class")
    name: str
    description: str = ""
    page: str = ""
    ctid: str = ""
    agent_type: str = ""
    sector: str = ""


class TableSpec(Strict):
    """A file of rows."""

    file: str
    optional: bool = False
    as_of: str = ""
    nulls: tuple[str, ...] = ("",)
    clean: tuple[Clean, ...] = ()

    @field_validator("as_of")
    @classmethod
    def _date(cls, given: str) -> str:
        if given and not _DATE.fullmatch(given):
            raise ValueError("as_of is a year, a month or a day: 2024, 2024-05, 2024-05-31")
        return given

    @field_validator("file")
    @classmethod
    def _inside(cls, given: str) -> str:
        if given.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", given):
            raise ValueError("a table's file lies inside the directory")
        return given


class CipSoc(Strict):
    """The crosswalk from instructional programs to occupations."""

    table: str
    cip: str
    soc: str
    title: str | None = None
    cip_title: str | None = None
    no_match: tuple[str, ...] = ("99-9999",)
    name: str
    source: str = ""


class Soc2010(Strict):
    """The crosswalk from SOC 2010 to SOC 2018."""

    table: str
    old: str = Field(alias="from")
    new: str = Field(alias="to")


class SocTitles(Strict):
    """The titles of SOC 2018."""

    table: str
    code: str
    title: str


class Crosswalks(Strict):
    """The classifications' own tables."""

    cip_soc: CipSoc | None = None
    soc2010: Soc2010 | None = None
    soc: SocTitles | None = None


class Demand(Strict):
    """A list of what is in demand."""

    table: str
    soc: str | None = None
    taxonomy: Literal["soc2018", "soc2010"] = "soc2018"
    cip: str | None = None
    county: str | None = None
    by: str
    name: str

    @model_validator(mode="after")
    def _one_code(self) -> Demand:
        if (self.soc is None) == (self.cip is None):
            raise ValueError("a demand list has a soc or a cip column")
        return self


class Mapping(Strict):
    """A whole mapping file."""

    version: Literal["1"]
    source: Source
    publisher: str
    bodies: dict[str, Body]
    tables: dict[str, TableSpec]
    organizations: dict[str, Organizations] = Field(default_factory=dict)
    credentials: dict[str, Credentials] = Field(default_factory=dict)
    programs: dict[str, Programs] = Field(default_factory=dict)
    supports: tuple[Support, ...] = ()
    outcomes: dict[str, Outcomes] = Field(default_factory=dict)
    frameworks: dict[str, Frameworks] = Field(default_factory=dict)
    occupations: dict[str, Occupations] = Field(default_factory=dict)
    jobs: dict[str, Jobs] = Field(default_factory=dict)
    crosswalks: Crosswalks = Crosswalks()
    demand: tuple[Demand, ...] = ()

    def sections(self) -> Iterator[tuple[str, Section]]:
        """Every section with its place in the file."""
        for kind in ("organizations", "credentials", "programs", "outcomes", "frameworks", "occupations", "jobs"):
            for name, section in getattr(self, kind).items():
                yield f"{kind}/{name}", section

    def counting(self) -> dict[str, str]:
        """The tables whose rows are somebody's subject, and the place of the section that accounts for them."""
        counted = {
            section.table: place for place, section in self.sections() if not (isinstance(section, Organizations) and section.embedded)
        }
        counted |= {support.table: f"supports/{at}" for at, support in enumerate(self.supports) if support.table is not None}
        return counted

    def columns(self) -> dict[str, tuple[str, ...]]:
        """The columns needed of each table, sorted."""
        found: dict[str, set[str]] = {name: set() for name in self.tables}
        for _, section in self.sections():
            gather(section, section.table, found)
        for support in self.supports:
            for table in (support.table,) if support.table else (self.organizations[name].table for name in support.of):
                gather(support, table, found)
        for part in (self.crosswalks.cip_soc, self.crosswalks.soc2010, self.crosswalks.soc, *self.demand):
            if part is not None:
                given = part.model_dump()
                asked = (given.get(word) for word in ("cip", "soc", "title", "cip_title", "old", "new", "code", "county"))
                found.setdefault(part.table, set()).update(column for column in asked if column)
        return {name: tuple(sorted(columns)) for name, columns in sorted(found.items())}

    def organization_columns(self, section: Organizations) -> tuple[str, ...]:
        """The columns of an organisation's own row that the section, or a support service of its kind, needs; sorted."""
        found: dict[str, set[str]] = {}
        gather(section, section.table, found)
        own = {name for name, other in self.organizations.items() if other is section}
        for support in self.supports:
            if own.intersection(support.of):
                gather(support, section.table, found)
        return tuple(sorted(found.get(section.table, ())))

    @model_validator(mode="after")
    def _whole(self) -> Mapping:
        self._accounted_once()
        for place, name, kind in references(self):
            if name not in getattr(self, kind):
                raise ValueError(f"{place}: nothing under {kind} is called {name}")
        for name, organizations in self.organizations.items():
            if organizations.same_as is not None and self.organizations[organizations.same_as].same_as is not None:
                raise ValueError(f"organizations/{name}: same_as must name a section that stands by itself, not {organizations.same_as}")
        for table in self.columns():
            if table not in self.tables:
                raise ValueError(f"not under tables: {table}")
        return self

    def _accounted_once(self) -> None:
        counted: dict[str, str] = {}
        for place, section in self.sections():
            if isinstance(section, Organizations) and section.embedded:
                continue
            other = counted.setdefault(section.table, place)
            if other != place:
                raise ValueError(f"{place} and {other} both account for table {section.table}; mark one as embedded")


def parse(data: bytes) -> Mapping:
    """Read a mapping file.

    :raises Malformed: it is no YAML (``import.mapping_not_yaml``), or a word is unknown, missing or wrong (``import.mapping_word``)
    :raises TooLarge: over :data:`MAX_MAPPING_BYTES`
    """
    if len(data) > MAX_MAPPING_BYTES:
        raise TooLarge(TOO_LARGE, seen=len(data), limit=MAX_MAPPING_BYTES)
    try:
        value = plain_yaml.load(data)
    except plain_yaml.NotPlainError as error:
        raise Malformed(NOT_YAML, place=error.place, problem=error.problem) from error
    try:
        return Mapping.model_validate(value)
    except (ValidationError, re.error) as error:
        if isinstance(error, re.error):
            raise Malformed(WORD, problem=str(error)) from error
        first = error.errors()[0]
        raise Malformed(WORD, place="/".join(str(part) for part in first["loc"]) or None, problem=first["msg"]) from error


def bundled() -> tuple[str, ...]:
    """The names of the mappings that come with the package, such as ``new-jersey``."""
    return tuple(name.removesuffix(".yaml") for name in names("openler.ctdl", "formats", "mappings") if name.endswith(".yaml"))


def load(name: str) -> Mapping:
    """A mapping that comes with the package. :raises NotFound: ``import.mapping_unknown``"""
    if name not in bundled():
        raise NotFound(UNKNOWN, name=name, known=", ".join(bundled()))
    return parse(read_bytes("openler.ctdl", "formats", "mappings", f"{name}.yaml"))
