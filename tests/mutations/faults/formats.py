"""Faults in tables and documents that come in and go out: what is published would be lost, doubled or made up."""

from __future__ import annotations

from tests.mutations.fault import Fault

FAULTS = (
    Fault(
        name="an untouched cell is written",
        file="ctdl/formats/bulk.py",
        before="if not cell or cell == before.strip():",
        after="if not cell:",
        killed_by=("tests/unit/actions/interchange/test_bulk.py::test_what_is_published_comes_back_unchanged_to_the_byte",),
        why="A table taken out and handed in again would change what it cannot tell.",
    ),
    Fault(
        name="a preview forgives what belongs to others",
        file="actions/registry/preview.py",
        before="publisher is not None and publisher not in (stored.publisher, stored.owner)",
        after="publisher is not None and publisher == ''",
        killed_by=("tests/unit/actions/registry/test_preview.py::test_what_a_publication_refuses_a_preview_refuses_for_the_same_reason",),
        why="The preview promises what the publication then refuses.",
    ),
    Fault(
        name="an institution of the same name is published again",
        file="ctdl/formats/ipeds.py",
        before="elif adoption is not None and adoption.proposals:",
        after="elif adoption is not None and adoption.proposals and not adoption:",
        killed_by=(
            "tests/unit/ctdl/formats/test_ipeds.py::test_one_of_the_same_name_is_proposed_and_published_only_when_a_person_says_so",
        ),
        why="One college would be there twice.",
    ),
    Fault(
        name="an element of O*NET that is not published is linked",
        file="ctdl/formats/postings.py",
        before="named = element if known(element) else None",
        after="named = element",
        killed_by=("tests/unit/ctdl/formats/test_postings.py::test_a_name_links_no_competency_and_an_unpublished_element_is_only_named",),
        why="The job asks for a competency that nobody can look up.",
    ),
    Fault(
        name="of two organizations of one name the first is taken",
        file="ctdl/formats/bulk_agents.py",
        before="        if len(found) == 1:\n",
        after="        if found:\n",
        killed_by=(
            "tests/unit/actions/interchange/test_bulk.py::test_an_organization_is_named_where_one_alone_has_that_name_and_else_the_candidates_are_told",
        ),
        why="A program is published as another college's.",
    ),
)
