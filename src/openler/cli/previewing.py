"""How a preview is shown: counts, then the first changes with what was and what would be."""

from __future__ import annotations

from typing import Any

import orjson

from openler.actions.registry.preview import DocumentChange, Preview
from openler.cli.terminal import Terminal, plain
from openler.ctdl.terms import terms

FIRST = 20
"""Documents shown of each kind; ``--json`` has them all."""
WIDTH = 120
"""Characters shown of a value."""
_NAMED = frozenset({"@type", "ceterms:targetNode", "ceterms:targetNodeName"})


def show(terminal: Terminal, preview: Preview) -> None:
    """Tell a preview: one JSON document where that is asked for."""
    if terminal.as_json:
        terminal.data(preview)
        return
    terminal.line(
        f"nothing was published; it would be: new {preview.new:,}, changed {preview.changed:,}, unchanged {preview.unchanged:,}, "
        f"refused {preview.refused:,}"
    )
    hidden = preview.unlisted
    for fate in ("refused", "changed", "new"):
        found = [change for change in preview.changes if change.fate == fate]
        hidden += len(found[FIRST:])
        for change in found[:FIRST]:
            _line(terminal, change)
    if hidden:
        terminal.say(f"{hidden:,} more are not shown here; --json lists up to {len(preview.changes):,}.")


def _line(terminal: Terminal, change: DocumentChange) -> None:
    what = f"{terms().label(change.type)} “{change.name}” {change.ctid}" if change.ctid else change.source
    terminal.line(f"  {change.fate}: {what}")
    if change.code is not None:
        where = f" ({change.place})" if change.place else ""
        terminal.line(f"    {terminal.sentence(change.code, change.parameters)}{where} [{change.code}]")
    for one in change.properties:
        within = "" if one.resource == change.ctid else f" of {one.resource}"
        terminal.line(f"    {one.name}{within}: {_short(one.before)} -> {_short(one.after)}")


def _short(value: Any) -> str:
    """A value as people read it, cut where it is long."""
    text = _said(value)
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"


def _said(value: Any) -> str:  # noqa: PLR0911 - one return a kind of value
    """Texts, names of concepts and numbers as they are; what has more parts than a name as JSON."""
    if value is None:
        return "(nothing)"
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value)
    if isinstance(value, dict):
        if "ceterms:targetNode" in value and set(value) <= _NAMED:
            return terms().label(str(value["ceterms:targetNode"]))
        if value and not any(":" in key or key.startswith("@") for key in value):
            return "; ".join(_said(one) for one in value.values())  # a text by language
        return orjson.dumps(plain(value)).decode()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
