"""How an organisation stands on the list it was imported from, and since when.

CTDL has no property for it, so it is told as what it is: an ``ceterms:ApproveAction`` of the list's keeper, the object of
which is the organisation (``ceterms:objectOfAction``). Its ``ceterms:actionStatusType`` is active for *approved*,
potential for *pending* and failed for *suspended* (the approval no longer holds); its start is the date the source gives,
else the day, month or year for which the list stands. A suspended organisation also has the life cycle status *suspended*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from openler.ctdl.formats.shapes import Node, concept, dated, lang, put
from openler.ctdl.values import refs, text
from openler.ids import Ctid

STATUSES: Final = {
    "approved": "actionStat:ActiveActionStatus",
    "pending": "actionStat:PotentialActionStatus",
    "suspended": "actionStat:FailedActionStatus",
}
_BY_ACTION: Final = {action: status for status, action in STATUSES.items()}


@dataclass(frozen=True, slots=True)
class Standing:
    """An organisation's standing on one list.

    ``status`` is approved, pending or suspended; ``date`` a day, month or year, or empty; ``words`` the source's own; ``by``
    who says so.
    """

    status: str
    date: str
    words: str
    by: Ctid | None

    @property
    def recommended(self) -> bool:
        """May what this organisation offers be recommended to a learner? Only an approved one's."""
        return self.status == "approved"


def standing(organization: Mapping[str, Any]) -> tuple[Standing, ...]:
    """The standings that an organisation's node tells, one a list; none where no list said anything."""
    actions = organization.get("ceterms:objectOfAction", ())
    found = []
    for action in actions if isinstance(actions, list) else [actions]:
        if not isinstance(action, dict) or action.get("@type") != "ceterms:ApproveAction":
            continue
        status = next((_BY_ACTION[name] for name in refs(action, "ceterms:actionStatusType") if name in _BY_ACTION), None)
        if status is None:
            continue
        date = text(action, "ceterms:startDate") or text(action, "ceterms:approximateStartDate")
        by = next((ctid for name in refs(action, "ceterms:actingAgent") if (ctid := Ctid.within(name)) is not None), None)
        found.append(Standing(status, date, text(action, "ceterms:description"), by))
    return tuple(found)


def is_recommended(organization: Mapping[str, Any]) -> bool:
    """Does no list hold this organisation as pending or suspended?"""
    return all(entry.recommended for entry in standing(organization))


def approval(status: str, date: str, words: str, by: Ctid, list_name: str, language: str) -> Node:
    """The action that tells a standing."""
    node: Node = {
        "@type": "ceterms:ApproveAction",
        "ceterms:name": lang(f"{list_name}: {status}", "en-US"),
        "ceterms:actionStatusType": concept(STATUSES[status]),
        "ceterms:actingAgent": str(by),
    }
    put(node, "ceterms:description", lang(words, language) if words else None)
    dated(node, date)
    return node
