"""The small shapes that CTDL nodes are made of: language maps, alignment objects, identifiers, actions.

All take plain values and leave out what is empty, so that absent data stays absent. References are bare CTIDs:
:func:`openler.ctdl.document.build` turns them into addresses.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlsplit

from openler.ctdl.terms import terms
from openler.ids import MAX_IRI

Node = dict[str, Any]

ALIGNMENT: Final = "ceterms:CredentialAlignmentObject"
SOC: Final = ("https://www.bls.gov/soc/2018/", "Standard Occupational Classification 2018")
NAICS: Final = ("https://www.census.gov/naics/", "North American Industry Classification System")
CIP: Final = ("https://nces.ed.gov/ipeds/cipcode/", "Classification of Instructional Programs 2020")

# What the Registry calls an identifier that has a property of its own.
IDENTIFIER_PROPERTIES: Final = {
    "fein": "ceterms:fein", "ope": "ceterms:opeID", "ipeds": "ceterms:ipedsID", "nces": "ceterms:ncesID",
    "duns": "ceterms:duns", "lei": "ceterms:leiCode",
}  # fmt: skip

_EMAIL = re.compile(r"[^@\s<>\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_NUMBER = re.compile(r"[-+]?\$?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?")
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")


def lang(text: str, language: str) -> dict[str, str]:
    """A language map of one text."""
    return {language: text}


def put(node: Node, prop: str, value: object) -> None:
    """Set a property unless there is nothing to say."""
    if value is None or (isinstance(value, str | list | dict | tuple) and not value):
        return
    node[prop] = list(value) if isinstance(value, tuple) else value


def concept(name: str) -> Node:
    """A concept of a CTDL scheme, such as ``deliveryType:OnlineOnly``, as an alignment object."""
    node: Node = {"@type": ALIGNMENT, "ceterms:targetNode": name}
    label = terms().label(name)
    put(node, "ceterms:targetNodeName", lang(label, "en-US") if label != name else None)
    return node


def coded(framework: tuple[str, str], code: str, title: str = "", language: str = "en-US") -> Node:
    """A code of a classification that is not CTDL's own, such as a SOC or CIP code."""
    node: Node = {"@type": ALIGNMENT, "ceterms:framework": framework[0], "ceterms:frameworkName": lang(framework[1], "en-US")}
    put(node, "ceterms:targetNodeName", lang(title, language) if title else None)
    node["ceterms:codedNotation"] = code
    return node


def identifier(kind: str, value: str) -> Node:
    """An identifier of a scheme that has no property of its own."""
    return {"@type": "ceterms:IdentifierValue", "ceterms:identifierTypeName": lang(kind, "en-US"), "ceterms:identifierValueCode": value}


def number(text: str) -> Decimal | None:
    """A number as people write it (``$4,000.50``), or None. Never NaN, never infinite."""
    trimmed = text.strip()
    if not trimmed or not _NUMBER.fullmatch(trimmed):
        return None
    try:
        return Decimal(trimmed.replace("$", "").replace(",", ""))
    except InvalidOperation:
        return None


def json_number(value: Decimal) -> int | float:
    """The JSON number of a decimal: an integer where it is one."""
    return int(value) if value == value.to_integral_value() else float(value)


def web_page(text: str) -> str | None:
    """An http(s) address that can be one, or None: a host with a dot, no blank, and nobody's name before the host."""
    text = text.strip()
    if len(text) > MAX_IRI or re.search(r"[\s<>\"{}|\\^`]", text):
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not host or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    return parts._replace(scheme=parts.scheme.lower()).geturl()


def email(text: str) -> str | None:
    """A mail address that can be one, or None."""
    return text if _EMAIL.fullmatch(text) else None


def duration(text: str) -> str | None:
    """An ISO 8601 duration, or None."""
    return text if _DURATION.fullmatch(text) else None


def dated(action: Node, when: str, *, start: str = "ceterms:startDate", approximate: str = "ceterms:approximateStartDate") -> None:
    """Set when an action began: a full day has its own property, a month or year the approximate one."""
    put(action, start if re.fullmatch(r"\d{4}-\d{2}-\d{2}", when) else approximate, when)
