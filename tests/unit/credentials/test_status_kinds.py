"""All kinds of status lists: what they say against a record is believed, what they do not say is never taken for good news."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import timedelta
from typing import Any

import pytest

from openler.credentials import statuscheck
from openler.credentials import verify as verdict
from openler.credentials.evidence import Evidence, Item, Kind, needs
from openler.credentials.model import read_credential
from openler.credentials.policy import Policy
from openler.credentials.proofs.data_integrity import ProofOptions
from openler.credentials.proofs.table import SUITES
from openler.credentials.report import CheckResult
from openler.credentials.status import MIN_ENTRIES, entry, list_credential, value_at
from openler.credentials.verify import verify
from openler.linkeddata.canonical import jcs
from openler.linkeddata.contexts import Contexts
from tests.support.presenting import AT, Key, badge

ISSUER, OTHER = Key(1), Key(2)
URL = "https://a.example/status/1"
V1 = "https://www.w3.org/2018/credentials/v1"
STATUS_2021 = "https://w3id.org/vc/status-list/2021/v1"
ENTRY = entry(URL, index=9, purpose="revocation")


def packed(bits: bytes) -> str:
    return base64.urlsafe_b64encode(gzip.compress(bits, mtime=0)).decode().rstrip("=")


def bits_with(*values: int, size: int = 1, entries: int = MIN_ENTRIES) -> bytes:
    """The values at the front of a list, each ``size`` bits wide."""
    number = 0
    for value in values:
        number = number << size | value
    total = entries * size
    return (number << (total - size * len(values))).to_bytes(total // 8)


def listing(bits: bytes, *, purpose: object = "revocation", signer: Key = ISSUER, url: str = URL, **subject: Any) -> Evidence:
    made = list_credential(url, issuer=signer.did, purpose="revocation", set_indexes=[], valid_from=AT)
    made["credentialSubject"] |= {"statusPurpose": purpose, "encodedList": "u" + packed(bits), **subject}
    return held(jcs(signer.sign(made)))


def held(body: bytes | None, *, at: Any = AT) -> Evidence:
    return Evidence((Item(Kind.STATUS_LIST, URL, at, URL, body),)) if body is not None else Evidence()


def status(entries: object, evidence: Evidence, *, at: Any = AT, **changes: Any) -> CheckResult:
    signed = ISSUER.sign(badge(ISSUER, credentialStatus=entries, **changes))
    report = verify(signed, evidence, Policy(), at)
    check = report.check("status")
    assert (report.verdict == "valid") == (check.outcome in {"passed", "not_applicable"}), report.reasons
    return check


def told(check: CheckResult) -> tuple[str, str]:
    return check.outcome.value, check.code.removeprefix("credentials.status_")


@pytest.mark.parametrize(
    ("size", "values"), [(1, [0, 1, 1, 0, 1]), (2, [3, 0, 1, 2]), (3, [5, 7, 0, 2, 6]), (5, [17, 30, 1]), (16, [65535, 1, 256])]
)
def test_entries_of_every_width_are_read_where_they_stand(size: int, values: list[int]) -> None:
    bits = bits_with(*values, size=size, entries=64)
    assert [value_at(bits, index, size) for index in range(len(values))] == values
    assert value_at(bits, 63, size) == 0


def message(**changes: Any) -> dict[str, Any]:
    words = [{"status": hex(number), "message": word} for number, word in enumerate(["in good standing", "under review", "on probation"])]
    return {**ENTRY, "statusPurpose": "message", "statusListIndex": "1", "statusSize": 2, "statusMessage": words, **changes}


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(0, ("passed", "message")), (1, ("unknown", "message")), (2, ("unknown", "message")), (3, ("unknown", "message_unknown"))],
)
def test_a_message_is_passed_on_and_only_its_zero_is_good_news(value: int, wanted: tuple[str, str]) -> None:
    check = status(message(), listing(bits_with(0, value, size=2), purpose="message"))
    assert told(check) == wanted
    if value < 3:
        assert check.parameters["message"] == ("in good standing", "under review", "on probation")[value]


@pytest.mark.parametrize(
    "changes",
    [
        {"statusSize": 0}, {"statusSize": 17}, {"statusSize": "2"}, {"statusSize": True}, {"statusMessage": "x"},
        {"statusMessage": [{"status": "0", "message": "x"}]}, {"statusMessage": [{"status": "0x0", "message": "a"}] * 2},
        {"statusListIndex": 1}, {"statusListIndex": "1.0"}, {"statusListIndex": None}, {"statusListCredential": "nowhere"},
    ],
)  # fmt: skip
def test_a_malformed_entry_says_nothing(changes: dict[str, Any]) -> None:
    assert statuscheck_outcome(message(**changes), listing(bits_with(0, 0, size=2), purpose="message")) == "unknown"


def statuscheck_outcome(entries: object, evidence: Evidence) -> str:
    """The check alone: entries that JSON-LD itself would refuse."""
    read = read_credential(badge(ISSUER, credentialStatus=entries))
    return statuscheck.check(read, evidence, Policy(), AT, lambda *_: verdict.could_not_read("x")).outcome.value


def test_a_newer_version_is_told_and_does_not_spoil_the_record() -> None:
    for value, wanted in ((1, "renewed"), (0, "good")):
        assert told(
            status({**ENTRY, "statusPurpose": "refresh", "statusListIndex": "0"}, listing(bits_with(value), purpose="refresh"))
        ) == (
            "passed",
            wanted,
        )


def test_of_several_entries_the_worst_counts() -> None:
    good, bad = listing(bits_with(0)), listing(bits_with(1), purpose=["revocation", "suspension"])
    here = {**ENTRY, "statusListIndex": "0"}
    suspended = {**here, "statusPurpose": "suspension"}
    assert told(status([here, suspended], bad)) == ("failed", "revoked")
    assert told(status([suspended], bad)) == ("failed", "suspended")
    assert told(status([here, {**here, "id": "https://a.example/x", "statusListCredential": "https://a.example/other"}], good)) == (
        "unknown",
        "credentials.evidence_missing".removeprefix("credentials.status_"),
    )
    assert told(status([here] * 21, good)) == ("unknown", "too_many")


def test_a_list_of_small_entries_must_still_hold_enough_of_them() -> None:
    short = listing(bits_with(0, 0, size=2, entries=MIN_ENTRIES // 2), purpose="message")
    assert told(status(message(), short)) == ("unknown", "list_too_small")


def test_a_list_for_another_purpose_and_an_unknown_purpose_say_nothing() -> None:
    assert told(status(ENTRY, listing(bits_with(0), purpose="suspension"))) == ("unknown", "purpose_differs")
    assert told(status({**ENTRY, "statusPurpose": "weather"}, listing(bits_with(0)))) == ("unknown", "purpose_unknown")


def test_a_list_signed_by_somebody_else_for_another_address_says_nothing_good() -> None:
    assert told(status(ENTRY, listing(bits_with(0), signer=OTHER, url="https://a.example/status/2"))) == ("unknown", "list_unbound")
    assert told(status(ENTRY, listing(bits_with(0), signer=OTHER))) == ("passed", "good")
    assert told(status({**ENTRY, "statusListIndex": "0"}, listing(bits_with(1), signer=OTHER, url="https://a.example/status/2"))) == (
        "failed",
        "revoked",
    )


@pytest.mark.parametrize("name", ["validUntil", "proof", "issuer"])
def test_a_list_that_does_not_stand_by_itself_says_nothing(name: str) -> None:
    made = list_credential(URL, issuer=ISSUER.did, purpose="revocation", set_indexes=[], valid_from=AT, valid_until=AT + timedelta(days=1))
    signed = ISSUER.sign(made)
    later = AT + timedelta(days=2) if name == "validUntil" else AT
    if name == "proof":
        del signed["proof"]
    if name == "issuer":
        signed["issuer"] = OTHER.did
    assert told(status(ENTRY, held(jcs(signed), at=later), at=later)) == ("unknown", "list_untrusted")


def test_an_old_copy_of_a_list_is_good_for_bad_news_only() -> None:
    later = AT + timedelta(hours=1)
    here = {**ENTRY, "statusListIndex": "0"}
    for value, lifetime, wanted in (
        (0, 60_000, ("unknown", "list_stale")),
        (1, 60_000, ("failed", "revoked")),
        (0, 7_200_000, ("passed", "good")),
    ):
        assert told(status(here, listing(bits_with(value), ttl=lifetime), at=later)) == wanted


def list_2021(*, bits: bytes) -> bytes:
    made = {
        "@context": [V1, STATUS_2021], "id": URL, "type": ["VerifiableCredential", "StatusList2021Credential"], "issuer": ISSUER.did,
        "issuanceDate": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": f"{URL}#list", "type": "StatusList2021", "statusPurpose": "revocation", "encodedList": packed(bits)},
    }  # fmt: skip
    return jcs(ISSUER.sign(made, suite="eddsa-jcs-2022"))


def status_2021(index: object, body: bytes) -> CheckResult:
    entry_2021 = {
        "id": f"{URL}#9",
        "type": "StatusList2021Entry",
        "statusPurpose": "revocation",
        "statusListIndex": index,
        "statusListCredential": URL,
    }
    made = badge(ISSUER, validFrom=None, validUntil=None, credentialStatus=entry_2021)
    made = {
        **made,
        "@context": [V1, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json", STATUS_2021],
        "issuanceDate": "2026-01-01T00:00:00Z",
    }
    return verify(ISSUER.sign(made, suite="eddsa-jcs-2022"), held(body), Policy(), AT).check("status")


@pytest.mark.parametrize("index", ["1", 1])
@pytest.mark.parametrize(("value", "wanted"), [(0, ("passed", "good")), (1, ("failed", "revoked"))])
def test_a_status_list_of_2021_is_read(index: object, value: int, wanted: tuple[str, str]) -> None:
    assert told(status_2021(index, list_2021(bits=bits_with(0, value)))) == wanted


def test_a_list_of_one_kind_does_not_answer_for_another() -> None:
    assert told(status_2021("1", listing(bits_with(0)).items[0].body or b"")) == ("unknown", "list_malformed")
    assert told(status(ENTRY, held(list_2021(bits=bits_with(0))))) == ("unknown", "list_malformed")


def by_name(document: object, **changes: Any) -> CheckResult:
    extensions = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
    context = [*badge(ISSUER)["@context"], extensions]
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return status({"id": URL, "type": "1EdTechRevocationList"}, held(body), **{"@context": context, **changes})


@pytest.mark.parametrize(
    ("revoked", "wanted"),
    [
        ([], ("passed", "good")),
        ([{"id": "urn:uuid:other", "revoked": True}], ("passed", "good")),
        ([{"id": badge(ISSUER)["id"], "revoked": True, "revocationReason": "error"}], ("failed", "revoked")),
        ([{"id": badge(ISSUER)["id"]}], ("failed", "revoked")),
        ([badge(ISSUER)["id"]], ("failed", "revoked")),
        ([{"id": badge(ISSUER)["id"], "revoked": False}], ("passed", "good")),
        ([{"id": badge(ISSUER)["id"], "revoked": False}, {"id": badge(ISSUER)["id"]}], ("failed", "revoked")),
        ([{"id": 7}], ("unknown", "list_malformed")),
    ],
)
def test_a_list_of_names_says_who_is_revoked(revoked: list[Any], wanted: tuple[str, str]) -> None:
    for member in ("revokedCredential", "revokedCredentials"):
        assert told(by_name({"id": URL, "issuer": ISSUER.did, member: revoked})) == wanted


def test_a_list_of_names_by_somebody_else_is_believed_only_where_it_speaks_against() -> None:
    assert told(by_name({"issuer": OTHER.did, "revokedCredential": []})) == ("unknown", "list_unbound")
    assert told(by_name({"issuer": {"id": OTHER.did}, "revokedCredential": [{"id": badge(ISSUER)["id"]}]})) == ("failed", "revoked")


@pytest.mark.parametrize("document", [b"<html>", {}, {"issuer": ISSUER.did}, []])
def test_a_page_that_is_no_list_of_names_says_nothing(document: object) -> None:
    assert by_name(document).outcome == "unknown"


def test_a_kind_that_is_not_known_says_nothing() -> None:
    assert told(status({"id": URL, "type": "https://a.example/SomeList"}, Evidence())) == ("unknown", "kind_unknown")


def test_one_list_is_judged_once_for_many_records(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []
    plain = verdict._beside

    def watched(document: Any, *rest: Any) -> Any:
        judged.append(document["id"])
        return plain(document, *rest)

    monkeypatch.setattr(verdict, "_beside", watched)
    fresh = listing(bits_with(0), ttl=10**9)
    for number in range(20):
        assert told(status({**ENTRY, "statusListIndex": str(number)}, fresh, at=AT + timedelta(seconds=number))) == ("passed", "good")
    assert judged == [URL]


def test_two_entries_in_one_list_cost_one_look_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    find = Evidence.find

    def counted(self: Evidence, kind: Kind, key: str) -> Item | None:
        asked.extend([key] if kind is Kind.STATUS_LIST else [])
        return find(self, kind, key)

    evidence = listing(bits_with(0, 0), purpose=["revocation", "suspension"])
    both = [entry(URL, index=0, purpose="revocation"), entry(URL, index=1, purpose="suspension")]
    counts = []
    for entries in (both[:1], both):
        credential = ISSUER.sign(badge(ISSUER, credentialStatus=entries))
        monkeypatch.setattr(Evidence, "find", counted)
        asked.clear()
        assert needs(credential, evidence) == ()
        assert verify(credential, evidence, Policy(), AT).check("status").code == "credentials.status_good"
        counts.append(len(asked))
        monkeypatch.undo()
    assert counts[0] == counts[1] > 0
    set_second = listing(bits_with(0, 1), purpose=["revocation", "suspension"])
    assert told(status(both, set_second)) == ("failed", "suspended")


def test_what_was_found_of_a_list_is_not_remembered_beyond_what_it_rests_on() -> None:
    did, url = "did:web:lists.example", "did:web:lists.example#k"
    made = list_credential(URL, issuer=did, purpose="revocation", set_indexes=[], valid_from=AT, valid_until=AT + timedelta(days=1))
    signed = ISSUER.sign(made)
    signed["proof"] = _by(signed, url)
    listed = held(jcs(signed))

    def knowing(*keys: Key) -> Evidence:
        methods = [{"id": url, "type": "Multikey", "controller": did, "publicKeyMultibase": key.public.multikey} for key in keys]
        body = json.dumps({"id": did, "verificationMethod": methods, "assertionMethod": [url] if keys else []}).encode()
        return listed.adding([Item(Kind.CONTROLLER, did, AT, did, body)])

    for _ in range(2):
        assert told(status(ENTRY, knowing(ISSUER))) == ("passed", "good")
        assert told(status(ENTRY, knowing(OTHER))) == ("unknown", "list_untrusted")
        assert told(status(ENTRY, knowing())) == ("unknown", "list_untrusted")
        assert told(status(ENTRY, listed)) == ("unknown", "list_untrusted")
        assert told(status(ENTRY, knowing(ISSUER), at=AT + timedelta(days=2))) == ("unknown", "list_untrusted")


def _by(signed: dict[str, Any], url: str) -> dict[str, Any]:
    """The proof again, under another name of the same key."""
    made = SUITES["eddsa-rdfc-2022"].prepare(
        {name: value for name, value in signed.items() if name != "proof"},
        ProofOptions(url, AT),
        key_type="Ed25519",
        contexts=Contexts.pinned(),
    )
    return dict(SUITES["eddsa-rdfc-2022"].finish(made, [ISSUER.private.sign(made.messages[0])])["proof"])
