"""A small ESCO download of our own: two occupations, two groups, three skills."""

from __future__ import annotations

from openler.ctdl.formats.convert import Conversion
from openler.ctdl.formats.esco import convert_esco
from openler.ctdl.formats.esco_files import FILES

BASE = "https://registry.example"
PLACE = "http://data.europa.eu/esco/"
WELDER, FITTER = f"{PLACE}occupation/w", f"{PLACE}occupation/f"
WELD, METAL, JOINTS = f"{PLACE}skill/weld", f"{PLACE}skill/metal", f"{PLACE}skill/joints"
GROUP, TOP = f"{PLACE}isco/C72", f"{PLACE}isco/C7"
Table = list[tuple[int, dict[str, str]]]


def table(name: str, *rows: dict[str, str]) -> Table:
    blank = dict.fromkeys(FILES[name].columns, "")
    return [(number, {**blank, **row}) for number, row in enumerate(rows, 2)]


def skill(uri: str, label: str, **more: str) -> dict[str, str]:
    return {"conceptUri": uri, "preferredLabel": label, "skillType": "skill/competence", **more}


def made(**more: Table) -> Conversion:
    tables = {
        "groups": table(
            "groups", {"conceptUri": TOP, "code": "7", "preferredLabel": "Craft"},
            {"conceptUri": GROUP, "code": "72", "preferredLabel": "Metal"}
        ),
        "occupations": table(
            "occupations",
            {"conceptUri": WELDER, "iscoGroup": "72", "preferredLabel": "welder", "code": "72.1", "altLabels": "joiner\nweld hand"},
            {"conceptUri": FITTER, "iscoGroup": "99", "preferredLabel": "fitter", "description": "Fits.", "code": "72.1.1"},
        ),
        "broader": table(
            "broader",
            {"conceptUri": GROUP, "broaderUri": TOP}, {"conceptUri": FITTER, "broaderUri": WELDER},
            {"conceptUri": WELDER, "broaderUri": f"{PLACE}absent"},
        ),
        "skill_groups": table("skill_groups", skill(METAL, "working metal", code="S1")),
        "digital": table("digital", skill(WELD, "weld", broaderConceptUri=f"{METAL} | {PLACE}elsewhere", reuseLevel="cross-sector")),
        "green": table("green", skill(WELD, "weld"), skill(JOINTS, "joints", skillType="knowledge", altLabels="seams | edges")),
        "relations": table(
            "relations",
            {"originalSkillUri": WELD, "relationType": "essential", "relatedSkillType": "knowledge", "relatedSkillUri": JOINTS},
            {"originalSkillUri": f"{PLACE}no", "relationType": "essential", "relatedSkillType": "knowledge", "relatedSkillUri": JOINTS},
        ),
        "profiles": table(
            "profiles",
            {"occupation_uri": WELDER, "essential_skills": "weld\nworking metal", "optional_skills": "sing"},
            {"occupation_uri": "nobody", "essential_skills": "weld"},
        ),
        "research_occupations": table("research_occupations", {"conceptUri": WELDER, "preferredLabel": "welder"}),
    }  # fmt: skip
    return convert_esco({**tables, **more}, base_url=BASE, release="1.2.0")
