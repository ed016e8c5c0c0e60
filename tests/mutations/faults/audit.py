"""Faults in what makes the registry a log that others need not believe."""

from __future__ import annotations

from tests.mutations.fault import Fault

FAULTS = (
    Fault(
        name="an entry may pose as a node of the tree",
        file="merkle/tree.py",
        before='hashlib.sha256(b"\\x00" + entry)',
        after="hashlib.sha256(entry)",
        killed_by=("tests/unit/merkle/test_tree.py::test_hashes_are_those_of_the_certificate_transparency_test_data",),
        why="Whoever writes an entry can forge a proof for what was never published.",
    ),
    Fault(
        name="an audit believes the digests",
        file="actions/registry/audit.py",
        before="Digest.of(one.normalised) != one.digest or ",
        after="",
        killed_by=("tests/contract/test_audit.py::test_what_was_done_is_found_and_named[sqlite-a_document_byte]",),
        why="A published description is changed in the database, and the audit says that nothing was.",
    ),
    Fault(
        name="anybody may take what nobody offered",
        file="actions/registry/journal.py",
        before="if before.offered != change.publisher:",
        after="if False:",
        killed_by=("tests/contract/test_log.py::test_nobody_takes_what_is_not_offered_nor_offers_what_is_not_theirs",),
        why="A school's programs pass to a competitor.",
    ),
    Fault(
        name="publishing on behalf needs no consent",
        file="api/publishing.py",
        before="token = publishers_token(ports, shown[0], owner)",
        after="token = publishers_token(ports, shown[0], None)",
        killed_by=("tests/pages/test_journal.py::test_publishing_on_behalf_needs_both_tokens_and_is_recorded",),
        why="Anybody with a token publishes in anybody's name.",
    ),
    Fault(
        name="a registry that is busy is said to have dropped what it could not hand out",
        file="actions/registry/audit_remote.py",
        before="    if answer.status in _ABSENT:",
        after="    if answer.status != _OK:",
        killed_by=("tests/pages/test_journal.py::test_a_version_that_could_not_be_asked_for_is_not_called_dropped",),
        why="An honest registry is accused in public of having lost a document.",
    ),
)
