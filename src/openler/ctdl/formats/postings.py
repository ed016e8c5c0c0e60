"""Postings become ``ceterms:Job``: skills are targets of its condition, linked where an identifier says which competency is meant.

A skill's name alone links nothing: which published competency somebody's words mean is for a person to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from openler.ctdl.document import Document, build
from openler.ctdl.formats import account as told
from openler.ctdl.formats.account import Account, Remark, RowFate, TableAccount
from openler.ctdl.formats.codes import soc_code
from openler.ctdl.formats.onet import competency_ctid
from openler.ctdl.formats.posting import Posting, Term
from openler.ctdl.formats.shapes import ALIGNMENT, NAICS, SOC, Node, coded, concept, identifier, lang, put, web_page
from openler.errors import Code, OpenlerError, declare
from openler.ids import Ctid

KEY_MISSING = declare("posting.key_missing", by=__name__)
TITLE_MISSING = declare("posting.title_missing", by=__name__)
SAME_KEY = declare("posting.same_key", by=__name__)
EMPLOYER_UNKNOWN = declare("posting.employer_unknown", by=__name__)
NO_SKILLS = declare("posting.no_skills", by=__name__)
OCCUPATION_UNREADABLE = declare("posting.occupation_unreadable", by=__name__)

JOB = "ceterms:Job"
TABLE = "postings"
_EMPLOYER = "_:employer"
_NAICS_DIGITS = range(2, 7)

Employer = Callable[[str], Ctid | None]
"""The organization of a name, where exactly one that is published has it."""
Known = Callable[[Ctid], bool]
"""Is a competency of that CTID published?"""


@dataclass(frozen=True, slots=True)
class Jobs:
    """Documents by CTID, every posting's fate, and what a person should know."""

    documents: tuple[Document, ...]
    tables: tuple[TableAccount, ...]
    fates: tuple[RowFate, ...]
    remarks: tuple[Remark, ...]


def convert_postings(
    read: Iterable[tuple[str, Posting | OpenlerError]],
    *,
    base_url: str,
    publisher: Ctid,
    today: str,
    employer: Ctid | None = None,
    find_employer: Employer = lambda _: None,
    known: Known = lambda _: False,
    language: str = "en",
) -> Jobs:
    """Convert postings, each with its source's name; what could not be read is refused with its reason.

    ``employer`` is who offers all of the jobs; ``today`` such as ``2026-11-24``; ``language`` that of a posting that names none.
    """
    account = Account()
    made: dict[Ctid, tuple[int, list[Node]]] = {}
    numbers = []
    for number, (source, posting) in enumerate(read, 1):
        numbers.append(number)
        if isinstance(posting, OpenlerError):
            _refuse(account, number, posting.code, **{**posting.parameters, "source": source})
        elif not posting.title:
            _refuse(account, number, TITLE_MISSING, source=source)
        elif not posting.key:
            _refuse(account, number, KEY_MISSING, source=source)
        else:
            ctid = Ctid.within(posting.key) or Ctid.derive(f"postings:{publisher}", JOB, posting.key)
            if ctid in made:
                _refuse(account, number, SAME_KEY, source=source, row=made[ctid][0])
                continue
            who = employer or find_employer(posting.employer)
            if who is None:
                account.remark(EMPLOYER_UNKNOWN, "gap", TABLE, number, ctid, name=posting.employer[:80])
            tongue = posting.language or language
            job = _job(account, number, ctid, posting, who, known, today, tongue)
            made[ctid] = (number, [job] if who is not None or not posting.employer else [job, _named(posting, tongue)])
            account.decide(RowFate(TABLE, number, "published", told.PUBLISHED, (ctid,), {"source": source}))
    account.read(TABLE, numbers)
    account.close(())
    documents = tuple(build(base_url, made[ctid][1]) for ctid in sorted(made))
    return Jobs(documents, account.tables(), account.fates, account.remarks)


def _refuse(account: Account, number: int, code: Code, /, **parameters: object) -> None:
    account.decide(RowFate(TABLE, number, "refused", code, (), parameters))


