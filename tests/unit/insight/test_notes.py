"""Notes about sources: everything told, in both languages, and never a cell of the table."""

from __future__ import annotations

import pytest

from openler.ctdl.formats.account import Remark, Weight
from openler.errors import Code, Malformed
from openler.insight.facts import Kind
from openler.insight.notes import LISTED, QUOTED, Imported, by_source, dump, is_sample, load, notes_of, tell
from openler.messages import LANGUAGES

SECRET = "ana@home.example"


def remark(code: str, weight: Weight = "gap", row: int = 2, **parameters: object) -> Remark:
    return Remark(Code(code), weight, "programs", row, None, parameters)


def sentences(**changed: object) -> list[str]:
    given = {"source": "xx", "title": "Lakes List", "rows_read": 10, "refused": 1} | changed
    return [tell(note) for note in notes_of(Imported(**given))]  # type: ignore[arg-type]


def test_a_sample_says_so_first_and_what_the_mapping_states_is_told_in_its_words() -> None:
    told = sentences(sample=True, coverage=("Apprenticeships are not in it.",))
    assert "sample" in told[0]
    assert told[1] == "Apprenticeships are not in it."


def test_rows_are_counted_by_what_they_lack_the_most_frequent_first() -> None:
    remarks = [remark("import.cost_missing", row=row) for row in (2, 3)] + [remark("import.no_credential", row=row) for row in (2, 3, 4)]
    told = sentences(remarks=remarks)
    assert told == [
        "The program names no credential. Rows: 3.",
        "The data does not say what the program costs. Rows: 2.",
        "Rows read: 10. Rows that stand in nothing published: 1; among them are rows of reference tables that nothing needed.",
    ]


def test_remarks_that_only_inform_are_no_lack() -> None:
    assert len(sentences(remarks=[remark("import.cip_padded", "note", seen="1.2", padded="01.02")])) == 1


@pytest.mark.parametrize("code", ["import.email_unreadable", "import.organization_unknown", "import.body_unknown", "import.cost_differs"])
def test_no_cell_of_the_table_is_ever_kept_or_told(code: str) -> None:
    cells = dict.fromkeys(("seen", "key", "total", "parts", "name"), SECRET)
    notes = notes_of(Imported("xx", "Lakes List", 1, 0, remarks=[Remark(Code(code), "gap", "programs", 2, None, cells)]))
    assert SECRET.encode() not in dump(notes)
    for language in LANGUAGES:
        for note in notes:
            assert SECRET not in tell(note, language)
            assert "?" not in tell(note, language)
    assert QUOTED in tell(notes[0]) or code == "import.body_unknown"


def test_columns_are_named_and_told_apart() -> None:
    told = sentences(
        remarks=[remark("import.number_unreadable", column="Fee", seen="x"), remark("import.number_unreadable", column="Books", seen="y")]
    )
    assert len([one for one in told if "Fee" in one or "Books" in one]) == 2


def test_a_list_says_which_kinds_it_does_not_describe() -> None:
    classes = ("ceterms:LearningProgram", "ceterms:Certificate", "ceasn:CompetencyFramework")
    told = sentences(listed=LISTED, classes=classes)
    assert told[:3] == ["It describes no support services.", "It describes no jobs.", "It describes no sets of outcomes."]
    assert not any("competencies" in one for one in told)


def test_a_source_that_is_no_regions_list_is_not_asked_for_what_it_never_has() -> None:
    assert sentences(classes=("ceterms:Occupation",), listed=()) == sentences()


def test_notes_read_back_as_they_were_written() -> None:
    notes = notes_of(
        Imported("xx", "Lakes List", 10, 1, [remark("import.no_credential")], ("ceterms:Job",), (Kind.JOB,), True, ("Words.",), unpriced=3)
    )
    assert load(dump(notes)) == notes
    assert [is_sample(note) for note in notes].count(True) == 1


def test_each_source_is_told_under_its_name() -> None:
    notes = (*notes_of(Imported("b", "Birch", 1, 0)), *notes_of(Imported("a", "Alder", 2, 0)))
    assert [title for title, _ in by_source(notes)] == ["Birch", "Alder"]


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"[1]",
        b"[{}]",
        b'[{"source":"a","code":"b","text":"c","parameters":{"x":[]}}]',
        b'[{"source":1,"code":"","text":"","parameters":{}}]',
    ],
)
def test_what_is_no_note_is_refused_with_its_place(content: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        load(content)
    assert refused.value.code == "insight.notes_malformed"
