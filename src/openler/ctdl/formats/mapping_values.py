"""The words by which a mapping file says how cells become values. Every scalar arrives as text (docs/reference/mapping.md)."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

MAX_PATTERN = 200
"""Longest regular expression accepted in a mapping, in characters."""


class Strict(BaseModel):
    """A part of a mapping: unknown words are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Lookup(Strict):
    """Another table's cell: the row whose ``key`` column is the text gives its ``give`` column."""

    table: str
    key: str
    give: str


class TableKey(Strict):
    """A table and the column in which to look."""

    table: str
    key: str


class Condition(Strict):
    """One condition on a row; all words given must hold."""

    column: str
    among: tuple[str, ...] | None = Field(None, alias="in")
    not_in: tuple[str, ...] | None = None
    present: bool | None = None
    in_table: TableKey | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Condition:
        if self.among is None and self.not_in is None and self.present is None and self.in_table is None:
            raise ValueError("a condition needs one of: in, not_in, present, in_table")
        return self


When = tuple[Condition, ...]


class Value(Strict):
    """Where a value comes from, and what is done to it, in the order of docs/reference/mapping.md."""

    column: str | None = None
    columns: tuple[str, ...] = ()
    join: str | None = None
    constant: str | None = None
    template: str | None = None
    lookup: Lookup | None = None
    pattern: str | None = Field(None, max_length=MAX_PATTERN)
    pad: int | None = Field(None, ge=1, le=64)
    values: dict[str, str] | None = None
    ignore: tuple[str, ...] = ()
    split: str | None = Field(None, min_length=1)
    default: str | None = None
    prefix: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Value:
        given = (self.column is not None) + bool(self.columns) + (self.constant is not None) + (self.template is not None)
        if given != 1:
            raise ValueError("a value needs exactly one of: column, columns, constant, template")
        if self.pattern is not None:
            re.compile(self.pattern)
        return self

    def reads(self) -> tuple[str, ...]:
        """The columns of its own table that the value needs."""
        if self.column is not None:
            return (self.column,)
        if self.template is not None:
            return tuple(re.findall(r"\{([^{}]+)\}", self.template))
        return self.columns


def _column(given: Any) -> Any:
    return {"column": given} if isinstance(given, str) else given


def _class(given: Any) -> Any:
    return {"constant": given} if isinstance(given, str) else given


V = Annotated[Value, BeforeValidator(_column)]
ClassValue = Annotated[Value, BeforeValidator(_class)]


def _flag(given: Any) -> Any:
    return {"column": given} if isinstance(given, str) else given


class Flag(Strict):
    """A yes, a no, or not known."""

    column: str
    yes: tuple[str, ...] = Field(("true", "t", "yes", "y", "1"), alias="true")
    no: tuple[str, ...] = Field(("false", "f", "no", "n", "0"), alias="false")


F = Annotated[Flag, BeforeValidator(_flag)]


class Ref(Strict):
    """A thing of another section, by its key."""

    section: str = Field(alias="in")
    key: V


class Identifier(Strict):
    """An identifier in a scheme: one of the federal ones by name, or a name of its own."""

    type: str
    value: V


class SocValue(Strict):
    """An occupation's code and the edition it is of."""

    value: V
    taxonomy: Literal["soc2018", "soc2010", "onet"] = "soc2018"


class CipValue(Strict):
    """An instructional program's code, and the texts that mean none."""

    value: V
    no_match: tuple[str, ...] = ()


class Address(Strict):
    """A postal address."""

    street: tuple[V, ...] = ()
    city: V | None = None
    region: V | None = None
    postal_code: V | None = None
    county: V | None = None
    country: V | None = None

    @field_validator("street", mode="before")
    @classmethod
    def _one_or_many(cls, given: Any) -> Any:
        return [given] if isinstance(given, str | dict) else given
