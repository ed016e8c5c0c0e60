"""YAML as far as people write settings in it: every scalar is text, no alias, no key twice.

So that ``no``, ``1`` and ``2024-05`` stay what they are, and that a file cannot grow while it is read.
"""

from __future__ import annotations

from typing import Any

import yaml


class NotPlainError(ValueError):
    """The file is no such YAML. ``line`` counts from 1; None where the place is not known."""

    def __init__(self, problem: str, line: int | None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line

    @property
    def place(self) -> str | None:
        """The line as an error's place."""
        return None if self.line is None else f"line {self.line}"


class _Loader(yaml.BaseLoader):
    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "aliases are not accepted", self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=True)
            if not isinstance(name, str) or name in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key given twice or not a text: {name}", key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep=deep)


def load(data: bytes) -> Any:
    """Texts, lists and maps. :raises NotPlainError: it is no YAML in UTF-8, or holds what is not accepted"""
    try:
        return yaml.load(data.decode("utf-8-sig"), _Loader)  # noqa: S506 - a BaseLoader makes nothing but texts, lists and maps
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", None) or type(error).__name__)
        raise NotPlainError(problem, mark.line + 1 if mark is not None else None) from error
