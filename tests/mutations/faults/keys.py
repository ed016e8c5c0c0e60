"""Faults around keys: a thief's records would be believed, an issuer's own no longer, or a secret given away."""

from __future__ import annotations

from tests.mutations.fault import Fault

_ACTIONS = "tests/unit/actions/issuing/test_keys.py::"
_STOLEN = (f"{_ACTIONS}test_a_stolen_keys_records_of_before_stay_good_by_the_issuers_book_and_nothing_else_does",)

FAULTS = (
    Fault(
        name="the date that a thief writes is believed",
        file="credentials/proofcheck.py",
        before='if found.outcome is not Outcome.PASSED or "#" not in url:',
        after="if True:",
        killed_by=_STOLEN,
        why="Whoever stole a key dates a forged diploma before the theft, and it is valid.",
    ),
    Fault(
        name="a stolen key goes on being good",
        file="credentials/dids.py",
        before='if since is None or purpose != "assertionMethod" or (stated and at >= since):',
        after="if since is None:",
        killed_by=("tests/unit/credentials/test_dids.py::test_a_revoked_key_is_good_for_nothing_from_then_on_and_for_no_presenter_at_all",),
        why="What is signed with a stolen key after the theft is told as if it might be older.",
    ),
    Fault(
        name="the issuer's book holds what came after the theft",
        file="actions/issuing/issued_list.py",
        before="each.issued_at < since",
        after="True",
        killed_by=(f"{_ACTIONS}test_what_was_issued_after_the_theft_is_not_in_the_book",),
        why="The book vouches for records of a time in which nobody knows who signed.",
    ),
    Fault(
        name="a list for another key vouches too",
        file="credentials/proofcheck.py",
        before="if (book.issuer, book.key) != (dids.controller_of(url), url):",
        after="if False:",
        killed_by=(f"{_ACTIONS}test_a_book_of_another_key_vouches_for_nothing",),
        why="Another issuer's list, or another key's, makes a record good.",
    ),
    Fault(
        name="the old key is retired before anybody has the new one",
        file="actions/issuing/keys.py",
        before="ports.organisations.put(replace(organisation, key=successor.uri), event=event)",
        after="pass",
        killed_by=(f"{_ACTIONS}test_after_a_rotation_both_the_old_records_and_the_new_are_valid",),
        why="After a rotation the college can sign nothing, not even its status lists.",
    ),
    Fault(
        name="a refused PIN is tried again",
        file="keys/pkcs11.py",
        before="self._refused.add(tried)",
        after="pass",
        killed_by=("tests/unit/keys/test_pkcs11.py::test_a_pin_that_was_refused_is_remembered_without_asking_the_token_again",),
        why="A wrong setting locks the token of the college within seconds.",
    ),
    Fault(
        name="a PIN may stand in an address",
        file="keys/pkcs11_uri.py",
        before='if "pin-value" in asked:',
        after="if False:",
        killed_by=("tests/unit/keys/test_pkcs11.py::test_an_address_that_cannot_be_used_is_refused_without_being_repeated",),
        why="The PIN stands in the list of keys for all to read.",
    ),
    Fault(
        name="guesses all run at once",
        file="access/sealing.py",
        before="with GUESSES.turn():",
        after="if True:",
        killed_by=("tests/unit/access/test_turns.py::test_every_guess_at_a_passphrase_takes_a_turn",),
        why="A rush of sign-ins takes 64 MiB each, until the machine has none left.",
    ),
)
