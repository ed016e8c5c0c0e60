"""Organizations by name in a table: candidates are told for some unknown names, and not looked for without end."""

from __future__ import annotations

import pytest

from openler.ctdl.formats import bulk_agents
from openler.ctdl.formats.bulk_agents import Agents
from openler.errors import Malformed
from openler.ids import Ctid

HARBOR = Ctid.derive("tests", "organization", "harbor")


def test_a_table_of_unknown_names_does_not_compare_each_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_agents, "MAX_SOUGHT", 2)
    agents = Agents(lambda: [("Harbor Institute", HARBOR)])
    told = []
    for name in ("Harbor Institut", "Somewhere", "Harbr Institute", "Harbor Institut"):
        with pytest.raises(Malformed) as refused:
            agents.find(name, "Owned By")
        told.append(refused.value.parameters["candidates"])
    assert told == [f"Harbor Institute ({HARBOR})", "-", "-", f"Harbor Institute ({HARBOR})"]
    assert agents.find("harbor  institute", "Owned By") == HARBOR
