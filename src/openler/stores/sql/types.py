"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Dialect, LargeBinary, String, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def instant_text(moment: datetime) -> str:
    """A moment as ``2026-01-31T09:30:00.000000Z``: RFC 3339, UTC, always six decimals, so that text order is time order.

    :raises ValueError: the moment has no time zone
    """
    if moment.tzinfo is None:
        message = "a moment without a time zone is not a moment"
        raise ValueError(message)
    return moment.astimezone(UTC).strftime(_FORMAT)


def instant(text: str) -> datetime:
    """The moment that :func:`instant_text` wrote."""
    return datetime.fromisoformat(text)


class Instant(TypeDecorator[datetime]):
    """A moment, kept as text in UTC: both databases order, compare and return it exactly alike."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: D102, ARG002
        return None if value is None else instant_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: D102, ARG002
        return None if value is None else instant(value)


class Bytes(LargeBinary):
    """Bytes, also where somebody who wrote into a SQLite file by hand left text in their place: an audit must read that, not stumble."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], bytes | None]:  # noqa: D102, ARG002
        def process(value: Any) -> bytes | None:
            return None if value is None else value.encode() if isinstance(value, str) else bytes(value)

        return process


def name(length: int) -> TypeEngine[str]:
    """Text compared and ordered byte by byte, whatever the server's locale: identifiers, digests, terms."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


CTID = name(39)
DIGEST = name(64)
TERM = name(120)
REGISTRY = name(500)
"""A registry's DID or address."""
BYTES = Bytes()
LONG_TEXT = Text()
