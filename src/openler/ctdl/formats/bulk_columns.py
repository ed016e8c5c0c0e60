"""The columns of bulk files: the Publisher's own names for programs, credentials and organizations, and what each fills in.

The order of the columns means nothing, their names do; case and blanks in a name do not matter. What is here and is not the
Publisher's is marked so in docs/how-to/import-tables.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from openler.ctdl.terms import terms

Kind = Literal[
    "ctid", "key", "class", "text", "texts", "page", "pages", "code", "mails", "language", "concept", "owner", "flag", "version",
    "internal", "subjects", "cip", "soc", "credit_unit", "credit_value", "credit_max", "condition_type", "condition_name",
    "condition_description", "condition_credit", "condition_framework", "condition_key", "identifier",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the property it fills, how a cell is read, what a person puts in, and whether a new row needs it."""

    name: str
    kind: Kind
    prop: str = ""
    explained: str = ""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns of one family of classes. ``default`` is the class of a row that names none, or empty: then it must."""

    name: str
    top: tuple[str, ...]
    default: str
    columns: tuple[Column, ...]

    def holds(self, ctdl_type: str) -> bool:
        """Is a class of this family?"""
        return any(terms().is_a(ctdl_type, top) for top in self.top)

    def find(self, header: str) -> Column | None:
        """The column of that name."""
        return self._by_name().get(folded(header))

    def _by_name(self) -> Mapping[str, Column]:
        return {folded(column.name): column for column in self.columns}


def folded(header: str) -> str:
    """A header for comparison: ``Condition Profile: Name`` and ``ConditionProfile: name`` are one."""
    return "".join(header.split()).casefold()


_CTID: Final = Column("CTID", "ctid", "ceterms:ctid", "Leave empty for what is new: a CTID is made. Keep it for what is published.")
_KEY: Final = Column(
    "External Identifier", "key", "", "Your own identifier of the row. Needed where there is no CTID; it is not published."
)
_DESCRIPTION: Final = Column("Description", "text", "ceterms:description", "What it is, in sentences.")
_PAGE: Final = Column("Subject Webpage", "page", "ceterms:subjectWebpage", "The web page about it: https://…")
_LANGUAGE: Final = Column("Language", "language", "ceterms:inLanguage", "Language codes such as en or es; several with | between.")
_OWNED: Final = Column(
    "Owned By", "owner", "ceterms:ownedBy", "The owner's CTID, or its name. Empty for something new: the organization that publishes."
)
_OFFERED: Final = Column("Offered By", "owner", "ceterms:offeredBy", "CTIDs or names with | between, or: same as owner.")
_VERSION: Final = Column("Version Identifier", "version", "ceterms:versionIdentifier", "Name~value, such as Catalog Version~2025-2026.")
_CATALOG: Final = Column("In Catalog", "page", "ceterms:inCatalog", "The web page of the catalog that lists it.")
_CODED: Final = Column("Coded Notation", "code", "ceterms:codedNotation", "A short code, such as CNA-101.")
_NON_CREDIT: Final = Column("Is Non-Credit", "flag", "ceterms:isNonCredit", "yes or no.")
_SUBJECTS: Final = Column("Subjects", "subjects", "ceterms:subject", "Subjects with | between.")
_KEYWORDS: Final = Column("Keywords", "texts", "ceterms:keyword", "Words that people search by, with | between.")
_CIP: Final = Column("CIP Codes", "cip", "ceterms:instructionalProgramType", "Codes such as 51.3902, with | between.")
_SOC: Final = Column("SOC Codes", "soc", "ceterms:occupationType", "Codes such as 31-1131, with | between.")
_INTERNAL: Final = Column("Internal Identifier", "internal", "ceterms:identifier", "Your own public number of it.")

_CONDITION: Final = (
    Column("ConditionProfile: External Identifier", "condition_key", "", "Your own identifier of the condition; it is not published."),
    Column("ConditionProfile: Type", "condition_type", "", "requires, recommends, corequisite or entry condition. Empty: requires."),
    Column("ConditionProfile: Name", "condition_name", "ceterms:name", "What the condition is called."),
    Column("ConditionProfile: Description", "condition_description", "ceterms:description", "What is needed, in sentences."),
)

PROGRAMS: Final = Sheet(
    "program", ("ceterms:LearningOpportunityProfile", "ceterms:LearningOpportunity"), "",
    (
        _CTID, _KEY,
        Column("Learning Type", "class", "@type", "Learning Program, Course or Learning Opportunity.", needed=True),
        Column("Learning Opportunity Name", "text", "ceterms:name", "What it is called.", needed=True),
        _DESCRIPTION, _PAGE,
        Column("Life Cycle Status Type", "concept", "ceterms:lifeCycleStatusType", "Active, Developing, Suspended, Ceased, …"),
        _LANGUAGE,
        Column("Available Online At", "pages", "ceterms:availableOnlineAt", "Where it is taught online: web addresses with | between."),
        Column("Credit Unit Type", "credit_unit", "", "Semester Hour, Quarter Hour, Clock Hour, Continuing Education Unit, …"),
        Column("Credit Unit Type Description", "text", "ceterms:creditUnitTypeDescription", "The credit in words."),
        Column("Credit Unit Value", "credit_value", "", "How many of the credit units; the least, where there is a most."),
        Column("Credit Unit Max Value", "credit_max", "", "The most of the credit units, where it varies."),
        _OWNED, _OFFERED, _CODED, _SUBJECTS, _CATALOG, _NON_CREDIT, _VERSION, *_CONDITION,
        Column("Delivery Type", "concept", "ceterms:deliveryType", "In-Person Only, Online Only or Blended Delivery."),
        _KEYWORDS, _CIP, _SOC,
    ),
)  # fmt: skip

CREDENTIALS: Final = Sheet(
    "credential", ("ceterms:Credential",), "",
    (
        _CTID, _KEY, _INTERNAL,
        Column("Credential Name", "text", "ceterms:name", "What it is called.", needed=True),
        Column("Credential Type", "class", "@type", "Certificate, Associate Degree, License, Digital Badge, …", needed=True),
        _DESCRIPTION, _PAGE, _OWNED, _OFFERED,
        Column("Credential Status", "concept", "ceterms:credentialStatusType", "Active, Suspended, Deprecated, …"),
        _LANGUAGE, _VERSION, _CATALOG, _NON_CREDIT, _CODED, _SUBJECTS, *_CONDITION,
        Column("ConditionProfile: Credit Unit Value", "condition_credit", "", "How many credits the condition asks for."),
        Column("Condition Profile: Required Competency Framework", "condition_framework", "", "A framework's CTID."),
        _KEYWORDS, _CIP, _SOC,
    ),
)  # fmt: skip

ORGANIZATIONS: Final = Sheet(
    "organization", ("ceterms:Agent",), "ceterms:CredentialOrganization",
    (
        _CTID, _KEY,
        Column("Organization Type", "class", "@type", "Credential Organization, Organization or QA Credential Organization."),
        Column("Organization Name", "text", "ceterms:name", "What it is called.", needed=True),
        _DESCRIPTION, _PAGE,
        Column("Email", "mails", "ceterms:email", "Addresses with | between, of an office and not of a person."),
        Column("Agent Type", "concept", "ceterms:agentType", "Two-Year College, Business, …; several with | between."),
        Column("Agent Sector Type", "concept", "ceterms:agentSectorType", "Public, Private For-Profit or Private Not-For-Profit."),
        Column("IPEDS ID", "identifier", "ceterms:ipedsID", "The institution's UNITID."),
        Column("OPE ID", "identifier", "ceterms:opeID", "The institution's OPEID."),
        _KEYWORDS,
    ),
)  # fmt: skip

SHEETS: Final = (PROGRAMS, CREDENTIALS, ORGANIZATIONS)


def sheet_of(ctdl_type: str) -> Sheet | None:
    """The sheet that holds a class."""
    return next((sheet for sheet in SHEETS if sheet.holds(ctdl_type)), None)


def sheet_for(headers: Iterable[str]) -> Sheet | None:
    """The sheet that a file's header is about: the one whose needed columns it has."""
    has = {folded(header) for header in headers}
    found = [sheet for sheet in SHEETS if any(folded(column.name) in has for column in sheet.columns if column.needed)]
    return found[0] if len(found) == 1 else None
