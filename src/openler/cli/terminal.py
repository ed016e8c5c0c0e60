"""Terminal manners: data on stdout, prose on stderr; errors in two lines; JSON where asked for."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import Any, Protocol

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from openler.errors import OpenlerError
from openler.messages import Language, explain, render

_CONTROL = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)))


class _Rate(ProgressColumn):
    """How many a second, of late."""

    def render(self, task: Task) -> Text:
        """See :class:`rich.progress.ProgressColumn`."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")


class ProgressCallback(Protocol):
    """Told from time to time how much is done out of how much."""

    def __call__(self, done: int, total: int) -> None:
        """Tell the state."""
        ...


def plain(value: Any) -> Any:  # noqa: PLR0911 - one return a kind of value
    """A result as JSON-ready values: dataclasses become objects, fractions become numbers with six decimals."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Fraction):
        return round(float(value), 6)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [plain(item) for item in items]
    return value


class Terminal:
    """Where a command speaks. ``as_json`` makes stdout one JSON document; prose stays on stderr either way."""

    def __init__(self, *, as_json: bool = False, language: Language = "en") -> None:
        self.as_json = as_json
        self.language = language
        self._prose = Console(stderr=True, highlight=False, soft_wrap=True)
        # A file or another program gets whole cells; only a terminal has an edge to fold them at.
        self._data = Console(highlight=False, width=None if sys.stdout.isatty() else 400)

    def say(self, text: str) -> None:
        """Prose, to stderr. Control characters of hostile data do not reach the terminal."""
        self._prose.print(clean(text), markup=False)

    def data(self, value: Any) -> None:
        """One JSON document, to stdout."""
        sys.stdout.write(orjson.dumps(plain(value), option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode() + "\n")

    def line(self, text: str) -> None:
        """One line of data, to stdout."""
        sys.stdout.write(clean(text) + "\n")

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A table, to stdout."""
        table = Table(title=clean(title) or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
        for position, column in enumerate(columns):
            numeric = bool(rows) and all(isinstance(row[position], int | float | Fraction) for row in rows)
            table.add_column(column, justify="right" if numeric else "left", overflow="fold")
        for row in rows:
            table.add_row(*(_cell(value) for value in row))
        self._data.print(table)

    def error(self, error: OpenlerError) -> None:
        """Two lines: what happened, and what to do."""
        message = explain(error, self.language)
        where = f" ({told})" if (told := error.place or error.detail) else ""
        self.failure(f"{message.text}{where} [{error.code}]", message.hint)

    def failure(self, text: str, hint: str = "") -> None:
        """The same for a failure that has no error object."""
        sys.stderr.write(f"error: {clean(text)}\n")
        if hint:
            sys.stderr.write(f"hint: {clean(hint)}\n")

    def sentence(self, code: str, parameters: Mapping[str, object] | None = None) -> str:
        """The sentence for a code in this terminal's language."""
        return render(code, parameters, self.language).text

    @contextmanager
    def progress(self, label: str) -> Iterator[ProgressCallback]:
        """A progress bar on stderr; nothing where stderr is no terminal."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
        with Progress(*columns, console=self._prose, transient=True, disable=not self._prose.is_terminal) as bar:
            task = bar.add_task(label, total=None)

            def tell(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            yield tell


def clean(text: str) -> str:
    """Text without control characters, so that data cannot drive the terminal."""
    return text.translate(_CONTROL)


def _cell(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{float(value):.1%}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return clean("" if value is None else str(value)).replace("[", "\\[")
