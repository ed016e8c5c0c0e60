"""Who publishes ESCO, and the scheme of ISCO groups that its occupations are sorted by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from openler.ctdl.formats.esco_files import LICENCE, PAGE
from openler.ctdl.formats.shapes import Node, lang, put
from openler.ids import Ctid

ISCO: Final = "International Standard Classification of Occupations 2008"


def isco_scheme(ctid: Ctid, publisher: Ctid, groups: Mapping[str, Node], edition: str, language: str) -> Node:
    """The scheme of the groups; those without a broader one are told to be its top."""
    top = [node for node in groups.values() if "skos:broader" not in node]
    for node in top:
        node["skos:topConceptOf"] = [str(ctid)]
    scheme: Node = {
        "@type": "skos:ConceptScheme",
        "ceterms:ctid": str(ctid),
        "ceasn:name": lang(f"ISCO-08 groups of {edition}", "en"),
        "ceasn:description": lang(f"{ISCO}, as {edition} has it.", "en"),
        "ceasn:inLanguage": [language],
        "ceasn:publisher": [str(publisher)],
        "ceasn:source": [PAGE],
        "ceasn:license": LICENCE,
    }
    put(scheme, "skos:hasTopConcept", [str(node["ceterms:ctid"]) for node in top])
    return scheme


def commission(ctid: Ctid) -> Node:
    """The European Commission."""
    about = (
        "Publishes ESCO, the European classification of skills, competences, qualifications and occupations. Described here so that "
        "its data can name it; this identifier was made by the importer and is not the Commission's own."
    )
    return {
        "@type": "ceterms:Organization",
        "ceterms:ctid": str(ctid),
        "ceterms:name": lang("European Commission", "en"),
        "ceterms:description": lang(about, "en"),
        "ceterms:subjectWebpage": PAGE,
    }
