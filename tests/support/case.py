"""CASE packages for tests: small, invented, in the shape of the 1.1 information model."""

from __future__ import annotations

from typing import Any

BASE = "https://registry.example"
HOST = "https://frameworks.example/uri/"
CHANGED = "2025-03-01T09:00:00+00:00"


def uuid(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-0000000000aa"


def link(number: int, title: str = "") -> dict[str, Any]:
    return {"title": title or f"title {number}", "identifier": uuid(number), "uri": HOST + uuid(number)}


def item(number: int, statement: str = "", **more: Any) -> dict[str, Any]:
    told = {"identifier": uuid(number), "uri": HOST + uuid(number), "fullStatement": statement or f"Weld joint {number}."}
    return {**told, "lastChangeDateTime": CHANGED, **more}


def association(number: int, kind: str, origin: int, target: int, **more: Any) -> dict[str, Any]:
    ends = {"originNodeURI": link(origin), "destinationNodeURI": link(target)}
    return {"identifier": uuid(number), "uri": HOST + uuid(number), "associationType": kind, **ends, "lastChangeDateTime": CHANGED, **more}


def package(items: list[Any], associations: list[Any], **more: Any) -> dict[str, Any]:
    """A package whose document is number 1."""
    document = {
        "identifier": uuid(1), "uri": HOST + uuid(1), "creator": "Lake Region Schools", "title": "Welding", "language": "en",
        "adoptionStatus": "Adopted", "lastChangeDateTime": CHANGED, **more,
    }  # fmt: skip
    return {"CFDocument": document, "CFItems": items, "CFAssociations": associations}


def welding() -> dict[str, Any]:
    """Four items in two levels, with one association of most kinds."""
    return package(
        [
            item(
                2, "Join metal.", humanCodingScheme="W.1", CFItemType="Standard", conceptKeywords=["joint", "seam"], educationLevel=["09"]
            ),
            item(3, "Prepare a joint.", humanCodingScheme="W.1.1", abbreviatedStatement="Joints", notes="By hand.", listEnumeration="1"),
            item(4, "Inspeccionar la soldadura.", language="es", alternativeLabel="Inspección"),
            item(5, "Grind a seam."),
        ],
        [
            association(100, "isChildOf", 2, 1, sequenceNumber=1),
            association(101, "isChildOf", 4, 2, sequenceNumber=1),
            association(102, "isChildOf", 3, 2, sequenceNumber=2),
            association(103, "isChildOf", 5, 1, sequenceNumber=2),
            association(104, "exactMatchOf", 3, 900),
            association(105, "exactMatchOf", 901, 4),
            association(106, "isRelatedTo", 3, 5),
            association(107, "isPartOf", 3, 5),
            association(108, "precedes", 3, 4),
            association(109, "ext:isToolFor", 5, 2, notes="Often."),
        ],
    )
