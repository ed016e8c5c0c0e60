"""The sample's learners on real ground: New Jersey's programs and all of O*NET."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest

from openler.actions import sample
from openler.ctdl.formats import onet
from openler.ctdl.formats.convert import convert
from openler.ctdl.formats.mapping import load
from openler.skills.entries import Entries
from openler.skills.evidence import profile_of
from openler.skills.match import FULL, Background, match
from openler.stores.tables import FileTables
from tests.support.sample import BASE, credentials


@pytest.mark.shared
@pytest.mark.long
def test_on_real_programs_every_learner_finds_their_own_among_879_occupations(shared: Path) -> None:
    tables, data = FileTables(), shared / "data"
    rated = onet.convert_onet(
        {name: tables.rows(f"{data}/onet-29.2/{file}.tsv.gz", columns=columns) for name, (file, columns) in onet.TABLES.items()},
        base_url=BASE,
        release="29.2",
    )
    mapping = load("new-jersey")
    columns = mapping.columns()
    rows = {
        name: tables.rows(place, columns=columns.get(name, ()))
        for name, spec in mapping.tables.items()
        if tables.exists(place := f"{data}/nj/{spec.file}")
    }
    frameworks = [document for document in rated.documents if document.type == "ceasn:CompetencyFramework"]
    region = convert(mapping, rows, base_url=BASE, known_frameworks=frameworks)
    documents = rated.documents + region.documents
    entries = Entries.of(documents)
    background = Background.of(entries.targets)
    held = credentials(sample.achievements_elsewhere(documents), documents)

    assert len(entries.targets) >= 870
    for learner in sample.learners():
        profile = profile_of(held[learner.id], entries)
        found = match(profile, entries.targets, background)
        assert learner.own_occupation in {code for one in found[:5] for code in one.target.socs}, learner
        assert median(one.score for one in found) < 30 * FULL / 100
        before = {one.target.ctid: one for one in found}
        for removed in profile.credentials:
            for after in match(profile.without(removed), entries.targets, background):
                assert after.score == before[after.target.ctid].score - before[after.target.ctid].explained_by(removed)
