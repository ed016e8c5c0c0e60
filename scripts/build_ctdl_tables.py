"""Build the facts that ``openler.ctdl`` stands on from the published schemas.

    python scripts/build_ctdl_tables.py [SHARED]

Reads the encodings of CTDL, CTDL-ASN and QData with their contexts, the derived concept schemes and the tables of
required, benchmark and recommended properties below ``SHARED/reference/ctdl``; writes the compact tables in
``src/openler/ctdl/data``. Only facts are taken: names, labels, parents, domains, ranges, inverses, schemes, coercions.
Definitions stay with their authors. Running it again on the same sources writes the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

SOURCES = (
    "ctdl/schema.json",
    "ctdlasn/schema.json",
    "qdata/schema_2023-10.json",
    "qdata/qdata_properties_from_RA.Models_2026-03.json",
    "ctdl/context.json",
    "ctdlasn/context.json",
    "concept_schemes_derived.json",
    "benchmark/profiles_in_ctdl_terms.json",
    "benchmark/registry_assistant_required_recommended.json",
    "registry/subclasses_map.json",
    "registry/description_set_item_maps.yml",
)
SCHEMAS, CONTEXTS = SOURCES[:3], SOURCES[4:6]
TARGET = Path(__file__).parents[1] / "src" / "openler" / "ctdl" / "data"

KINDS = {
    "@id": "iri",
    "@language": "language",
    "xsd:string": "string",
    "xsd:language": "string",
    "xsd:float": "float",
    "xsd:decimal": "float",
    "xsd:integer": "integer",
    "xsd:date": "date",
    "schema:Date": "date",
    "xsd:dateTime": "datetime",
    "xsd:boolean": "boolean",
    "schema:Duration": "duration",
    "xsd:duration": "duration",
}
# Where the context says "@id" but every range is one of these, the range is believed: an amount is not an address.
LITERAL_RANGES = {"xsd:decimal", "xsd:integer", "xsd:float", "schema:Date", "xsd:date"}


def load(folder: Path, name: str) -> Any:
    """One source, parsed."""
    return json.loads((folder / name).read_text(encoding="utf-8"))


def merged(found: list[dict[str, Any]], key: str) -> list[str]:
    """The values of a key over all schemas that define a term: what one of them allows is allowed."""
    return sorted({value for entry in found for value in entry.get(key, [])})


def context(folder: Path) -> dict[str, Any]:
    """The union of the contexts: prefixes, and terms by their coercion."""
    union: dict[str, Any] = {}
    for name in CONTEXTS:
        for term, definition in load(folder, name)["@context"].items():
            if union.setdefault(term, definition) != definition:
                message = f"the contexts disagree on {term}"
                raise SystemExit(message)
    prefixes = {term: value for term, value in union.items() if isinstance(value, str)}
    coercions: dict[str, list[str]] = {}
    for term, definition in sorted(union.items()):
        if isinstance(definition, dict):
            [(key, value)] = definition.items()
            coercions.setdefault(f"{key} {value}", []).append(term)
    return {"prefixes": dict(sorted(prefixes.items())), "coercions": dict(sorted(coercions.items()))}


def vocabulary(folder: Path, coercions: dict[str, list[str]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Classes and properties of the three schemas, and the properties that only the context knows."""
    entries: dict[str, list[dict[str, Any]]] = {}
    for name in SCHEMAS:
        for entry in load(folder, name)["@graph"]:
            entries.setdefault(entry["@id"], []).append(entry)
    coerced = {term: key.split(" ", 1)[1] for key, terms in coercions.items() for term in terms}
    classes: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    for term, found in sorted(entries.items()):
        label = found[0].get("rdfs:label", {}).get("en-US", "")
        if found[0]["@type"] == "rdfs:Class":
            classes[term] = {"label": label, "parents": merged(found, "rdfs:subClassOf")}
        elif found[0]["@type"] == "rdf:Property":
            ranges = merged(found, "schema:rangeIncludes")
            datatype = coerced.get(term, "@id")
            if datatype == "@id" and ranges and set(ranges) <= LITERAL_RANGES:
                datatype = ranges[0]
            schemes = merged(found, "meta:targetScheme")
            properties[term] = slim({
                "label": label, "kind": KINDS[datatype], "datatype": datatype, "parents": merged(found, "rdfs:subPropertyOf"),
                "domains": merged(found, "schema:domainIncludes"), "ranges": ranges, "inverse": merged(found, "owl:inverseOf"),
                "schemes": schemes,
            })  # fmt: skip
    for term, datatype in sorted(coerced.items()):
        if term not in properties:
            properties[term] = {"kind": KINDS[datatype], "datatype": datatype, "schema": False}
    return classes, dict(sorted(properties.items()))


