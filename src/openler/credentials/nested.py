"""Credentials that stand inside another document, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openler.credentials.shapes import listed, pointer


@dataclass(frozen=True, slots=True)
class Inside:
    """A credential inside a document: its JSON Pointer there, and the value, unread and perhaps no credential at all."""

    path: str
    document: Any

    @property
    def title(self) -> str | None:
        """What it calls itself: its own name, or its achievement's."""
        if not isinstance(self.document, Mapping):
            return None
        subjects = [each for each in listed(self.document.get("credentialSubject")) if isinstance(each, Mapping)]
        achieved = [each for subject in subjects for each in listed(subject.get("achievement")) if isinstance(each, Mapping)]
        for node in (self.document, *achieved):
            name = node.get("name")
            if isinstance(name, str) and name.strip():
                return name[:200]
        return None


def inside(node: Mapping[str, Any], name: str, path: str) -> Iterator[Inside]:
    """The values of a property that may hold one or many."""
    value = node.get(name)
    for number, each in enumerate(listed(value)):
        yield Inside(path + (pointer(name, number) if isinstance(value, list) else pointer(name)), each)
