"""Answers queries the slow way: every node of every document is looked at by itself. What the index says must be the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openler.ctdl.document import Document
from openler.ctdl.query_model import (
    All,
    AnyOf,
    Between,
    Condition,
    Equals,
    Link,
    Matches,
    Named,
    Not,
    Points,
    Stated,
    Words,
)
from openler.ctdl.query_values import moment, number, sort_of
from openler.ctdl.query_words import folded, words
from openler.ids import Ctid


@dataclass(eq=False)
class Node:
    """A node of a document; ``ctid`` where it is a record."""

    document: Document
    said: dict[str, Any]
    ctid: Ctid | None


class Reference:
    """Some documents, and what holds of their nodes."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.nodes: list[Node] = []
        self._by_ctid: dict[str, Node] = {}
        self._of: dict[int, Node] = {}
        for document in documents:
            for said in document.graph:
                node = Node(document, said, Ctid.within(said.get("ceterms:ctid", "")))
                self._keep(node)
                if node.ctid is not None:
                    self._by_ctid.setdefault(node.ctid, node)

    def _keep(self, node: Node) -> None:
        self.nodes.append(node)
        self._of[id(node.said)] = node
        for prop, value in node.said.items():
            if sort_of(prop) == "reference":
                for item in _list(value):
                    if isinstance(item, dict) and set(item) != {"@id"}:
                        self._keep(Node(node.document, item, None))

    def find(self, condition: Condition) -> set[str]:
        """The CTIDs of the records of which a condition holds."""
        return {node.ctid for node in self.nodes if node.ctid is not None and self.holds(condition, node)}

    def holds(self, condition: Condition, node: Node) -> bool:  # noqa: C901, PLR0911, PLR0912 - one case a kind of condition
        """Does it hold of this node?"""
        match condition:
            case All(parts):
                return all(self.holds(part, node) for part in parts)
            case AnyOf(parts):
                return any(self.holds(part, node) for part in parts)
            case Not(part):
                return not self.holds(part, node)
            case Link(prop, reverse, inner):
                if reverse:
                    referring = (other for other in self.nodes if any(found is node for found, _ in self._targets(other, prop)))
                    return any(inner is None or self.holds(inner, other) for other in referring)
                targets = list(self._targets(node, prop))
                return any(inner is None or (found is not None and self.holds(inner, found)) for found, _ in targets)
            case Points(prop, value, aliases, how):
                ctid = Ctid.within(value.lower())
                for found, text in self._targets(node, prop):
                    if ctid is not None and (text == ctid or (found is not None and found.ctid == ctid)):
                        return True
                    outside = ctid is None and found is None and isinstance(text, str) and Ctid.within(text) is None
                    if outside and any(_fits(folded(str(text)), folded(one), how) for one in (value, *aliases)):
                        return True
                return False
            case Named(prop, value):
                ctid = Ctid.within(value)
                if ctid is not None:
                    return node.ctid == ctid
                own = node.said.get(prop, "")
                return isinstance(own, str) and not own.startswith("_:") and value in folded(own)
            case Stated(prop):
                return any(True for _ in self._values(node, prop))
            case Equals(prop, values):
                return any(folded(str(text)) in values for text, _ in self._values(node, prop))
            case Words(prop, starts, language):
                told = [text for text, tongue in self._values(node, prop) if language is None or _speaks(tongue, language)]
                return any(word.startswith(start) for text in told for word in words(folded(text)) for start in starts)
            case Matches(prop, sought, how, language):
                told = [text for text, tongue in self._values(node, prop) if language is None or _speaks(tongue, language)]
                return any(_fits(folded(text).strip(), sought, how) for text in told)
            case Between(prop, low, high):
                kind = sort_of(prop)
                read = (number(text) if kind == "number" else moment(text) for text, _ in self._values(node, prop))
                return any(one is not None and (low is None or one >= low) and (high is None or one <= high) for one in read)

    def _targets(self, node: Node, prop: str) -> Iterator[tuple[Node | None, str | None]]:
        for item in _list(node.said.get(prop, [])):
            if isinstance(item, dict) and set(item) != {"@id"}:
                yield self._of[id(item)], None
                continue
            text = item["@id"] if isinstance(item, dict) else item
            if not isinstance(text, str) or not text:
                continue
            inside = node.document.index.get(text)
            ctid = Ctid.within(text)
            if inside is None and ctid is not None:
                inside = node.document.index.get(ctid)
            if inside is not None:
                yield self._of[id(inside)], ctid
            elif ctid is not None:
                yield self._by_ctid.get(ctid), ctid
            else:
                yield None, text

    @staticmethod
    def _values(node: Node, prop: str) -> Iterator[tuple[Any, str]]:
        kind = sort_of(prop)
        if kind == "text":
            yield from _spoken(node.said.get(prop), "")
            return
        for item in _list(node.said.get(prop, [])):
            if kind == "number" and number(item) is None:
                continue
            if kind == "time" and moment(item) is None:
                continue
            if item not in ("", None) and not isinstance(item, dict):
                yield item, ""


def _spoken(value: Any, language: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and value.strip():
        yield value, language
    elif isinstance(value, list):
        for item in value:
            yield from _spoken(item, language)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _spoken(item, key.lower())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _speaks(tongue: str, asked: str) -> bool:
    return tongue == asked or tongue.startswith(f"{asked}-")


def _fits(text: str, sought: str, how: str) -> bool:
    if how == "exactMatch":
        return text == sought
    if how == "startsWith":
        return text.startswith(sought)
    return text.endswith(sought) if how == "endsWith" else sought in text