def _job(
    account: Account, number: int, ctid: Ctid, posting: Posting, employer: Ctid | None, known: Known, today: str, language: str
) -> Node:
    node: Node = {"@type": JOB, "ceterms:ctid": str(ctid), "ceterms:name": lang(posting.title, language)}
    put(node, "ceterms:description", lang(posting.description, language) if posting.description else None)
    put(node, "ceterms:subjectWebpage", web_page(posting.url))
    if employer is not None or posting.employer:
        node["ceterms:offeredBy"] = [str(employer or _EMPLOYER)]
    put(node, "ceterms:identifier", [identifier("Posting", posting.key)])
    put(node, "ceterms:occupationType", _occupations(account, number, ctid, posting))
    put(node, "ceterms:industryType", [coded(NAICS, one.code, one.name, language) for one in posting.industries if _is_naics(one.code)])
    if not posting.skills:
        account.remark(NO_SKILLS, "gap", TABLE, number, ctid)
    needed, liked = ([one for one in posting.skills if one.preferred is preferred] for preferred in (False, True))
    put(node, "ceterms:requires", _condition(needed, posting.requires, known, language, posting.years, posting.experience))
    put(node, "ceterms:recommends", _condition(liked, posting.recommends, known, language))
    if posting.pay is not None:
        pay: Node = {"@type": "ceterms:PayProfile"}
        put(pay, "ceterms:currency", posting.pay.currency)
        put(pay, "ceterms:basePeriod", posting.pay.period)
        if posting.pay.low == posting.pay.high:
            pay["schema:value"] = posting.pay.low
        else:
            pay |= {"schema:minValue": posting.pay.low, "schema:maxValue": posting.pay.high}
        node["ceterms:workPay"] = [pay]
    if posting.until:
        node["ceterms:lifeCycleStatusType"] = concept("lifeCycle:Ceased" if posting.until < today else "lifeCycle:Active")
    return node


def _named(posting: Posting, language: str) -> Node:
    """An employer that is only named: it gets no CTID from a posting."""
    node: Node = {"@id": _EMPLOYER, "@type": "ceterms:Organization", "ceterms:name": lang(posting.employer, language)}
    put(node, "ceterms:subjectWebpage", web_page(posting.employer_url))
    return node


def _occupations(account: Account, number: int, ctid: Ctid, posting: Posting) -> list[Node]:
    found = []
    for one in posting.occupations:
        code = soc_code(one.code) or next((code for word in one.name.replace(",", " ").split() if (code := soc_code(word))), None)
        if code is None:
            account.remark(OCCUPATION_UNREADABLE, "gap", TABLE, number, ctid, seen=(one.name or one.code)[:80])
        else:
            found.append(coded(SOC, code, one.name if one.code else "", posting.language or "en"))
    return found


def _is_naics(code: str) -> bool:
    return code.isascii() and code.isdigit() and len(code) in _NAICS_DIGITS


def _condition(
    skills: list[Term], words: Iterable[str], known: Known, language: str, years: float | None = None, experience: str = ""
) -> list[Node]:
    node: Node = {"@type": "ceterms:ConditionProfile"}
    described = "\n".join(words)
    put(node, "ceterms:description", lang(described, language) if described else None)
    put(node, "ceterms:experience", lang(experience, language) if experience else None)
    put(node, "ceterms:yearsOfExperience", years)
    targets = {str(sorted(one.items(), key=str)): one for one in (_target(term, known, language) for term in skills)}
    put(node, "ceterms:targetCompetency", list(targets.values()))
    return [node] if len(node) > 1 else []


def _target(term: Term, known: Known, language: str) -> Node:
    """A skill as a target; with a link where its address, or its O*NET element, names a published competency."""
    node: Node = {"@type": ALIGNMENT}
    named = Ctid.within(term.url) or Ctid.within(term.code)
    if named is None and "o*net" in f"{term.set_name} {term.set_url}".casefold().replace("onet", "o*net") and term.code:
        element = competency_ctid(term.code)
        named = element if known(element) else None
    put(node, "ceterms:targetNode", str(named) if named is not None else web_page(term.url))
    put(node, "ceterms:framework", web_page(term.set_url))
    put(node, "ceterms:frameworkName", lang(term.set_name, language) if term.set_name else None)
    put(node, "ceterms:targetNodeName", lang(term.name, language) if term.name else None)
    put(node, "ceterms:codedNotation", term.code)
    return node
