"""Rows that have a key of their own: equal rows are one, and rows that say different things under one key are all refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from openler.ctdl.formats import account as told
from openler.ctdl.formats.account import Account, RowFate

R = TypeVar("R", bound=Mapping[str, Any])


def singles(table: str, rows: Iterable[tuple[int, R]], key: str, account: Account) -> Iterator[tuple[int, R]]:
    """The rows with a key of their own, in their order; what becomes of the others is told to the account."""
    by: dict[str, list[tuple[int, R]]] = {}
    for number, row in rows:
        by.setdefault(str(row[key]), []).append((number, row))
    for name, same in by.items():
        first, one = same[0]
        if any(row != one for _, row in same[1:]):
            numbers = ", ".join(str(number) for number, _ in same[:20])
            for number, _ in same:
                account.decide(RowFate(table, number, "refused", told.DUPLICATE_KEY, (), {"key": name[:200], "rows": numbers}))
            continue
        for number, _ in same[1:]:
            account.decide(RowFate(table, number, "merged", told.SAME_ROW, (), {"row": first}))
        yield first, one
