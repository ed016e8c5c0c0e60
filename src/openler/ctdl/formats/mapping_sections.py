"""The sections of a mapping file, one class a kind of thing described (docs/reference/mapping.md)."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, field_validator, model_validator

from openler.ctdl.formats.mapping_values import Address, CipValue, ClassValue, F, Identifier, Ref, SocValue, Strict, V, Value, When

DEFAULT_MINIMUM_CELL = 10
"""Fewest persons a published count, rate or wage may be about, where a mapping says nothing (docs/adr/0004-import-modelling.md)."""


class Section(Strict):
    """What every section that describes things has."""

    table: str
    key: V
    ctid: V | None = None
    when: When = ()


class Standing(Strict):
    """How an organisation stands on the list."""

    value: V
    date: V | None = None
    by: str
    words: V | None = None


class Organizations(Section):
    """Organisations, a row each; or, ``embedded``, met in the rows of something else."""

    same_as: str | None = None
    embedded: bool = False
    type: ClassValue | None = Field(None, alias="class")
    name: V
    alternate_names: tuple[V, ...] = ()
    description: V | None = None
    page: V | None = None
    email: V | None = None
    telephone: V | None = None
    agent_type: V | None = None
    sector: V | None = None
    purpose: V | None = None
    address: Address | None = None
    identifiers: tuple[Identifier, ...] = ()
    standing: Standing | None = None


class Credentials(Section):
    """Licences and certifications that stand by themselves."""

    type: ClassValue = Field(alias="class")
    name: V
    description: V | None = None
    page: V | None = None
    language: V | None = None
    body: Ref | None = None
    status: V | None = None
    soc: SocValue | None = None
    identifiers: tuple[Identifier, ...] = ()
    competencies: V | None = None
    group: V | None = None


class AwardFlag(Strict):
    """A flag that claims what a program leads to. It never types a credential; it is compared with the named award."""

    of: F
    means: tuple[str, ...]


class Award(Strict):
    """One credential that a program may name."""

    owner: Literal["provider"] | None = None
    refers: str | None = None
    key: V | None = None
    type: ClassValue = Field(alias="class")
    label: V
    title: V | None = None
    description: V | None = None
    page: V | None = None
    language: V | None = None
    flag: AwardFlag | None = None
    link: Literal["isPreparationFor", "resultsInCredential"] = "isPreparationFor"

    @model_validator(mode="after")
    def _one_kind(self) -> Award:
        if (self.owner is None) == (self.refers is None):
            raise ValueError("an award has either an owner or refers to a credentials section")
        return self


class CostPart(Strict):
    """One component of a program's cost."""

    type: str
    value: V
    name: str = ""


class Cost(Strict):
    """What a program costs."""

    currency: str
    total: V | None = None
    parts: tuple[CostPart, ...] = ()
    zero_is_unknown: bool = False


class Credit(Strict):
    """Credit earned."""

    value: V
    unit: str | None = None


class Choice(Strict):
    """Concepts that hold when the conditions do."""

    when: When
    type: tuple[str, ...]
    words: str = ""


class ApprovedBy(Strict):
    """Who approved the program."""

    body: str
    when: When = ()


class Programs(Section):
    """Learning programs and courses."""

    type: ClassValue = Field(alias="class")
    name: V
    alternate_names: tuple[V, ...] = ()
    description: V | None = None
    page: V | None = None
    language: V | None = None
    provider: Ref
    status: V | None = None
    approved_by: ApprovedBy | None = None
    identifiers: tuple[Identifier, ...] = ()
    keywords: V | None = None
    cip: CipValue | None = None
    soc: SocValue | None = None
    naics: V | None = None
    prerequisites: V | None = None
    prerequisite_competencies: V | None = None
    hours: V | None = None
    length: V | None = None
    credit: Credit | None = None
    cost: Cost | None = None
    delivery: tuple[Choice, ...] = ()
    schedule: tuple[Choice, ...] = ()
    teaches: V | None = None
    awards: tuple[Award, ...] = ()


