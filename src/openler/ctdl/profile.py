"""Profiles: what a description is asked for, class by class, on three levels; the publisher's own or anybody's.

The profile ``ctdl`` is the publisher's marks, as :mod:`openler.ctdl.benchmark` reads them. Others come as YAML, with the
package or from whoever asks: a state, a board, a school. A class's words hold for its subclasses, which may ask for more, ask
it on another level, or leave it out; so a profile can differ by the type of credential.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from openler.ctdl import plain_yaml
from openler.ctdl.benchmark import CLASSES
from openler.ctdl.benchmark import profile as marks
from openler.ctdl.terms import terms
from openler.errors import Malformed, NotFound, TooLarge, declare
from openler.resources import names, read_bytes

NOT_YAML = declare("ctdl.profile_not_yaml", by=__name__)
WORD = declare("ctdl.profile_word", by=__name__)
TOO_LARGE = declare("ctdl.profile_too_large", by=__name__)
UNKNOWN = declare("ctdl.profile_unknown", by=__name__)

Level = Literal["required", "benchmark", "recommended"]
LEVELS: Final[tuple[Level, ...]] = ("required", "benchmark", "recommended")

Group = tuple[str, ...]
"""What is asked for: one of these properties is enough. A property of a part is a path, ``ceterms:estimatedCost/ceterms:price``."""

Asked = Mapping[Level, tuple[Group, ...]]

MAX_PROFILE_BYTES: Final = 200_000
"""Largest profile file, in bytes."""
MAX_STEPS: Final = 4
"""Longest path, in properties."""
STANDARD: Final = "ctdl"
"""The name of the publisher's own marks."""

_NOTHING: Final[Asked] = MappingProxyType(dict.fromkeys(LEVELS, ()))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Section(_Strict):
    """What one class is asked for. A list within a list holds alternatives."""

    required: tuple[str | tuple[str, ...], ...] = ()
    benchmark: tuple[str | tuple[str, ...], ...] = ()
    recommended: tuple[str | tuple[str, ...], ...] = ()
    leave_out: tuple[str, ...] = ()

    def groups(self, level: Level) -> tuple[Group, ...]:
        given = cast("tuple[str | tuple[str, ...], ...]", getattr(self, level))
        return tuple((one,) if isinstance(one, str) else one for one in given)


class _Weights(_Strict):
    required: int = Field(3, ge=0, le=100)
    benchmark: int = Field(2, ge=0, le=100)
    recommended: int = Field(1, ge=0, le=100)

    @model_validator(mode="after")
    def _counts(self) -> _Weights:
        if not (self.required or self.benchmark or self.recommended):
            raise ValueError("the weights are all 0, so nothing would count")
        return self


class _File(_Strict):
    version: Literal["1"]
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    title: str = Field(min_length=1, max_length=200)
    description: str = Field("", max_length=2000)
    based_on: Literal["ctdl", ""] = ""
    weights: _Weights = Field(default_factory=lambda: _Weights.model_validate({}))
    classes: dict[str, _Section] = Field(min_length=1)

    @field_validator("classes")
    @classmethod
    def _known(cls, given: dict[str, _Section]) -> dict[str, _Section]:
        for kind, section in given.items():
            if not terms().is_class(kind):
                raise ValueError(f"{kind} is no class of CTDL")
            seen: set[str] = set()
            for group in (group for level in LEVELS for group in section.groups(level)):
                if not group:
                    raise ValueError(f"{kind} has an empty list of alternatives")
                for path in group:
                    if path in seen:
                        raise ValueError(f"{kind} asks for {path} twice")
                    seen.add(path)
                    _walkable(kind, path)
            for name in section.leave_out:
                if not terms().is_property(name):
                    raise ValueError(f"{name} is no property of CTDL")
        return given


def _walkable(kind: str, path: str) -> None:
    """That a path can be held by the class or one below it: a wish that nobody can grant is a slip of the pen."""
    steps = path.split("/")
    if len(steps) > MAX_STEPS:
        raise ValueError(f"{path} has more than {MAX_STEPS} steps")
    for name in steps:
        if not terms().is_property(name):
            raise ValueError(f"{name} is no property of CTDL")
    if not any(steps[0] in terms().properties_of(below) for below in terms().subclasses(kind)):
        raise ValueError(f"{steps[0]} cannot stand on {kind}")
    if any(terms().property(name).kind != "iri" for name in steps[:-1]):
        raise ValueError(f"{path} goes through a property that holds no part")


