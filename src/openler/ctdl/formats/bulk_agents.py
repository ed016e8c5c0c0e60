"""Organizations by their names: a cell may name one instead of giving its CTID, where the name can mean one only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import cached_property
from typing import Final

from openler.errors import Malformed, declare
from openler.ids import Ctid

AGENT_UNKNOWN = declare("bulk.agent_unknown", by=__name__)
AGENT_AMBIGUOUS = declare("bulk.agent_ambiguous", by=__name__)

MAX_TOLD: Final = 5
"""Most candidates that are told."""
MAX_SOUGHT: Final = 20
"""Most unknown names for which names like them are looked for: each is compared with those of all organizations."""

Named = Iterable[tuple[str, Ctid]]


class Agents:
    """The organizations that cells may name. ``known`` gives each with its names; it is asked at the first name that is looked up."""

    def __init__(self, known: Callable[[], Named]) -> None:
        self._known = known
        self._sought: dict[str, str] = {}

    def find(self, name: str, column: str) -> Ctid:
        """The one organization of that name, whatever its letters' case and spaces.

        :raises Malformed: ``bulk.agent_unknown``, ``bulk.agent_ambiguous``: with the candidates
        """
        found = self._by_name.get(_folded(name), {})
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise Malformed(AGENT_AMBIGUOUS, column=column, seen=name[:80], candidates=_told(found))
        raise Malformed(AGENT_UNKNOWN, column=column, seen=name[:80], candidates=self._like(_folded(name)[:300]) or "-")

    def _like(self, name: str) -> str:
        if name not in self._sought and len(self._sought) < MAX_SOUGHT:
            near: dict[Ctid, str] = {}
            for one in get_close_matches(name, self._by_name, n=MAX_TOLD, cutoff=0.75):
                near |= self._by_name[one]
            self._sought[name] = _told(near)
        return self._sought.get(name, "")

    @cached_property
    def _by_name(self) -> dict[str, dict[Ctid, str]]:
        found: dict[str, dict[Ctid, str]] = {}
        for name, ctid in self._known():
            found.setdefault(_folded(name), {})[ctid] = name
        return found


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _told(found: dict[Ctid, str]) -> str:
    shown = [f"{name[:80]} ({ctid})" for ctid, name in sorted(found.items(), key=lambda one: (one[1], one[0]))]
    return "; ".join(shown[:MAX_TOLD]) + ("; …" if len(shown) > MAX_TOLD else "")
