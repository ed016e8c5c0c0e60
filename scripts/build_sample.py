"""Rebuild the real figures of the sample region from the reference material.

    python scripts/build_sample.py [SHARED]

The sample's people, organisations, programs and jobs are invented and written by hand. Its occupation codes, titles, ratings and
wages are not: they are cut, row by row and unchanged, from O*NET 29.2, OEWS May 2024, SOC 2018 and the CIP 2020 to SOC 2018
crosswalk. Which occupations are kept stands in ``selection.csv``; which programs' codes, in ``offerings.csv``. The tests of
``tests/unit/actions/test_sample_figures.py`` compare.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from python_calamine import CalamineWorkbook

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "src" / "openler" / "actions" / "sample"
SOC_LENGTH = len("29-1141")

Row = list[str]


def extracts(shared: Path) -> dict[str, bytes]:
    """Every extract by its path inside the sample."""
    data = shared / "data"
    chosen = {row[0] for row in _csv(SAMPLE / "selection.csv")}
    cips = {row["cip"] for row in _records(SAMPLE / "offerings.csv")}
    crosswalk = _cut(_csv(data / "nj" / "soc2018_cip2020_crosswalk.csv"), lambda row: row[2] in cips)
    socs = {row[0] for row in crosswalk[1:]} | {code[:SOC_LENGTH] for code in chosen}
    elements = {row[2] for name in ("Skills", "Knowledge") for row in _tsv(data / "onet-29.2" / f"{name}.tsv.gz")}
    onet = {
        name: _cut(_tsv(data / "onet-29.2" / f"{name}.tsv.gz"), keep)
        for name, keep in (
            ("Occupation Data", lambda row: row[0] in chosen),
            ("Skills", lambda row: row[0] in chosen),
            ("Knowledge", lambda row: row[0] in chosen),
            ("Alternate Titles", lambda row: row[0] in chosen),
            ("Sample of Reported Titles", lambda row: row[0] in chosen),
            ("Content Model Reference", lambda row: _is_above(row[0], elements)),
        )
    }
    wages = _cut(_sheet(data / "oews-2024" / "national_M2024_dl.xlsx"), lambda row: row[8] in socs and row[10] == "detailed")
    return {
        **{f"onet-29.2/{name}.tsv": _written(rows, "\t") for name, rows in onet.items()},
        "oews-2024/national_M2024_dl.csv": _written(wages, ","),
        "cip_soc.csv": _written(crosswalk, ","),
        "soc.csv": _written(_cut(_csv(data / "nj" / "soc2018_definitions.csv"), lambda row: row[1] in socs), ","),
    }


def _is_above(element: str, rated: Iterable[str]) -> bool:
    return any(one == element or one.startswith(f"{element}.") for one in rated)


def _cut(rows: Iterator[Row], keep: Callable[[Row], bool]) -> list[Row]:
    header = next(rows)
    return [header, *(row for row in rows if keep(row))]


def _csv(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.reader(lines)


def _records(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _tsv(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.reader(lines, delimiter="\t")


def _sheet(path: Path) -> Iterator[Row]:
    for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python():
        yield [str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell) for cell in row]


def _written(rows: list[Row], delimiter: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def main() -> None:
    """Write the extracts."""
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("OPENLER_SHARED", ROOT.parent / "shared"))
    for name, content in extracts(shared).items():
        target = SAMPLE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        print(f"{len(content):>9,} bytes  {len(content.splitlines()) - 1:>6,} rows  {name}")


if __name__ == "__main__":
    main()