@dataclass(frozen=True)
class Profile:
    """What descriptions are asked for. ``weights`` is how many points each property of a level is worth."""

    name: str
    title: str
    description: str
    weights: Mapping[Level, int]
    based_on: str = ""
    _sections: Mapping[str, _Section] = field(default_factory=dict)
    _found: dict[str, Asked | None] = field(default_factory=dict, compare=False, repr=False)

    def classes(self) -> tuple[str, ...]:
        """The classes that it speaks of by name, sorted; their subclasses are meant too."""
        return tuple(sorted({*self._sections, *(CLASSES.values() if self.based_on else ())}))

    def asked(self, kind: str) -> Asked | None:
        """What things of a class are asked for, level by level; None where nothing is."""
        if kind not in self._found:
            if not terms().is_class(kind):
                return None  # not worth remembering: a document may name any class it likes
            self._found[kind] = self._asked(kind)
        return self._found[kind]

    def _asked(self, kind: str) -> Asked | None:
        above = terms().ancestors(kind)
        base = cast("Asked | None", marks(kind)) if self.based_on else None
        general_first = sorted(above & self._sections.keys(), key=lambda name: (len(terms().ancestors(name)), name))
        if base is None and not general_first:
            return None
        found: dict[Level, tuple[Group, ...]] = {level: tuple((base or _NOTHING)[level]) for level in LEVELS}
        for section in (self._sections[name] for name in general_first):
            own = {level: section.groups(level) for level in LEVELS}
            spoken = {*section.leave_out, *(path for groups in own.values() for group in groups for path in group)}
            for level in LEVELS:
                kept = tuple(group for group in found[level] if not spoken.intersection(group))
                found[level] = (*kept, *own[level])
        return MappingProxyType(found)


def parse(data: bytes) -> Profile:
    """Read a profile file.

    :raises Malformed: ``ctdl.profile_not_yaml``, or a word is unknown, missing or wrong (``ctdl.profile_word``)
    :raises TooLarge: over :data:`MAX_PROFILE_BYTES`
    """
    if len(data) > MAX_PROFILE_BYTES:
        raise TooLarge(TOO_LARGE, seen=len(data), limit=MAX_PROFILE_BYTES)
    try:
        read: Any = plain_yaml.load(data)
    except plain_yaml.NotPlainError as error:
        raise Malformed(NOT_YAML, place=error.place, problem=error.problem) from error
    try:
        file = _File.model_validate(read)
    except ValidationError as error:
        first = error.errors()[0]
        problem = first["msg"].removeprefix("Value error, ")
        raise Malformed(WORD, place="/".join(str(part) for part in first["loc"]) or None, problem=problem) from error
    return Profile(
        name=file.name,
        title=file.title,
        description=file.description,
        weights=MappingProxyType(cast("dict[Level, int]", file.weights.model_dump())),
        based_on=file.based_on,
        _sections=MappingProxyType(dict(file.classes)),
    )


@cache
def standard() -> Profile:
    """The publisher's marks: required, benchmark and recommended, class by class."""
    return Profile(
        name=STANDARD,
        title="What CTDL's publisher asks for",
        description="The properties that the publisher of CTDL marks as required, as benchmark and as recommended, class by class.",
        # Most marks of "recommended" stand in comments, about single uses: nothing to be held to, hence told and not counted.
        weights=MappingProxyType({"required": 3, "benchmark": 2, "recommended": 0}),
        based_on=STANDARD,
    )


def bundled() -> tuple[str, ...]:
    """The names of the profiles that come with the package."""
    return (STANDARD, *(name.removesuffix(".yaml") for name in names("openler.ctdl", "profiles") if name.endswith(".yaml")))


@cache
def _packaged(name: str) -> Profile:
    return standard() if name == STANDARD else parse(read_bytes("openler.ctdl", "profiles", f"{name}.yaml"))


def load(name: str) -> Profile:
    """A profile that comes with the package. :raises NotFound: ``ctdl.profile_unknown``"""
    if name not in bundled():
        raise NotFound(UNKNOWN, name=name[:80], known=", ".join(bundled()))
    return _packaged(name)
