"""The landscape that matches rest on: in step with the journal, and not read twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from openler.access.audit import AuditEvent
from openler.actions.matching.landscape import landscape
from openler.actions.ports import Change, Store
from openler.ctdl.document import Document
from tests.support.issuing import COLLEGE, World, world
from tests.support.skills import BASE, competency, ctid, iri, occupation, resource


class Counting:
    """A store that counts how often documents are listed."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self.listed = 0

    def __getattr__(self, name: str) -> Any:
        if name == "documents":
            self.listed += 1
        return getattr(self._inner, name)


def delete(made: World, document: Document) -> None:
    change = Change(document.ctid, document.type, None, COLLEGE, None, b"", None)
    made.ports.store.append([change], at=made.clock.now(), event=AuditEvent("test:document:delete", "test", made.clock.now()))


def test_a_registry_that_has_not_moved_is_not_read_again() -> None:
    made = world()
    made.publish(occupation("1", {"a": 4.0}))
    counting = Counting(made.ports.store)
    ports = replace(made.ports, store=cast("Store", counting))
    first = landscape(ports)
    listed = counting.listed

    assert landscape(ports) is first
    assert counting.listed == listed > 0
    assert first.seq == made.ports.store.head()


def test_it_follows_what_is_published_changed_and_deleted() -> None:
    made = world()
    made.publish(occupation("1", {"a": 4.0}))
    before = landscape(made.ports)
    assert [one.ctid for one in before.of_kind("occupation")] == [ctid("Occupation", "1")]

    made.publish(occupation("2", {"a": 4.0, "b": 3.0}))
    made.publish(occupation("1", {"b": 5.0}))
    after = landscape(made.ports)
    asked = {one.ctid: [need.key for need in one.requirements] for one in after.of_kind("occupation")}
    assert asked == {
        ctid("Occupation", "1"): [ctid("competency", "b")],
        ctid("Occupation", "2"): sorted(ctid("competency", k) for k in "ab"),
    }
    assert after.background.share(ctid("competency", "b")) > before.background.share(ctid("competency", "b"))
    assert after.target(ctid("Occupation", "2")) is not None

    delete(made, occupation("2", {"a": 4.0}))
    assert landscape(made.ports).target(ctid("Occupation", "2")) is None
    assert landscape(made.ports).seq == made.ports.store.head()


def test_what_matching_does_not_look_at_changes_the_entry_and_nothing_else() -> None:
    made = world()
    made.publish(occupation("1", {"a": 4.0}))
    before = landscape(made.ports)
    known = before.background
    made.publish(resource("Pathway", "1"))
    after = landscape(made.ports)

    assert (before.seq, after.seq) == (made.ports.store.head() - 1, made.ports.store.head())
    assert after.background is known, "what was worked out is not worked out again"


def test_programs_tell_where_they_are_else_where_their_provider_is() -> None:
    def place(county: str) -> dict[str, Any]:
        return {"@type": "ceterms:Place", "ceterms:subRegion": {"en": county}}

    made = world()
    made.publish(resource("CredentialOrganization", "school", address=[place("Norrin")]))
    by = {"offeredBy": [iri("CredentialOrganization", "school")], "teaches": [competency("a")]}
    made.publish(resource("LearningProgram", "own", availableAt=[place("Sorrel")], **by))
    made.publish(resource("LearningProgram", "theirs", **by))
    made.publish(resource("LearningProgram", "nowhere"))
    found = landscape(made.ports)

    counties = {one.ctid: one.counties for one in found.programs}
    assert counties[ctid("LearningProgram", "own")] == ("Sorrel",)
    assert counties[ctid("LearningProgram", "theirs")] == ("Norrin",)
    assert counties[ctid("LearningProgram", "nowhere")] == ()
    assert found.offered.counties == ("Norrin", "Sorrel")
    assert BASE.startswith("https://")
