"""Faults in trust: a stranger's word would be taken for that of an issuer, a custodian or a federation."""

from __future__ import annotations

from tests.mutations.fault import Fault

CUSTODY = "tests/unit/credentials/test_custody.py"
ISSUERS = "tests/unit/actions/verifying/test_issuers.py"
BUNDLE = "tests/unit/credentials/test_bundle.py"

FAULTS = (
    Fault(
        name="a custodian's statement is believed unsigned",
        file="credentials/custody.py",
        before="suite_of(proof, _SUITES).verify(document, proof, key, Contexts.pinned())",
        after="suite_of(proof, _SUITES)",
        killed_by=("tests/unit/actions/verifying/test_custody.py::test_a_custodian_s_answer_counts_only_as_it_was_signed[key]",),
        why="Whoever stands between writes the keys and the standing of a closed issuer.",
    ),
    Fault(
        name="an old copy of a list counts as today's answer",
        file="credentials/custody.py",
        before="if now - kept.taken <= policy.snapshot_age:",
        after="if True:",
        killed_by=(f"{CUSTODY}::test_how_long_good_news_of_a_custodian_carries[25-stated2-wanted2]",),
        why="A record revoked last month is shown as real and current.",
    ),
    Fault(
        name="a key vouches for what was signed after it was last seen",
        file="credentials/custody.py",
        before="if None in signed or any(",
        after="if False and any(",
        killed_by=("tests/unit/actions/verifying/test_custody.py::test_a_signature_dated_after_the_snapshot_is_not_vouched_for[key]",),
        why="Records are made in the name of an issuer that has closed.",
    ),
    Fault(
        name="the new owner of a closed issuer's name is asked",
        file="actions/verifying/custodians.py",
        before="return any(url in each.closed for each in custodians for url in need.urls)",
        after="return False",
        killed_by=(
            "tests/unit/actions/verifying/test_custody.py::test_whoever_takes_over_the_name_of_a_closed_issuer_cannot_speak_for_it[key]",
        ),
        why="Who buys the domain of a closed college issues its diplomas.",
    ),
    Fault(
        name="a list that could not be loaded counts as one without the issuer",
        file="credentials/parties.py",
        before="if policy.issuers.unavailable:",
        after="if False:",
        killed_by=(f"{ISSUERS}::test_a_list_that_does_not_answer_is_not_the_same_as_one_that_does_not_name_the_issuer",),
        why="An honest issuer is told to be unknown because a server was down.",
    ),
    Fault(
        name="any key speaks for a federation's anchor",
        file="credentials/federation.py",
        before="jws.verify(from_jwk(key))",
        after="from_jwk(key)",
        killed_by=(f"{ISSUERS}::test_only_the_pinned_keys_speak_for_the_anchor",),
        why="Whoever answers at an address decides who is accredited.",
    ),
    Fault(
        name="kept evidence is not held against its digests",
        file="credentials/evidence.py",
        before='if entry.get("digest") != "sha256:" + hashlib.sha256(item.body).hexdigest():',
        after="if False:",
        killed_by=(f"{BUNDLE}::test_what_was_changed_in_the_file_is_noticed",),
        why="A damaged file is taken for what was found.",
    ),
)
