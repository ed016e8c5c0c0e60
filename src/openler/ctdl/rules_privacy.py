"""The registry refuses personal data (ADR 0001, decision 3).

What a rule can decide, it decides: classes of persons, properties that only a person has, numbers shaped as a United
States social security number. Whether a name, a telephone or an e-mail address belongs to a person or to an office cannot
be decided from the document; organisations publish those rightly, so they pass, and publishers answer for them.
"""

from __future__ import annotations

import re
from typing import Any, Final

from openler.ctdl.findings import Report, below
from openler.errors import declare

PERSON = declare("ctdl.personal_class", by=__name__)
PERSONAL_PROPERTY = declare("ctdl.personal_property", by=__name__)
SOCIAL_SECURITY_NUMBER = declare("ctdl.social_security_number", by=__name__)

PERSON_CLASSES: Final = frozenset({
    "ceterms:CredentialPerson", "ceterms:CredentialAssertion", "schema:Person", "foaf:Person", "schema:Patient", "Person",
    "vcard:Individual",
})  # fmt: skip
PERSONAL_PROPERTIES: Final = frozenset({
    "additionalname", "birthdate", "birthday", "birthplace", "dateofbirth", "deathdate", "ethnicity", "familyname", "firstname",
    "gender", "givenname", "lastname", "maidenname", "nationality", "socialsecuritynumber", "spouse", "ssn", "studentid",
})  # fmt: skip
"""Local names, in lower case without hyphens and underscores, of properties that only a person has."""

# SSA: area 000, 666 and 900-999, group 00 and serial 0000 are never given out.
_SSN: Final = re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])", re.ASCII)
# The hyphen first: it is looked for much faster than a digit is, and every document is searched.
_SSN_SHAPE: Final = re.compile(rb"-(?<=\d{3}-)\d{2}-\d{4}")


def is_personal(name: str) -> bool:
    """Is it a property that only a person has?"""
    local = re.split(r"[:/#]", name)[-1]
    return local.lower().replace("-", "").replace("_", "") in PERSONAL_PROPERTIES


def might_hold_numbers(normalised: bytes) -> bool:
    """Whether it is worth looking at every text of the document."""
    return _SSN_SHAPE.search(normalised) is not None


def numbers(value: Any, place: str, report: Report) -> None:
    """Social security numbers in any text below, addresses apart; the number itself is not repeated in the finding."""
    if isinstance(value, dict):
        for key, entry in value.items():
            numbers(entry, below(place, key), report)
    elif isinstance(value, list):
        for position, entry in enumerate(value):
            numbers(entry, f"{place}/{position}", report)
    elif isinstance(value, str) and not ("://" in value and " " not in value) and _SSN.search(value):
        report.add("error", SOCIAL_SECURITY_NUMBER, place)
