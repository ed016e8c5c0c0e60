"""Jobs: what a mapping can say of one is what CTDL lets a job say."""

from __future__ import annotations

import pytest

from openler.ctdl.formats.mapping import parse
from openler.ctdl.rules import check
from openler.ctdl.terms import terms
from openler.errors import Malformed
from tests.support.regions import MAPPING, lakes


def test_every_job_can_be_published_as_it_is() -> None:
    jobs = [document for document in lakes().documents if document.type == "ceterms:Job"]
    assert len(jobs) == 2
    for job in jobs:
        assert [finding for finding in check(job) if finding.severity == "error"] == []


def test_a_job_has_no_place_in_ctdl_and_none_in_a_mapping() -> None:
    for name in ("ceterms:availableAt", "ceterms:address"):
        property_ = terms().property(name)
        assert "ceterms:Job" not in property_.domains
    for words in (b"address: {city: Town}", b"place: Town", b"available_at: Town"):
        with pytest.raises(Malformed) as caught:
            parse(MAPPING.replace(b"    name: Job\n", b"    name: Job\n    " + words + b"\n"))
        assert caught.value.code == "import.mapping_word"
        assert "jobs" in str(caught.value.place)
