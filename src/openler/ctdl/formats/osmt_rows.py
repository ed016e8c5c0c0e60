"""Rich Skill Descriptors as they are handed out: JSON of the Open Skills Management Tool in its versions, and its tables.

Both become one shape, :class:`Descriptor`. Lists may be lists, one text with semicolons, or objects with a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openler.ctdl.formats.case_terms import DATE_TIME, IRI, UUID
from openler.ctdl.formats.shapes import web_page

COLUMNS: Final = {
    "skillName": ("Skill Name", "RSD Name"),
    "skillStatement": ("Contextualized Skill Statement", "Skill Statement"),
    "id": ("Canonical URL",),
    "categories": ("Skill Category", "Categories"),
    "authors": ("Authors", "Author"),
    "keywords": ("Keywords",),
    "standards": ("Professional Standards", "Standards"),
    "certifications": ("Certifications",),
    "employers": ("Employers",),
    "collections": ("Collection",),
}
"""The columns of a table by the field they stand for; the first that is there counts."""
OCCUPATION_COLUMNS: Final = (
    "BLS Major Group", "BLS Minor Group", "BLS Broad Occupation", "BLS Detailed Occupation", "O*NET Job Role",
    "Occupation Major Groups", "Occupation Minor Groups", "Broad Occupations", "Detailed Occupations", "O*NET Job Codes",
)  # fmt: skip
UNSAID: Final = ("certifications", "employers")
"""Fields for which CTDL has no property that takes a name."""

_SOC = re.compile(r"\d\d-\d{4}", re.ASCII)
_ONET = re.compile(r"\d\d-\d{4}\.\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A skill as read. ``key`` is its UUID, or made of its name and statement; ``occupations`` are codes with titles, by code."""

    key: str
    uuid: str
    address: str
    name: str
    statement: str
    status: str
    changed: str
    categories: tuple[str, ...]
    authors: tuple[str, ...]
    keywords: tuple[str, ...]
    occupations: tuple[tuple[str, str], ...]
    standards: tuple[tuple[str, str], ...]
    related: tuple[str, ...]
    collections: tuple[tuple[str, str], ...]
    left: tuple[str, ...]


def descriptor(value: Mapping[str, Any]) -> Descriptor:
    """One skill of the JSON form."""
    uuid, address = _text(value.get("uuid")), _text(value.get("id"))
    if not UUID.fullmatch(uuid):
        last = address.rstrip("/").rsplit("/", 1)[-1]
        uuid = last if UUID.fullmatch(last) else ""
    name, statement = _text(value.get("skillName")), _text(value.get("skillStatement"))
    changed = _text(value.get("updateDate"))
    return Descriptor(
        key=uuid.lower() or f"{name}\n{statement}",
        uuid=uuid,
        address=web_page(address) or "",
        name=name,
        statement=statement,
        status=(_text(value.get("status")) or "published").lower(),
        changed=changed if DATE_TIME.fullmatch(changed) else "",
        categories=_names(value, "categories", "category"),
        authors=_names(value, "authors", "author"),
        keywords=_names(value, "keywords"),
        occupations=_occupations(value.get("occupations")),
        standards=tuple((_name(entry), _address(entry)) for entry in _list(value.get("standards")) if _name(entry)),
        related=tuple(dict.fromkeys(place for entry in _list(value.get("alignments")) if (place := _address(entry)))),
        collections=tuple(
            dict.fromkeys(
                (_text(entry.get("uuid")) if isinstance(entry, dict) else "", _name(entry))
                for entry in _list(value.get("collections"))
                if _name(entry)
            )
        ),
        left=tuple(name for name in UNSAID if _list(value.get(name))),
    )


def from_table(row: Mapping[str, str]) -> dict[str, Any]:
    """A row of a table as the JSON form has it."""
    value: dict[str, Any] = {
        field: found for field, columns in COLUMNS.items() if (found := next((row[name] for name in columns if row.get(name)), ""))
    }
    codes = [code for column in OCCUPATION_COLUMNS for code in _parts(row.get(column, ""))]
    value["occupations"] = [{"code": code} for code in dict.fromkeys(codes)]
    address = row.get("Alignment", "") or row.get("Alignment URL", "")
    value["alignments"] = [{"id": address, "skillName": row.get("Alignment Title", "")}] if address else []
    return value


def taxonomy(code: str) -> str:
    """``soc``, ``onet`` or nothing, by the shape of the code."""
    return "onet" if _ONET.fullmatch(code) else "soc" if _SOC.fullmatch(code) else ""


def _occupations(value: Any) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for entry in value if isinstance(value, list) else ():
        if isinstance(entry, dict) and taxonomy(code := _text(entry.get("code"))):
            found.setdefault(code, _text(entry.get("targetNodeName")) or _text(entry.get("name")))
    return tuple(found.items())


def _names(value: Mapping[str, Any], *fields: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for field in fields for entry in _list(value.get(field)) if (name := _name(entry))))


def _list(value: Any) -> Iterable[Any]:
    if isinstance(value, str):
        return _parts(value)
    return value if isinstance(value, list) else ([value] if isinstance(value, dict) else [])


def _parts(text: str) -> list[str]:
    return [part for piece in text.split(";") if (part := piece.strip())]


def _name(entry: Any) -> str:
    if isinstance(entry, dict):
        return next((found for name in ("name", "skillName", "targetNodeName") if (found := _text(entry.get(name)))), "")
    return _text(entry)


def _address(entry: Any) -> str:
    found = next((_text(entry.get(name)) for name in ("id", "targetNode") if entry.get(name)), "") if isinstance(entry, dict) else ""
    return found if IRI.fullmatch(found) else ""


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
