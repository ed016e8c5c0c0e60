"""What a mapping needs from outside itself: columns of tables, and names of other sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel

from openler.ctdl.formats.mapping_values import Condition, Flag, Lookup, TableKey, Value

# Where a section of one kind names something under another part of the mapping.
_REFERENCES: Final = (
    ("programs", "provider.section", "organizations"),
    ("programs", "awards.refers", "credentials"),
    ("programs", "approved_by.body", "bodies"),
    ("credentials", "body.section", "organizations"),
    ("organizations", "same_as", "organizations"),
    ("organizations", "standing.by", "bodies"),
    ("outcomes", "provider.section", "organizations"),
    ("outcomes", "program.section", "programs"),
    ("outcomes", "provider_of_data", "bodies"),
    ("frameworks", "framework.publisher", "bodies"),
    ("jobs", "employer.section", "organizations"),
    ("jobs", "occupation.section", "occupations"),
    ("supports", "of", "organizations"),
    ("supports", "organization.section", "organizations"),
    ("demand", "by", "bodies"),
)


def references(mapping: Any) -> Iterator[tuple[str, str, str]]:
    """Every name of something elsewhere in the mapping: where it stands, the name, and the part it must be under."""
    yield "publisher", mapping.publisher, "bodies"
    for kind, path, wanted in _REFERENCES:
        parts = getattr(mapping, kind)
        for place, section in parts.items() if isinstance(parts, dict) else enumerate(parts):
            for name in _follow(section, path.split(".")):
                yield f"{kind}/{place}", name, wanted
    for place, jobs in mapping.jobs.items():
        for name in jobs.credentials.sections if jobs.credentials is not None else ():
            yield f"jobs/{place}", name, "credentials" if name in mapping.credentials else "programs"


def _follow(part: Any, path: list[str]) -> Iterator[str]:
    if part is None:
        return
    if isinstance(part, tuple):
        for entry in part:
            yield from _follow(entry, path)
    elif path:
        yield from _follow(getattr(part, path[0]), path[1:])
    else:
        yield part


def gather(part: Any, table: str, found: dict[str, set[str]]) -> None:
    """Add the columns that a part of the mapping reads, of its own table and of those it looks into."""
    if isinstance(part, Value):
        found.setdefault(table, set()).update(part.reads())
    elif isinstance(part, Condition | Flag):
        found.setdefault(table, set()).add(part.column)
    elif isinstance(part, Lookup):
        found.setdefault(part.table, set()).update((part.key, part.give))
        return
    elif isinstance(part, TableKey):
        found.setdefault(part.table, set()).add(part.key)
        return
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            gather(getattr(part, name), table, found)
    elif isinstance(part, tuple):
        for entry in part:
            gather(entry, table, found)
