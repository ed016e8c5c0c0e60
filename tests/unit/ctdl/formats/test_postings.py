"""Postings become jobs: what they say is kept in its place, what they do not say is not made up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openler.ctdl.document import Document, text
from openler.ctdl.formats.onet import competency_ctid
from openler.ctdl.formats.posting import postings, scripts, words
from openler.ctdl.formats.postings import Jobs, convert_postings
from openler.ctdl.rules import check
from openler.errors import Malformed
from openler.ids import Ctid

BASE = "https://registry.example"
BOARD = Ctid.derive("tests", "ceterms:Organization", "board")
MILL = Ctid.derive("tests", "ceterms:Organization", "mill")
WELD = Ctid.derive("tests", "ceasn:Competency", "weld")
SCHEMA: dict[str, Any] = {
    "@context": "https://schema.org/", "@type": "JobPosting", "title": "Welder",
    "identifier": {"@type": "PropertyValue", "name": "Quill Mill", "value": "W-7"},
    "description": "<p>Join metal.</p><script>alert(1)</script><ul><li>Early shift</ul>",
    "hiringOrganization": {"@type": "Organization", "name": "Quill Mill", "sameAs": "https://mill.example"},
    "url": "https://mill.example/jobs/7", "occupationalCategory": "51-4121.00 Welders", "validThrough": "2026-12-31T00:00",
    "skills": ["Read blueprints; weld", {"@type": "DefinedTerm", "name": "Weld", "url": f"https://r.example/resources/{WELD}"}],
    "baseSalary": {"@type": "MonetaryAmount", "currency": "USD", "value": {"minValue": 22, "maxValue": "28.50", "unitText": "HOUR"}},
    "experienceRequirements": {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": 18},
    "educationRequirements": {"@type": "EducationalOccupationalCredential", "credentialCategory": "high school"},
}  # fmt: skip
JDX: dict[str, Any] = {
    "title": "Welder", "positionID": "W-7", "descriptions": ["Join metal."],
    "hiringOrganization": {"legalName": "Quill Mill"},
    "skills": [
        {"name": "Critical Thinking", "termCode": "2.A.2.a", "inDefinedTermSet": {"name": "O*NET", "url": "https://www.onetonline.org/"}},
        {"name": "Speak Spanish", "annotation": {"preferred": True, "required": False}},
    ],
    "knowledge": [{"descriptions": ["Metals"]}],
    "industryCodes": [{"termCode": "332710", "name": "Machine Shops"}],
    "requiredCredentials": [{"credentialCategory": {"name": "Certificate"}, "program": "Welding", "descriptions": ["AWS or equal"]}],
    "preferredCredentials": [{"descriptions": ["Inspector"]}],
    "minimumExperiences": [{"duration": "P2Y6M", "descriptions": ["In a shop"]}],
    "baseSalaries": [{"currency": "USD", "minValue": 40000, "maxValue": 40000, "unitText": "YEAR"}],
}  # fmt: skip


def converted(*values: Any, **options: Any) -> Jobs:
    read = [(f"{at}.json", one) for at, value in enumerate(values) for one in postings(value)]
    return convert_postings(read, base_url=BASE, publisher=BOARD, today="2026-11-24", **options)


def job(value: Any, **options: Any) -> Document:
    (document,) = converted(value, **options).documents
    assert [finding for finding in check(document) if finding.severity == "error"] == []
    return document


def targets(node: Any) -> list[tuple[str, str]]:
    (condition,) = node
    return [(text(one, "ceterms:targetNodeName"), one.get("ceterms:targetNode", "")) for one in condition["ceterms:targetCompetency"]]


def test_a_posting_of_schema_org_becomes_a_job_with_its_skills_as_targets() -> None:
    main = job(SCHEMA, find_employer={"Quill Mill": MILL}.get).main
    assert main["ceterms:name"] == {"en": "Welder"}
    assert text(main, "ceterms:description") == "Join metal.\nEarly shift"
    assert main["ceterms:offeredBy"] == [f"{BASE}/resources/{MILL}"]
    assert [one["ceterms:codedNotation"] for one in main["ceterms:occupationType"]] == ["51-4121"]
    assert targets(main["ceterms:requires"]) == [("Read blueprints", ""), ("weld", ""), ("Weld", f"{BASE}/resources/{WELD}")]
    assert main["ceterms:requires"][0]["ceterms:yearsOfExperience"] == 1.5
    assert text(main["ceterms:requires"][0], "ceterms:description") == "high school"
    pay = main["ceterms:workPay"][0]
    assert (pay["ceterms:basePeriod"], pay["schema:minValue"], pay["schema:maxValue"]) == ("PT1H", 22, 28.5)
    assert main["ceterms:lifeCycleStatusType"]["ceterms:targetNode"] == "lifeCycle:Active"


def test_a_job_description_of_jdx_becomes_the_same_kind_of_job() -> None:
    thinking = competency_ctid("2.A.2.a")
    main = job({"jobDescription": JDX}, known=lambda ctid: ctid == thinking, employer=MILL).main
    assert targets(main["ceterms:requires"]) == [("Critical Thinking", f"{BASE}/resources/{thinking}"), ("Metals", "")]
    assert targets(main["ceterms:recommends"]) == [("Speak Spanish", "")]
    assert text(main["ceterms:requires"][0], "ceterms:description") == "Certificate, Welding, AWS or equal"
    assert main["ceterms:requires"][0]["ceterms:yearsOfExperience"] == 2.5
    assert text(main["ceterms:recommends"][0], "ceterms:description") == "Inspector"
    assert main["ceterms:industryType"][0]["ceterms:codedNotation"] == "332710"
    assert main["ceterms:workPay"][0]["schema:value"] == 40000
    assert "ceterms:lifeCycleStatusType" not in main


def test_a_name_links_no_competency_and_an_unpublished_element_is_only_named() -> None:
    assert targets(job(JDX).main["ceterms:requires"])[0] == ("Critical Thinking", "")


def test_an_employer_that_is_not_published_is_named_and_gets_no_ctid() -> None:
    document = job(SCHEMA)
    assert [text(node, "ceterms:name") for node in document.graph[1:]] == ["Quill Mill"]
    assert document.resources == (document.ctid,)
    assert [remark.code for remark in converted(SCHEMA).remarks] == ["posting.employer_unknown"]


def test_the_same_posting_has_the_same_ctid_and_an_expired_one_has_ceased() -> None:
    first, second = job(SCHEMA), job(SCHEMA | {"title": "Welder II", "validThrough": "2026-11-23"})
    assert first.ctid == second.ctid
    assert second.main["ceterms:lifeCycleStatusType"]["ceterms:targetNode"] == "lifeCycle:Ceased"


def test_every_posting_has_one_fate() -> None:
    made = converted([SCHEMA, SCHEMA, SCHEMA | {"identifier": None, "url": None}, SCHEMA | {"title": " "}])
    assert [fate.code for fate in made.fates] == ["import.published", "posting.same_key", "posting.key_missing", "posting.title_missing"]
    (sums,) = made.tables
    assert (sums.read, sums.published, sums.refused) == (4, 1, 3)


def test_a_page_gives_the_json_ld_of_its_scripts_and_nothing_else() -> None:
    safe = json.dumps(SCHEMA).replace("</", "<\\/")
    page = f"<html><script>var a = '</p>'</script><SCRIPT TYPE='application/ld+json; x'>{safe}</SCRIPT><p>no</p>"
    (found,) = scripts(page)
    assert json.loads(found) == SCHEMA


def test_a_posting_that_is_commented_out_is_not_there() -> None:
    assert scripts('<!-- <script type="application/ld+json">{}</script> --><script type="text/plain">{}</script>') == ()


def test_markup_that_never_closes_is_read_to_its_end() -> None:
    for piece in ("<!--", "<script>", "<a ", "</", "<p"):
        assert "JobPosting" not in words(piece * 50_000)
        assert scripts(piece * 50_000) == ()


@pytest.mark.parametrize("value", [{}, [], "x", 1, None, {"@type": "Recipe", "title": "Soup"}, {"a": {"b": {"c": {"d": {"e": SCHEMA}}}}}])
def test_what_is_no_posting_is_told(value: Any) -> None:
    with pytest.raises(Malformed) as told:
        list(postings(value))
    assert told.value.code == "posting.none_found"


HOSTILE: list[dict[str, Any]] = [
    {"baseSalary": {"value": {"minValue": "NaN", "maxValue": -1}}}, {"baseSalary": True}, {"baseSalary": {"value": 1e999}},
    {"skills": [[], {}, 7, {"name": {"@value": 3}}]}, {"hiringOrganization": ["x"]}, {"url": "javascript:alert(1)"},
    {"experienceRequirements": {"monthsOfExperience": True}}, {"inLanguage": 'en" onload'}, {"occupationalCategory": {"codeValue": 7}},
    {"validThrough": 5}, {"identifier": [{"value": None}, {"value": 0}]}, {"description": "<" * 5000}, {"title": ["Welder", 1]},
]  # fmt: skip


@pytest.mark.parametrize("odd", HOSTILE)
def test_what_makes_no_sense_is_left_out_and_the_job_has_no_error(odd: dict[str, Any]) -> None:
    main = job(SCHEMA | odd).main
    assert "javascript" not in json.dumps(main)
    assert "ceterms:workPay" not in main or "baseSalary" not in odd


def test_words_are_without_their_markup() -> None:
    assert words("a &amp; b<br>c<style>x{}</style>") == "a & b\nc"
    assert words("3 > 2") == "3 > 2"
