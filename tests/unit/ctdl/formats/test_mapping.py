"""A mapping file is checked word by word before a row is read."""

from __future__ import annotations

import pytest

from openler.ctdl.formats import mapping
from openler.errors import Malformed, NotFound, OpenlerError, TooLarge
from tests.support.regions import MAPPING


def refused(data: bytes) -> OpenlerError:
    with pytest.raises(OpenlerError) as caught:
        mapping.parse(data)
    return caught.value


def test_the_bundled_mapping_is_whole_and_names_its_columns() -> None:
    assert mapping.bundled() == ("new-jersey",)
    columns = mapping.load("new-jersey").columns()
    assert {"providerid", "officialname", "cipcode", "degreeawarded", "childcare"} <= set(columns["programs"])
    assert columns["online"] == ("PROGRAMID",)
    assert columns["degrees"] == ("ID", "NAME")


def test_an_unknown_word_is_refused_with_its_place() -> None:
    error = refused(MAPPING.replace(b"    hours: Hours", b"    hour: Hours"))
    assert (error.code, error.place) == ("import.mapping_word", "programs/courses/hour")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"provider: {in: schools", b"provider: {in: nowhere"),
        (b"provider_of_data: office", b"provider_of_data: nobody"),
        (b"refers: papers", b"refers: nothing"),
        (b"publisher: office\nbodies", b"publisher: nobody\nbodies"),
        (b"of: done, name: Working", b"of: nothing, name: Working"),
        (b"same_as: schools", b"same_as: listed"),
        (b"key: Ref\n", b"key: Ref\n    table: nowhere\n"),
        (b"in: [papers, courses]", b"in: [papers, elsewhere]"),
        (b"skills: {file: skills.csv}", b"skills: {file: ../skills.csv}"),
        (b"as_of: 2024-03", b"as_of: March"),
        (b"minimum: 10", b"minimum: 0"),
        (b"hours: Hours", b'hours: {column: Hours, pattern: "("}'),
        (b"hours: Hours", b"hours: {column: Hours, constant: x}"),
        (b"version: 1", b"version: 2"),
    ],
)
def test_what_names_nothing_or_cannot_be_is_refused(old: bytes, new: bytes) -> None:
    assert old in MAPPING
    assert refused(MAPPING.replace(old, new)).code in {"import.mapping_word", "import.mapping_not_yaml"}


def test_two_sections_may_not_account_for_one_table() -> None:
    error = refused(MAPPING.replace(b"    same_as: schools\n    table: courses\n    embedded: true", b"    table: courses"))
    assert "both account for table courses" in str(error.parameters["problem"])


def test_aliases_repeated_keys_and_what_is_no_yaml_are_refused() -> None:
    assert refused(b"a: &x 1\nb: *x\n").code == "import.mapping_not_yaml"
    assert refused(b"version: 1\nversion: 1\n").code == "import.mapping_not_yaml"
    assert refused(b"a: [").code == "import.mapping_not_yaml"
    assert refused(b"\xff\xfe").code == "import.mapping_not_yaml"
    assert refused(b"- just\n- a list\n").code == "import.mapping_word"
    deep = b"[" * 5000
    assert refused(deep).code == "import.mapping_not_yaml"


def test_a_mapping_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(TooLarge):
        mapping.parse(b"#" * (mapping.MAX_MAPPING_BYTES + 1))


def test_texts_stay_texts() -> None:
    changed = MAPPING.replace(b'in: ["yes"]}], type: ["deliveryType', b'in: [yes, 1, 2024-05, no]}], type: ["deliveryType')
    choice = mapping.parse(changed).programs["courses"].delivery[0]
    assert choice.when[0].among == ("yes", "1", "2024-05", "no")


def test_an_unknown_bundled_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(NotFound) as caught:
        mapping.load("atlantis")
    assert caught.value.parameters == {"name": "atlantis", "known": "new-jersey"}
    with pytest.raises(Malformed):
        mapping.parse(b"")


def test_what_a_list_does_not_cover_is_stated_in_one_sentence_or_several() -> None:
    told = mapping.parse(MAPPING.replace(b"language: en-US}", b'language: en-US, sample: "true", coverage: Boats are missing.}')).source
    assert (told.sample, told.coverage) == (True, ("Boats are missing.",))
    several = mapping.parse(MAPPING.replace(b"language: en-US}", b"language: en-US, coverage: [One., Two.]}")).source
    assert (several.sample, several.coverage) == (False, ("One.", "Two."))
    assert mapping.load("new-jersey").source.sample, "the list that comes with the project is not the whole"


@pytest.mark.parametrize(
    "wrong", [b"coverage: ['']", b"coverage: [[a]]", b"sample: perhaps", b"coverage: " + b"x" * (mapping.MAX_COVERAGE + 1)]
)
def test_a_statement_of_coverage_that_is_none_is_refused_with_its_place(wrong: bytes) -> None:
    error = refused(MAPPING.replace(b"language: en-US}", b"language: en-US, " + wrong + b"}"))
    assert error.code == "import.mapping_word"
    assert (error.place or "").startswith("source/")
