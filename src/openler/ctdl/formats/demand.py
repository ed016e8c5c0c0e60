"""Lists of what is in demand, and what is on them: told as ``ceterms:WorkforceDemandAction``, by whom and where."""

from __future__ import annotations

from dataclasses import dataclass

from openler.ctdl.formats.adopt import fold
from openler.ctdl.formats.cells import Row
from openler.ctdl.formats.codes import cip_code
from openler.ctdl.formats.mapping import Demand
from openler.ctdl.formats.shapes import Node, concept, lang
from openler.ctdl.formats.work import Work
from openler.errors import declare

SOC_WITHOUT_SUCCESSOR = declare("import.soc_without_successor", by=__name__)


@dataclass(frozen=True, slots=True)
class _List:
    spec: Demand
    rows: dict[str, list[Row]]


class DemandLists:
    """The lists of one import."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._lists = [self._read(spec) for spec in work.mapping.demand]

    def _read(self, spec: Demand) -> _List:
        rows: dict[str, list[Row]] = {}
        for row in self._work.tables[spec.table].rows:
            if spec.cip is not None:
                code = cip_code(row.cells.get(spec.cip, ""))
                found: tuple[str, ...] = (code,) if code is not None else ()
            else:
                text = row.cells.get(spec.soc or "", "")
                found = self._work.codes.to_2018(text, spec.taxonomy)
                if not found:
                    self._work.remark(SOC_WITHOUT_SUCCESSOR, "gap", row, seen=text)
            for entry in found:
                rows.setdefault(entry, []).append(row)
        self._work.cells.take_used()
        return _List(spec, rows)

    def actions(self, cip: str | None, socs: tuple[str, ...], county: str) -> list[Node]:
        """The demand told of a program by its CIP, the occupations it is for and its provider's county."""
        found = []
        for entry in self._lists:
            keys = [cip] if entry.spec.cip is not None else list(socs)
            rows = [row for key in keys if key is not None for row in entry.rows.get(key, ())]
            if entry.spec.county is not None:
                rows = [row for row in rows if county and fold(row.cells.get(entry.spec.county, "")) == fold(county)]
            if not rows:
                continue
            for row in rows:
                self._work.cells.touch(row)
                if entry.spec.taxonomy == "soc2010" and entry.spec.soc is not None:
                    self._work.codes.to_2018(row.cells.get(entry.spec.soc, ""), "soc2010")
            found.append(self._action(entry.spec, county))
        return found

    def _action(self, spec: Demand, county: str) -> Node:
        node: Node = {
            "@type": "ceterms:WorkforceDemandAction",
            "ceterms:name": lang(spec.name, self._work.language),
            "ceterms:actingAgent": str(self._work.bodies[spec.by]),
            "ceterms:actionStatusType": concept("actionStat:ActiveActionStatus"),
        }
        if spec.county is not None:
            place = {"@type": "ceterms:Place", "ceterms:subRegion": lang(county, self._work.language)}
            node["ceterms:jurisdiction"] = [{"@type": "ceterms:JurisdictionProfile", "ceterms:mainJurisdiction": [place]}]
        return node
