"""The fields of a CASE document and of its items, as properties of CTDL-ASN."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from openler.ctdl.formats.case_package import ASSOCIATIONS, DOCUMENT, ITEMS, Row, link, string, strings
from openler.ctdl.formats.case_terms import CARRIED, COMPETENCY, DATE_TIME, FRAMEWORK, IRI, LANGUAGE, STATUSES
from openler.ctdl.formats.shapes import ALIGNMENT, Node, lang, put
from openler.ids import Ctid

_TAKEN: Final = {
    DOCUMENT: frozenset({
        "identifier", "uri", "title", "creator", "publisher", "description", "officialSourceURL", "language", "version", "subject",
        "adoptionStatus", "licenseURI", "lastChangeDateTime", "CFPackageURI", "caseVersion", *CARRIED["document"],
    }),
    ITEMS: frozenset({
        "identifier", "uri", "fullStatement", "abbreviatedStatement", "humanCodingScheme", "listEnumeration", "conceptKeywords", "notes",
        "language", "educationLevel", "CFItemType", "CFItemTypeURI", "licenseURI", "lastChangeDateTime", "subject", "CFDocumentURI",
        *CARRIED["item"],
    }),
    ASSOCIATIONS: frozenset({
        "identifier", "associationType", "sequenceNumber", "originNodeURI", "destinationNodeURI", "CFDocumentURI", *CARRIED["association"],
    }),
}  # fmt: skip
"""What has a place in CTDL, or is written anew on the way back. The rest is counted, and told as left behind."""


_LISTS: Final = frozenset({"conceptKeywords", "educationLevel", "subject"})
_FORMS: Final = {"language": LANGUAGE, "lastChangeDateTime": DATE_TIME, "officialSourceURL": IRI, "uri": IRI}
"""Fields whose text must have a form; an association's own are carried whatever their form."""


class Fields:
    """What holds for a whole package: its language and title, what it used of its definitions, what was left behind."""

    def __init__(self, document: Mapping[str, Any], language: str) -> None:
        stated = string(document, "language")
        self.language = stated if LANGUAGE.fullmatch(stated) else language
        self.title = string(document, "title")
        self.source = string(document, "officialSourceURL")
        self.used: dict[str, set[str]] = {}
        self.left: Counter[tuple[str, str]] = Counter()

    def use(self, kind: str, *values: str) -> None:
        """These definitions of a kind are meant."""
        self.used.setdefault(kind, set()).update(value for value in values if value)

    def leave(self, row: Row) -> None:
        """Count the fields of a row that no property takes, and those whose value is not what the field holds."""
        for name, value in row.value.items():
            if value not in (None, "", [], {}) and (name not in _TAKEN[row.table] or not _holds(row.table, name, value)):
                self.left[row.table, name[:60]] += 1


def _holds(table: str, name: str, value: Any) -> bool:
    if name.endswith("URI"):
        return isinstance(value, dict)
    if name == "sequenceNumber":
        return isinstance(value, int) and not isinstance(value, bool)
    if name in _LISTS and isinstance(value, list):
        return all(isinstance(entry, str) for entry in value)
    if name == "adoptionStatus":
        return value in STATUSES if isinstance(value, str) else False
    form = _FORMS.get(name) if table != ASSOCIATIONS else None
    return isinstance(value, str) and (form is None or form.fullmatch(value.strip()) is not None)


def identifiers(row: Row) -> list[str]:
    """The names a thing has in CASE: its UUID as a URN, and its address."""
    return [f"urn:uuid:{row.identifier}", *([row.uri] if row.uri else [])]


def framework_node(row: Row, ctid: Ctid, publisher: Ctid, fields: Fields) -> Node:
    """The framework itself, without its top children."""
    value, language = row.value, fields.language
    node: Node = {
        "@type": FRAMEWORK,
        "ceterms:ctid": str(ctid),
        "ceasn:name": lang(fields.title, language),
        "ceasn:inLanguage": [language],
        "ceasn:publisher": [str(publisher)],
        "ceasn:identifier": identifiers(row),
    }
    put(node, "ceasn:description", _text(value, "description", language))
    put(node, "ceasn:author", [author] if (author := string(value, "creator")) else None)
    put(node, "ceasn:publisherName", _text(value, "publisher", language))
    put(node, "ceasn:source", [fields.source] if IRI.fullmatch(fields.source) else None)
    put(node, "ceterms:versionCode", string(value, "version"))
    put(node, "ceasn:publicationStatusType", [STATUSES[status]] if (status := string(value, "adoptionStatus")) in STATUSES else None)
    _common(node, row, language, fields)
    _carry(node, row, CARRIED["document"])
    return node


def item_node(row: Row, ctid: Ctid, framework: Ctid, fields: Fields) -> Node:
    """A competency, without its place in the hierarchy and its alignments."""
    value = row.value
    stated = string(value, "language")
    language = stated if LANGUAGE.fullmatch(stated) else fields.language
    node: Node = {
        "@type": COMPETENCY,
        "ceterms:ctid": str(ctid),
        "ceasn:competencyText": lang(string(value, "fullStatement"), language),
        "ceasn:isPartOf": [str(framework)],
        "ceasn:identifier": identifiers(row),
    }
    put(node, "ceasn:inLanguage", [language] if stated == language else None)
    put(node, "ceasn:competencyLabel", _text(value, "abbreviatedStatement", language))
    put(node, "ceasn:codedNotation", string(value, "humanCodingScheme"))
    put(node, "ceasn:listID", string(value, "listEnumeration"))
    put(node, "ceasn:comment", _text(value, "notes", language))
    keywords = strings(value, "conceptKeywords")
    put(node, "ceasn:conceptKeyword", {language: keywords} if keywords else None)
    fields.use("CFConcepts", *keywords)
    kind = string(value, "CFItemType") or string(link(value, "CFItemTypeURI"), "title")
    put(node, "ceasn:competencyCategory", lang(kind, language) if kind else None)
    fields.use("CFItemTypes", kind)
    levels = [
        {"@type": ALIGNMENT, "ceterms:codedNotation": level, "ceterms:targetNodeName": lang(level, language)}
        for level in strings(value, "educationLevel")
    ]
    put(node, "ceasn:educationLevelType", levels)
    _common(node, row, language, fields)
    _carry(node, row, CARRIED["item"])
    return node


def _common(node: Node, row: Row, language: str, fields: Fields) -> None:
    """What documents and items both have: subjects, licence, time of the last change."""
    subjects = strings(row.value, "subject")
    put(node, "ceasn:localSubject", {language: subjects} if subjects else None)
    fields.use("CFSubjects", *subjects)
    licence = link(row.value, "licenseURI")
    put(node, "ceasn:license", uri if IRI.fullmatch(uri := string(licence, "uri")) else None)
    fields.use("CFLicenses", string(licence, "uri"), string(licence, "title"))
    changed = string(row.value, "lastChangeDateTime")
    put(node, "ceasn:dateModified", changed if DATE_TIME.fullmatch(changed) else None)
    fields.leave(row)


def _text(value: Mapping[str, Any], name: str, language: str) -> dict[str, str] | None:
    return lang(found, language) if (found := string(value, name)) else None


def _carry(node: Node, row: Row, names: tuple[str, ...]) -> None:
    for name in names:
        put(node, f"case:{name}", string(row.value, name))
