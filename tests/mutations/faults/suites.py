"""Faults in proofs shown in parts, in old suites, in lists and schemas: what was left out, swapped or never run would pass for good."""

from __future__ import annotations

from tests.mutations.fault import Fault

_SD = "credentials/proofs/ecdsa_sd_2023.py"
_HOSTILE = "tests/hostile/test_lists_and_schemas.py"
_PARTS = "tests/unit/credentials/test_selective_disclosure.py"

FAULTS = (
    Fault(
        name="statements shown are not checked one by one",
        file=_SD,
        before="if not good or not all(public.verifies(each, line.encode()) for each, line in zip(signatures, free, strict=True)):",
        after="if not good:",
        killed_by=(f"{_HOSTILE}::test_a_signature_of_one_statement_does_not_serve_another",),
        why="A holder writes any degree beside what must be shown.",
    ),
    Fault(
        name="the issuer's signature over a record in parts is not checked",
        file=_SD,
        before="good = key.verifies(signature, self._signed(document, bare, public, mandatory, contexts))",
        after="good = True",
        killed_by=(f"{_PARTS}::test_a_key_of_ones_own_for_the_statements_is_found_out",),
        why="Anybody signs statements in anybody's name.",
    ),
    Fault(
        name="a statement without a signature is passed over",
        file=_SD,
        before="if len(free) != len(value.signatures) or len(lines) - len(free) != len(shown):",
        after="if False:",
        killed_by=(f"{_HOSTILE}::test_a_signature_of_one_statement_does_not_serve_another",),
        why="Verification stops with an error instead of an answer, or lets through what nobody signed.",
    ),
    Fault(
        name="labels of a record in parts are not scrambled",
        file=_SD,
        before='ours: labelled(hmac.digest(hmac_key, label.removeprefix("_:").encode(), "sha256"))',
        after="ours: labelled(hashlib.sha256(label.encode()).digest())",
        killed_by=(
            f"{_PARTS}::test_the_same_entropy_makes_the_same_proof_and_other_entropy_other_labels",
            "tests/conformance/test_ecdsa_sd_vectors.py::test_signing_gives_the_published_base_proof",
        ),
        why="A verifier can count what the holder left out.",
    ),
    Fault(
        name="a detached signature may cover another message",
        file="credentials/proofs/detached_jws.py",
        before='or stated.get("b64") is not False or stated.get("crit") != ["b64"]',
        after="",
        killed_by=("tests/unit/credentials/test_detached_jws.py::test_a_header_that_says_anything_else_is_refused",),
        why="A header that asks for something else is nodded through.",
    ),
    Fault(
        name="an old copy of a list is as good as a new one",
        file="credentials/statuscheck.py",
        before="if item is not None and now - item.retrieved > max(lifetime, CLOCK_TOLERANCE):",
        after="if False:",
        killed_by=(
            "tests/unit/credentials/test_status_kinds.py::test_an_old_copy_of_a_list_is_good_for_bad_news_only",
            "tests/unit/credentials/test_token_lists.py::test_an_old_copy_is_good_for_bad_news_only",
        ),
        why="A holder keeps yesterday's list and is never revoked.",
    ),
    Fault(
        name="a token list of another address may stand in",
        file="credentials/statuscheck.py",
        before="if found.subject != url:",
        after="if False:",
        killed_by=("tests/unit/credentials/test_token_lists.py::test_a_list_for_another_address_is_never_taken_for_this_one",),
        why="A clean list of the same issuer hides a revocation.",
    ),
    Fault(
        name="an unknown message counts as good standing",
        file="credentials/statuscheck.py",
        before="return Finding(Outcome.UNKNOWN if value else Outcome.PASSED, MESSAGE",
        after="return Finding(Outcome.PASSED, MESSAGE",
        killed_by=("tests/unit/credentials/test_status_kinds.py::test_a_message_is_passed_on_and_only_its_zero_is_good_news",),
        why="A record under review verifies as valid.",
    ),
    Fault(
        name="what was found of a list is remembered whoever signed it",
        file="credentials/statuslists.py",
        before="key = (body, relied_on, _moments(read, now), _rules(policy))",
        after="key = (body, _rules(policy))",
        killed_by=("tests/unit/credentials/test_status_kinds.py::test_what_was_found_of_a_list_is_not_remembered_beyond_what_it_rests_on",),
        why="A list that has ended, or whose key is gone, goes on clearing records.",
    ),
    Fault(
        name="a schema may be another than the one that was meant",
        file="credentials/schemacheck.py",
        before="if digests.fits(named, body) is False:",
        after="if False:",
        killed_by=(
            "tests/unit/credentials/test_schemas.py::test_a_schema_with_the_right_digest_counts_and_another_one_in_its_place_does_not",
        ),
        why="Rules that everything meets are put in place of the issuer's.",
    ),
    Fault(
        name="any context may stand in a record",
        file="credentials/inline.py",
        before="ends.group(1) == term and (known is None or iri in known)",
        after="ends.group(1) != ''",
        killed_by=(
            "tests/unit/credentials/test_inline.py::test_a_record_with_plain_terms_is_valid_and_swapping_two_of_them_is_noticed",
            "tests/pages/test_vc_api.py::test_only_what_will_verify_is_signed",
        ),
        why="Two grades are swapped, and the signature still holds.",
    ),
    Fault(
        name="contexts further down are not looked at",
        file="credentials/confusion.py",
        before='if place.endswith("/@context"):',
        after='if place == "/@context":',
        killed_by=("tests/unit/credentials/test_inline.py::test_a_context_further_down_is_looked_at_too",),
        why="The same trick, one step deeper.",
    ),
    Fault(
        name="an option that nobody knows is passed over",
        file="api/vc_options.py",
        before="if name not in known:",
        after="if False:",
        killed_by=("tests/pages/test_vc_api.py::test_an_option_that_is_not_known_is_refused_and_not_passed_over",),
        why="A verifier believes that what it asked for was checked.",
    ),
    Fault(
        name="what nobody would see is said to be revoked",
        file="actions/issuing/status.py",
        before="if found.signed is not None and not _tells(",
        after="if False and not _tells(",
        killed_by=("tests/pages/test_vc_api.py::test_a_record_of_version_1_1_has_no_status_and_none_is_pretended",),
        why="The college believes that a diploma is revoked; every verifier calls it good.",
    ),
)