class Support(Strict):
    """A support service: a rule over an organisation's row (``of``), or a row of a table of its own."""

    of: tuple[str, ...] = ()
    when: When = ()
    needs: V | None = None
    table: str | None = None
    key: V | None = None
    ctid: V | None = None
    organization: Ref | None = None
    name: V | str
    type: tuple[str, ...] | V = ()
    accommodation: tuple[str, ...] = ()
    description: V | None = None
    page: V | None = None
    language: V | None = None
    status: V | None = None

    @field_validator("of", mode="before")
    @classmethod
    def _one_or_many(cls, given: object) -> object:
        return [given] if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_form(self) -> Support:
        own = self.table is not None
        if own == bool(self.of):
            raise ValueError("a support service has either `of` or a table")
        if own and (self.key is None or self.organization is None or isinstance(self.name, str)):
            raise ValueError("a table of support services needs key, organization and a name column")
        return self


class CellRule(Strict):
    """How many persons a published figure must be about, and who says so."""

    minimum: int = Field(DEFAULT_MINIMUM_CELL, ge=1)
    source: str = Field(min_length=1)


class MetricSpec(Strict):
    """One figure told of a group of people."""

    id: str
    kind: Literal["count", "rate", "wage"]
    name: str
    description: str = ""
    value: V
    of: str | None = None
    within: str | None = None
    scale: Decimal = Decimal(1)
    currency: str = "USD"
    statistic: Literal["mean", "median"] = "mean"
    base: str = ""

    @model_validator(mode="after")
    def _has_denominator(self) -> MetricSpec:
        if (self.kind == "count") == (self.of is not None):
            raise ValueError("a rate or wage names its denominator by `of`, a count has none")
        return self


class Period(Strict):
    """When the persons were observed."""

    start: str
    end: str


class Outcomes(Section):
    """What became of completers."""

    provider: Ref | None = None
    cip: CipValue | None = None
    program: Ref | None = None
    name: str
    description: str = ""
    provider_of_data: str
    period: Period | None = None
    cell_rule: CellRule
    metrics: tuple[MetricSpec, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Outcomes:
        if (self.program is None) == (self.provider is None or self.cip is None):
            raise ValueError("outcomes are of a program, or of a provider and a cip")
        counts = {metric.id for metric in self.metrics if metric.kind == "count"}
        for metric in self.metrics:
            if metric.of is not None and metric.of not in counts:
                raise ValueError(f"{metric.id}: `of` names no count: {metric.of}")
            if metric.within is not None and (metric.kind != "count" or metric.within not in counts - {metric.id}):
                raise ValueError(f"{metric.id}: `within` is for a count, and names another: {metric.within}")
        if len({metric.id for metric in self.metrics}) != len(self.metrics):
            raise ValueError("two metrics have one id")
        return self


class FrameworkSpec(Strict):
    """The framework that a table's competencies make up."""

    key: str
    name: str
    description: str = ""
    publisher: str
    page: str = ""
    licence: str = ""
    ctid: str = ""


class Frameworks(Section):
    """A framework's competencies, a row each."""

    framework: FrameworkSpec
    text: V
    label: V | None = None
    category: V | None = None
    parent: V | None = None
    comment: V | None = None


class Occupations(Section):
    """Occupations that the source itself describes."""

    name: V
    description: V | None = None
    soc: SocValue | None = None
    alternate_names: V | None = None
    competencies: V | None = None


class Pay(Strict):
    """What a job pays."""

    low: V
    high: V | None = None
    currency: str = "USD"
    period: str = "P1Y"


class JobCredentials(Value):
    """Credentials a job asks for: keys, and the sections in which they are found."""

    sections: tuple[str, ...] = Field(alias="in")


class Jobs(Section):
    """Jobs."""

    name: V
    description: V | None = None
    page: V | None = None
    employer: Ref
    soc: SocValue | None = None
    occupation: Ref | None = None
    competencies: V | None = None
    preferred_competencies: V | None = None
    credentials: JobCredentials | None = None
    experience: V | None = None
    pay: Pay | None = None
    keywords: V | None = None
    status: V | None = None
