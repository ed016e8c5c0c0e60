"""The simulator keeps the port's promises."""

from __future__ import annotations

import pytest

from openler.actions.ports import Fetch, Fetched
from openler.errors import TooLarge, Unavailable
from tests.support.simulated_fetch import SimulatedFetch


def test_it_answers_refuses_and_remembers_what_was_asked() -> None:
    simulated = SimulatedFetch(
        {
            "https://a.example/1": b"{}",
            "https://a.example/2": Fetched("https://a.example/2", 404, "text/html", b""),
            "https://a.example/3": Unavailable("net.timeout"),  # type: ignore[arg-type]
        }
    )
    fetch: Fetch = simulated
    assert fetch.get("https://a.example/1").body == b"{}"
    assert fetch.get("https://a.example/2").status == 404
    for url in ("https://a.example/3", "https://a.example/4"):
        with pytest.raises(Unavailable):
            fetch.get(url)
    with pytest.raises(TooLarge):
        fetch.get("https://a.example/1", limit=1)
    assert len(simulated.asked) == 5
