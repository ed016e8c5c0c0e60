"""The code of a plan: whether a document has the shape, with what texts, and what they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openler.linkeddata.plan_fill import write_fill
from openler.linkeddata.plan_text import Code, Gap, Template
from openler.linkeddata.rdf import escaped, xsd_double_text
from openler.linkeddata.shape import FREE_KEYWORDS, Path

SCHEMES = ("http://", "https://", "urn:", "did:", "mailto:", "data:")
"""How plain IRIs begin."""
_NOT_PLAIN = bytes(range(0x21)) + b'<>"{}|^`\\'

Texts = tuple[str, ...]
Match = Callable[[dict[str, Any]], Texts | None]
"""Gives the slots' texts of a document of the plan's shape, None for any other."""
Fill = Callable[[Texts, Callable[[bytes], Any]], bytes | None]
"""Gives the canonical N-Quads from the slots' texts and a hash function; None where two blank nodes look alike."""


class _Matcher(Code):
    def __init__(self, numbers: Mapping[Path, int], steering: frozenset[str]) -> None:
        super().__init__()
        self._numbers = numbers
        self._steering = steering

    def check(self, item: Any, at: str, path: Path) -> None:
        """Code that leaves unless the value named ``at`` has the shape of ``item``; slots get their names ``s0``, ``s1``, ..."""
        kind = type(item)
        if isinstance(item, str):
            number = self._numbers.get(path)
            if number is None:
                self.refuse_unless(f"{at} == {self.constant(item)}")
        elif kind is dict:
            self.refuse_unless(f"type({at}) is dict and tuple({at}) == {self.constant(tuple(item))}")
            self._members(item, at, path)
        elif kind is list:
            self.refuse_unless(f"type({at}) is list and len({at}) == {len(item)}")
            parts = self._unpacked([(held, (*path, place)) for place, held in enumerate(item)], at)
            for place, (held, name) in enumerate(zip(item, parts, strict=True)):
                self.check(held, name, (*path, place))
        else:
            self.refuse_unless(f"type({at}) is {self.constant(kind)} and str({at}) == {self.constant(str(item))}")

    def _members(self, item: dict[str, Any], at: str, path: Path) -> None:
        parts = self._unpacked([(held, (*path, name)) for name, held in item.items()], f"{at}.values()")
        for (name, held), part in zip(item.items(), parts, strict=True):
            if name in self._steering or (name.startswith("@") and name not in FREE_KEYWORDS):
                # Lists, texts and what is in them: compared as written, for repr tells 1 from True.
                same = f"{part} == {self.constant(held)}" if _texts(held) else f"repr({part}) == {self.constant(repr(held))}"
                self.refuse_unless(same)
            else:
                self.check(held, part, (*path, name))

    def _unpacked(self, held: Sequence[tuple[Any, Path]], at: str) -> list[str]:
        """Code that names what is held in ``at``; slots get their names ``s0``, ``s1``, ..., to be asked for their kind in the end."""
        numbers = [self._numbers.get(path) if isinstance(item, str) else None for item, path in held]
        parts = [self.name() if number is None else f"s{number}" for number in numbers]
        if parts:
            self.line(f"({', '.join(parts)},) = {at}")
        return parts


def _texts(held: Any) -> bool:
    return isinstance(held, str) or (isinstance(held, list) and all(isinstance(one, str) for one in held))


def generate(
    document: dict[str, Any],
    numbers: Mapping[Path, int],
    templates: Sequence[Template],
    gaps: Mapping[int, Gap] | None,
    steering: frozenset[str],
) -> tuple[Match, Fill]:
    """The functions of a plan, made from the document of its shape, the slots' numbers, the statements and their gaps."""
    code = _Matcher(numbers, steering)
    ordered = sorted(numbers.values())
    code.lines.append("def match(document):")
    code.check(document, "document", ())
    code.line(f"texts = ({''.join(f's{number}, ' for number in ordered)})")
    code.lines += ["    try: join(texts)", "    except TypeError: return None"]  # something else than a text is among them
    _check_iris(code, gaps or {})
    code.line("return texts")
    write_fill(code, ordered, templates, gaps or {})
    namespace: dict[str, Any] = {**code.names, "escaped": escaped, "double": xsd_double_text, "join": "".join}
    exec(compile("\n".join(code.lines), "<plan>", "exec"), namespace)  # noqa: S102 - no text of a document stands in the code
    return namespace["match"], namespace["fill"]


def _check_iris(code: Code, gaps: Mapping[int, Gap]) -> None:
    """Code that leaves unless what fills an IRI's gap is a plain one (:data:`openler.linkeddata.plan.PLAIN_IRI`)."""
    iris = [f"s{number}" for number, gap in sorted(gaps.items()) if gap.iri]
    if iris:
        code.names |= {"plain_letters": plain_letters, "schemes": SCHEMES}
        begun = " and ".join(f"{name}.startswith(schemes)" for name in iris)
        code.refuse_unless(f'plain_letters(f"{"".join(f"{{{name}}}" for name in iris)}") and {begun}')


def plain_letters(text: str) -> bool:
    """Whether every character may stand in an IRI as it is."""
    octets = text.encode(errors="backslashreplace")  # half a character becomes one that may not
    return len(octets.translate(None, _NOT_PLAIN)) == len(octets)
