"""What should come first: searches as people make them, each with the names of which one is wanted on top.

The measure is the mean reciprocal rank: 1 where the wanted one is always first, 0.5 where it is always second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from openler.actions.ports import Found, Query

DEPTH = 10
"""Ranks looked at; what comes later counts as not found."""

SAMPLE: Mapping[str, tuple[str, ...]] = {
    # names, whole and in part
    "Welding Technology": ("Welding Technology",),
    "welding": ("Welding Technology", "Welding at Havenrook", "Welding Certificate, Havenrook"),
    "Nursing": ("Nursing",),
    "registered nurses": ("Registered Nurses",),
    "medical assisting": ("Medical Assisting",),
    "carpenter": ("Carpenter", "Carpenters"),
    "truck driving": ("Truck Driving Express", "Truck Driving Certificate"),
    "bookkeeping": ("Bookkeeping",),
    "accounting": ("Accounting",),
    "phlebotomy": ("Phlebotomy", "Certificate in Phlebotomy"),
    "software developer": ("Software Developers",),
    "high school equivalency": ("High School Equivalency",),
    "bachelor nursing": ("Bachelor of Science in Nursing",),
    "plumbing apprenticeship": ("Plumbing Apprenticeship",),
    "computer support technician": ("Computer Support Technician Certification",),
    "quillmere community college": ("Quillmere Community College",),
    "fire fighting": ("Fire Fighting", "Certificate in Fire Fighting"),
    "bus pass": ("Bus pass",),
    # short forms, and what else it is called
    "CNA": ("Nursing Assistants", "Nursing Assistant"),
    "nurse aide": ("Nursing Assistants", "Nursing Assistant"),
    "LPN": ("Licensed Practical and Licensed Vocational Nurses", "Practical Nursing"),
    "RN": ("Registered Nurses",),
    "CHW": ("Community Health Workers", "Community Health Worker"),
    "CDL": ("Truck Driving Express", "Truck Driving Certificate"),
    "HVAC": ("Heating, Cooling and Refrigeration",),
    "GED": ("High School Equivalency",),
    "IT": ("Computer Support",),
    "PTA": ("Physical Therapist Assistants", "Physical Therapist Assistant"),
    "CNC": ("Computer Controlled Machining",),
    "daycare teacher": ("Preschool Teachers, Except Special Education",),
    # slips of the pen, beginnings, other forms of a word
    "weldng": ("Welding Technology", "Welding at Havenrook", "Welding Certificate, Havenrook"),
    "electrican": ("Electricians", "Electrician"),
    "bookeeping": ("Bookkeeping",),
    "plebotomy": ("Phlebotomy", "Certificate in Phlebotomy"),
    "acounting": ("Accounting",),
    "carpentr": ("Carpentry at Havenrook", "Carpentry Certificate, Havenrook"),
    "cybersec": ("Cybersecurity", "Associate of Science in Cybersecurity"),
    "certificates in pipe welding": ("Certificate in Pipe Welding",),
    # Spanish
    "soldadura": ("Welding Technology", "Welding at Havenrook", "Pipe Welding"),
    "enfermería": ("Nursing",),
    "carpintero": ("Carpenters", "Carpenter"),
    "plomeria": ("Plumbing Apprenticeship", "Plumbing"),
    "contabilidad": ("Accounting", "Accountancy"),
    "electricista": ("Electricians", "Electrician"),
    "licencia de conducir comercial": ("Truck Driving Express", "Truck Driving Certificate"),
    # codes
    "51-4121.00": ("Welders, Cutters, Solderers, and Brazers",),
    "29-1141": ("Registered Nurses", "Nursing"),
}
"""On the bundled sample region."""

NEW_JERSEY: Mapping[str, tuple[str, ...]] = {
    "CNA": ("nurs", "cna", "nurse aide"),
    "nurse aide": ("nurse aide", "nurs"),
    "CDL": ("cdl", "commercial driver", "truck", "tractor"),
    "HVAC": ("hvac", "heating", "air condition"),
    "phlebotomy": ("phlebotom",),
    "medical asistant": ("medical assist",),
    "weldng": ("weld",),
    "soldadura": ("weld",),
    "bookkeeping": ("bookkeep",),
    "EKG technician": ("ekg", "electrocardio"),
    "ESL": ("esl", "english as a second", "english language"),
    "cyber security": ("cyber",),
    "project managment": ("project manag",),
    "cosmetology": ("cosmetolog",),
    "electricista": ("electric",),
    "home health aide": ("home health",),
    "LPN": ("lpn", "practical nurs"),
    "dental assistant": ("dental assist",),
    "java programming": ("java",),
    "forklift": ("forklift", "fork lift"),
}
"""On New Jersey's list: what the name of a wanted hit has in it, in lower case."""


def reciprocal(found: Found, wanted: Sequence[str], *, part: bool) -> float:
    """One over the rank of the first wanted hit."""

    def is_wanted(name: str) -> bool:
        return any(one in name.casefold() for one in wanted) if part else name in wanted

    return next((1 / rank for rank, hit in enumerate(found.hits[:DEPTH], start=1) if is_wanted(hit.name)), 0.0)


def ranks(find: Callable[[Query], Found], golden: Mapping[str, Sequence[str]], *, part: bool = False) -> dict[str, float]:
    """The reciprocal rank of each search of a golden set."""
    return {words: reciprocal(find(Query(words, limit=DEPTH)), wanted, part=part) for words, wanted in golden.items()}


def mean(found: Mapping[str, float]) -> float:
    """The mean reciprocal rank."""
    return round(sum(found.values()) / len(found), 3)
