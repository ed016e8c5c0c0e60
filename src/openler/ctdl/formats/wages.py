"""National wages of occupations (Occupational Employment and Wage Statistics) become one ``qdata:DataSetProfile`` a SOC.

``*`` (no estimate) and ``#`` (at or above the highest wage that is published) are not numbers: the Observation says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from openler.ctdl.document import Document, build, nodes
from openler.ctdl.formats import account as told
from openler.ctdl.formats.account import Account, RowFate
from openler.ctdl.formats.codes import soc_code
from openler.ctdl.formats.shapes import Node, json_number, lang, number, put
from openler.ids import Ctid

SOURCE: Final = "us-oews"
PAGE: Final = "https://www.bls.gov/oes/"
LANGUAGE: Final = "en-US"
COLUMNS: Final = ("AREA", "NAICS", "OCC_CODE", "OCC_TITLE", "O_GROUP", "TOT_EMP", "A_PCT10", "A_PCT25", "A_MEDIAN", "A_PCT75", "A_PCT90")
STATISTICS: Final = {
    "A_PCT10": "qdata:percentile10", "A_PCT25": "qdata:percentile25", "A_MEDIAN": "qdata:median",
    "A_PCT75": "qdata:percentile75", "A_PCT90": "qdata:percentile90",
}  # fmt: skip
AT_TOP: Final = "At or above the highest wage that is published."
NO_ESTIMATE: Final = "No estimate."
WAGE_NAME: Final = "Annual wage"
EMPLOYMENT_NAME: Final = "Employment"


@dataclass(frozen=True, slots=True)
class Wages:
    """A wage table: its rows, and the month it is of (``2024-05``), empty where that is not known."""

    rows: Iterable[tuple[int, Mapping[str, str]]]
    month: str = ""


def median_annual_wage(data_set: Document) -> float | None:
    """The median annual wage in dollars that a data set of this module tells, or None."""
    for observation in nodes(data_set, data_set.main, "qdata:hasObservation"):
        value = observation.get("qdata:median")
        if isinstance(value, int | float):
            return float(value)
    return None


def wage_documents(
    wages: Wages, occupations: Mapping[str, list[Ctid]], base_url: str, account: Account
) -> tuple[list[Document], dict[str, Ctid]]:
    """A document for each detailed SOC that one of the occupations has, the bureau's own, and the data sets' CTIDs by SOC."""
    rows = list(wages.rows)
    account.read("wages", (place for place, _ in rows))
    bureau = Ctid.derive(SOURCE, "ceterms:Organization", "Bureau of Labor Statistics")
    documents = [build(base_url, [_bureau(bureau)])]
    found: dict[str, Ctid] = {}
    for place, row in rows:
        soc = soc_code(row["OCC_CODE"])
        national = row["O_GROUP"] == "detailed" and row["AREA"] == "99" and row["NAICS"] == "000000"
        if soc is None or not national:
            account.decide(RowFate("wages", place, "refused", told.NOT_SELECTED, (), {}))
        elif soc not in occupations:
            account.decide(RowFate("wages", place, "refused", told.NOT_USED, (), {}))
        elif soc in found:
            account.decide(RowFate("wages", place, "refused", told.DUPLICATE_KEY, (), {"key": soc, "rows": str(place)}))
        else:
            found[soc] = Ctid.derive(SOURCE, "qdata:DataSetProfile", soc)
            documents.append(build(base_url, _data_set(row, soc, sorted(occupations[soc]), found[soc], bureau, wages.month)))
            account.decide(RowFate("wages", place, "published", told.PUBLISHED, (found[soc],)))
    return documents, found


def _bureau(ctid: Ctid) -> Node:
    about = (
        "Publishes wages of occupations. Described here so that its data can name it; "
        "this identifier was made by the importer and is not the bureau's own."
    )
    return {
        "@type": "ceterms:Organization",
        "ceterms:ctid": str(ctid),
        "ceterms:name": lang("U.S. Bureau of Labor Statistics", LANGUAGE),
        "ceterms:description": lang(about, LANGUAGE),
        "ceterms:subjectWebpage": "https://www.bls.gov/",
    }


def _data_set(row: Mapping[str, str], soc: str, about: list[Ctid], ctid: Ctid, bureau: Ctid, month: str) -> list[Node]:
    title = f"National wages: {row['OCC_TITLE']}" + (f", {month}" if month else "")
    main: Node = {
        "@type": "qdata:DataSetProfile",
        "ceterms:ctid": str(ctid),
        "ceterms:name": lang(title, LANGUAGE),
        "ceterms:description": lang(f"Wages and employment in the United States of the occupation with SOC code {soc}.", LANGUAGE),
        "qdata:dataProvider": [str(bureau)],
        "qdata:relevantDataSetFor": [str(occupation) for occupation in about],
        "ceterms:source": PAGE,
        "qdata:hasMetric": ["_:wage", "_:employment"],
        "qdata:hasObservation": ["_:wages", "_:employed"],
    }
    if month:
        frame = {"ceterms:approximateStartDate": month, "ceterms:approximateEndDate": month}
        main["qdata:dataSetTemporalCoverage"] = {"@type": "qdata:DataSetTimeFrame", **frame}
    wage: Node = {"@id": "_:wages", "@type": "qdata:Observation", "qdata:isObservationOf": "_:wage"}
    for column, prop in STATISTICS.items():
        amount = number(row[column])
        put(wage, prop, json_number(amount) if amount is not None else None)
    if "qdata:median" not in wage:
        wage["ceasn:comment"] = lang(AT_TOP if row["A_MEDIAN"] == "#" else NO_ESTIMATE, LANGUAGE)
    wage["schema:currency"] = "USD"
    employed: Node = {"@id": "_:employed", "@type": "qdata:Observation", "qdata:isObservationOf": "_:employment"}
    count = number(row["TOT_EMP"])
    put(employed, "schema:value", json_number(count) if count is not None else None)
    if count is None:
        employed["ceasn:comment"] = lang(NO_ESTIMATE, LANGUAGE)
    metrics: list[Node] = [
        {"@id": "_:wage", "@type": "qdata:Metric", "ceterms:name": lang(WAGE_NAME, LANGUAGE)},
        {"@id": "_:employment", "@type": "qdata:Metric", "ceterms:name": lang(EMPLOYMENT_NAME, LANGUAGE)},
    ]
    return [main, *metrics, wage, employed]