def slim(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry without its empty values."""
    return {key: value for key, value in entry.items() if value not in ([], "")}


def concepts(folder: Path) -> dict[str, Any]:
    """Concept schemes with the ids, labels and broader concepts of their members."""
    schemes = load(folder, "concept_schemes_derived.json")
    return {
        name: {
            "label": scheme["label"],
            "concepts": {entry["id"]: slim({"label": entry["label"], "broader": entry["broader"] or []}) for entry in scheme["concepts"]},
        }
        for name, scheme in sorted(schemes.items())
    }


def requirements(folder: Path, known: set[str]) -> dict[str, Any]:
    """What the publisher's own models mark, profile by profile, in CTDL terms; marks on parts without a term are left out."""

    def resolved(term: str) -> str | None:
        if not term.startswith("?"):
            return None if term.startswith("@") else term
        local = term[1].lower() + term[2:]
        return next((curie for prefix in ("qdata", "ceterms", "ceasn", "asn") if (curie := f"{prefix}:{local}") in known), None)

    tables: dict[str, Any] = {}
    for profile, marks in sorted(load(folder, "benchmark/profiles_in_ctdl_terms.json").items()):
        kept = {
            mark: [name for term in terms if (name := resolved(term))]
            for mark, terms in sorted(marks.items())
            if mark in {"required", "benchmark", "recommended", "comment-required", "comment-recommended"}
        }
        tables[profile] = slim(kept)
    return {profile: marks for profile, marks in tables.items() if marks}


def registered(folder: Path) -> dict[str, Any]:
    """What older readers of the registry name: QData's newer properties by class, and classes only the registry knows."""

    def walk(tree: dict[str, Any]) -> set[str]:
        return set(tree) | {name for below in tree.values() for name in walk(below)}

    newer = load(folder, "qdata/qdata_properties_from_RA.Models_2026-03.json")
    return {
        "classes": sorted(walk(load(folder, "registry/subclasses_map.json"))),
        "qdata": {f"qdata:{name}": sorted(terms) for name, terms in sorted(newer.items())},
    }


def lines(value: dict[str, Any]) -> str:
    """JSON with one line an entry, so that a new release of the vocabulary shows in a diff as what it changed."""
    body = ",\n".join(f"{json.dumps(key)}: {json.dumps(entry, ensure_ascii=False, sort_keys=True)}" for key, entry in value.items())
    return "{\n" + body + "\n}\n"


def description_sets(folder: Path) -> dict[str, Any]:
    """The national Registry's description sets: paths from a class to others. Lists of classes are told once and counted."""
    # Keys are written as ":name", the way of the language that its owner reads it with.
    entries = [
        {key.lstrip(":"): value for key, value in entry.items()}
        for entry in yaml.safe_load((folder / "registry/description_set_item_maps.yml").read_text(encoding="utf-8"))
    ]
    lists = sorted({tuple(sorted(set(entry[side]))) for entry in entries for side in ("subject_types", "target_types")})
    numbers = {names: at for at, names in enumerate(lists)}
    found = {}
    for at, entry in enumerate(entries):
        sides = [numbers[tuple(sorted(set(entry[side])))] for side in ("subject_types", "target_types")]
        found[f"{at:03}"] = [entry["path"].strip(), re.findall(r"[<>]\s*[^\s<>]+", entry["property_path"]), *sides]
    return {"classes": {str(at): names for names, at in numbers.items()}, "entries": found}


def build(shared: Path) -> dict[str, str]:
    """Every table by its file name."""
    folder = shared / "reference" / "ctdl"
    terms = context(folder)
    classes, properties = vocabulary(folder, terms["coercions"])
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in SOURCES}
    return {
        "sources.json": lines(digests),
        "context.json": lines(terms),
        "classes.json": lines(classes),
        "properties.json": lines(properties),
        "concepts.json": lines(concepts(folder)),
        "requirements.json": lines(requirements(folder, set(properties))),
        "registered.json": lines(registered(folder)),
        "description_sets.json": lines(description_sets(folder)),
    }


def main(arguments: list[str]) -> None:
    """Write the tables."""
    shared = Path(arguments[0]) if arguments else Path(__file__).parents[2] / "shared"
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in build(shared).items():
        (TARGET / name).write_text(text, encoding="utf-8")
        print(f"{name}: {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
