"""The Fetch port without a network: a table of addresses and what they answer."""

from __future__ import annotations

from collections.abc import Mapping

from openler.actions.ports import Fetched
from openler.errors import TooLarge, Unavailable
from openler.net.body import TOO_LARGE
from openler.net.fetch import DEFAULT_LIMIT, UNREACHABLE

Answer = bytes | Fetched | Exception


class SimulatedFetch:
    """Answers from ``answers``: bytes are a 200 of type application/json, an exception is raised, anything else is unreachable.

    ``asked`` lists the addresses read, in order, so that a test can tell what was and what was not. The table may be
    changed between calls: ``answers[url] = ...``, ``del answers[url]``.
    """

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self.answers = dict(answers or {})
        self.asked: list[str] = []

    def get(self, url: str, *, accept: str = "*/*", limit: int | None = None) -> Fetched:
        """As the port says."""
        del accept
        self.asked.append(url)
        answer = self.answers.get(url)
        if answer is None:
            raise Unavailable(UNREACHABLE, url=url)
        if isinstance(answer, Exception):
            raise answer
        fetched = Fetched(url, 200, "application/json", answer) if isinstance(answer, bytes) else answer
        most = DEFAULT_LIMIT if limit is None else limit
        if len(fetched.body) > most:
            raise TooLarge(TOO_LARGE, url=url, size=len(fetched.body), limit=most)
        return fetched
