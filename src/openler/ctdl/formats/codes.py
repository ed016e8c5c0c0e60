"""Codes of the classifications: CIP 2020, SOC 2018, SOC 2010 through its crosswalk; and what is inferred apart from what is given.

An occupation that the source names is *given*. One that follows from the instructional program by the CIP - SOC crosswalk
is *inferred*: its alignment object carries ``ceterms:alignmentType`` ``alignment:RelatedMatch`` and says in words from what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from openler.ctdl.formats.cells import Cells, Row, Table
from openler.ctdl.formats.mapping import Crosswalks
from openler.ctdl.formats.shapes import SOC, Node, coded, lang

INFERRED = "alignment:RelatedMatch"
"""The ``ceterms:alignmentType`` of an occupation that was inferred."""

_CIP = re.compile(r"(\d{1,2})\.(\d{4})")
_SOC = re.compile(r"(\d{2})-?(\d{4})(?:\.\d{2})?")


def cip_code(text: str) -> str | None:
    """A six-digit CIP code as ``52.0401``, leading zeros restored (``10203`` is ``01.0203``), or None."""
    trimmed = text.strip()
    if (found := _CIP.fullmatch(trimmed)) is not None:
        return f"{found.group(1).zfill(2)}.{found.group(2)}"
    if trimmed.isascii() and trimmed.isdigit() and len(trimmed) in {5, 6}:
        padded = trimmed.zfill(6)
        return f"{padded[:2]}.{padded[2:]}"
    return None


def soc_code(text: str) -> str | None:
    """A detailed SOC code as ``15-1252``; an O*NET-SOC code gives its SOC part; None for anything else."""
    found = _SOC.fullmatch(text.strip())
    return f"{found.group(1)}-{found.group(2)}" if found is not None else None


def is_inferred(alignment: Mapping[str, Any]) -> bool:
    """Was this ``ceterms:occupationType`` inferred from the instructional program, and not told by the source?"""
    return alignment.get("ceterms:alignmentType") == INFERRED


def occupation_codes(node: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The occupation codes of a resource: those given, those inferred, each in the node's order."""
    found = node.get("ceterms:occupationType", ())
    entries = [entry for entry in (found if isinstance(found, list) else [found]) if isinstance(entry, dict)]
    given = [str(entry["ceterms:codedNotation"]) for entry in entries if "ceterms:codedNotation" in entry and not is_inferred(entry)]
    inferred = [str(entry["ceterms:codedNotation"]) for entry in entries if "ceterms:codedNotation" in entry and is_inferred(entry)]
    return tuple(given), tuple(inferred)


def _settled(table: Table) -> list[Row]:
    """A table's rows in an order that does not depend on the file's."""
    return sorted(table.rows, key=lambda row: sorted(row.cells.items()))


class Codes:
    """The crosswalks of one import."""

    def __init__(self, spec: Crosswalks, tables: Mapping[str, Table], cells: Cells) -> None:
        self._spec = spec
        self._tables = tables
        self._cells = cells
        self._cip_rows: dict[str, list[Row]] = {}
        self._titles: dict[str, str] = {}
        self._cip_titles: dict[str, str] = {}
        self._soc_rows: dict[str, Row] = {}
        if spec.cip_soc is not None:
            for row in _settled(tables[spec.cip_soc.table]):
                if (code := cip_code(row.cells.get(spec.cip_soc.cip, ""))) is not None:
                    self._cip_rows.setdefault(code, []).append(row)
                    if spec.cip_soc.cip_title:
                        self._cip_titles.setdefault(code, row.cells.get(spec.cip_soc.cip_title, ""))
                if spec.cip_soc.title and (soc := soc_code(row.cells.get(spec.cip_soc.soc, ""))) is not None:
                    self._titles.setdefault(soc, row.cells.get(spec.cip_soc.title, ""))
        if spec.soc is not None:
            for row in _settled(tables[spec.soc.table]):
                if (soc := soc_code(row.cells.get(spec.soc.code, ""))) is not None:
                    self._titles[soc] = row.cells.get(spec.soc.title, "")
                    self._soc_rows[soc] = row

    def title(self, soc: str) -> str:
        """The occupation's title, or an empty text."""
        if soc in self._soc_rows:
            self._cells.touch(self._soc_rows[soc])
        return self._titles.get(soc, "")

    def cip_title(self, cip: str) -> str:
        """The instructional program's title, or an empty text."""
        return self._cip_titles.get(cip, "").rstrip(".")

    def to_2018(self, text: str, taxonomy: Literal["soc2018", "soc2010", "onet"]) -> tuple[str, ...]:
        """The SOC 2018 codes of a code: itself, or what the crosswalk gives for a 2010 one (none where it has none)."""
        code = soc_code(text)
        if code is None:
            return ()
        if taxonomy != "soc2010":
            return (code,)
        if self._spec.soc2010 is None:
            return ()
        found = self._tables[self._spec.soc2010.table].find(self._spec.soc2010.old, code)
        for row in found:
            self._cells.touch(row)
        return tuple(sorted({new for row in found if (new := soc_code(row.cells.get(self._spec.soc2010.new, ""))) is not None}))

    def inferred(self, cip: str) -> tuple[str, ...]:
        """The occupations that the crosswalk names for a program, without those that mean no match."""
        if self._spec.cip_soc is None:
            return ()
        none = {soc_code(text) for text in self._spec.cip_soc.no_match}
        found = set()
        for row in self._cip_rows.get(cip, ()):
            self._cells.touch(row)
            soc = soc_code(row.cells.get(self._spec.cip_soc.soc, ""))
            if soc is not None and soc not in none:
                found.add(soc)
        return tuple(sorted(found))

    def occupations(self, given: Iterator[str] | tuple[str, ...], cip: str | None, language: str) -> list[Node]:
        """The ``ceterms:occupationType`` of a program: the given codes, then the inferred ones marked as such."""
        stated = tuple(dict.fromkeys(given))
        nodes = [coded(SOC, soc, self.title(soc), language) for soc in sorted(stated)]
        if cip is not None and self._spec.cip_soc is not None:
            told = f"Inferred from CIP {cip} by the {self._spec.cip_soc.name}"
            for soc in self.inferred(cip):
                if soc not in stated:
                    node = coded(SOC, soc, self.title(soc), language)
                    node["ceterms:alignmentType"] = INFERRED
                    node["ceterms:targetNodeDescription"] = lang(told, "en-US")
                    nodes.append(node)
        return nodes
