"""Endorsements and extensions of Open Badges 2: each judged by itself, carried over where it stands, and told where it does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from openler.credentials import badge2check, openbadges2
from openler.credentials.endorsements import MAX_ENDORSEMENTS
from openler.credentials.evidence import Evidence, Item, Kind
from openler.credentials.model import Credential, read_credential
from openler.credentials.policy import KnownIssuers, Policy
from openler.credentials.report import Outcome, Report
from tests.support.old_badges import ED_KEY, OldIssuer, fetched
from tests.support.presenting import AT


class Scene:
    """A school whose badge a board endorses; ``endorsement`` is what stands at one of the badge's three parts."""

    def __init__(self, where: str = "badge.json") -> None:
        self.school, self.board = OldIssuer(), OldIssuer("https://board.example", key=ED_KEY)
        self.where = where
        self.about = self.school.url(where)

    def holds(self, *endorsements: object) -> None:
        self.school.page(self.where)["endorsement"] = list(endorsements)

    @property
    def brought(self) -> openbadges2.Assertion:
        found = openbadges2.read(json.dumps(self.school.page("assertion.json")).encode())
        assert found is not None
        return found

    def evidence(self) -> Evidence:
        return fetched(self.brought, self.school, badge2check.needs, others=self.board.pages)

    def report(self, **policy: Any) -> Report:
        return badge2check.verify(self.brought, self.evidence(), Policy(**policy), AT)

    def carried(self) -> Credential:
        held = self.evidence()
        return badge2check.carried(badge2check.gathered(self.brought, held), held)


PLACES: dict[str, tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "assertion.json": ("/endorsement/0", lambda document: document),
    "badge.json": ("/badge/endorsement/0", lambda document: document["credentialSubject"]["achievement"]),
    "issuer.json": ("/badge/issuer/endorsement/0", lambda document: document["issuer"]),
}


@pytest.mark.parametrize("where", sorted(PLACES))
@pytest.mark.parametrize("form", ["address", "whole", "signed", "signed at an address"])
def test_an_endorsement_that_stands_is_told_and_carried_over(where: str, form: str) -> None:
    scene = Scene(where)
    path, within = PLACES[where]
    if form.startswith("signed"):
        token = scene.board.signed_endorsement(scene.about)
        scene.holds(token if form == "signed" else "https://board.example/token")
        scene.school.pages["https://board.example/token"] = {}
        held = scene.evidence()
        if form != "signed":
            held = _with_token(scene, token)
        report = badge2check.verify(scene.brought, held, Policy(), AT)
        carried = badge2check.carried(badge2check.gathered(scene.brought, held), held)
    else:
        stated = scene.board.endorsement(scene.about)
        scene.holds(stated["id"] if form == "address" else dict(stated))
        report, carried = scene.report(), scene.carried()
    assert report.verdict == "valid"
    assert [(each.verdict, each.path, each.title) for each in report.endorsements] == [("valid", path, "Old School")]
    assert report.check("endorsements").code == "credentials.endorsements_hold"
    (made,) = within(dict(carried.document))["endorsement"]
    assert carried.faults == ()
    assert read_credential(made).faults == ()
    assert made["credentialSubject"]["endorsementComment"] == "In good standing."
    assert made["issuer"]["id"] == scene.board.url("issuer.json")
    assert "proof" not in made


def _with_token(scene: Scene, token: str) -> Evidence:
    """All evidence, with a JWS at the endorsement's address."""
    held = Evidence()
    while wanted := badge2check.needs(scene.brought, held):
        for need in wanted:
            page = scene.school.pages.get(need.key, scene.board.pages.get(need.key))
            body = token.encode() if need.key.endswith("/token") else json.dumps(page).encode()
            held = held.adding([Item(need.kind, need.key, AT, url=need.key, body=body)])
    return held


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"claim": {"id": "https://elsewhere.example/badge"}}, "credentials.endorsement_about_other"),
        ({"expires": "2022-01-01T00:00:00Z"}, "credentials.period_expired"),
        ({"revoked": True, "revocationReason": "Lapsed"}, "credentials.badge2_revoked"),
        ({"type": "Assertion"}, "credentials.shape_type_missing"),
        ({"claim": "Good!"}, "credentials.shape_missing"),
        ({"issuedOn": "lately"}, "credentials.time_malformed"),
    ],
)
def test_an_endorsement_that_does_not_hold_is_told_and_harms_nothing(changes: dict[str, Any], code: str) -> None:
    scene = Scene()
    good = scene.board.endorsement(scene.about)
    scene.holds(good["id"], scene.board.endorsement(scene.about, "bad.json", **changes)["id"])
    report = scene.report()
    assert report.verdict == "valid"
    assert [each.verdict for each in report.endorsements] == ["valid", "invalid"]
    assert code in [reason.code for reason in report.endorsements[1].reasons]
    assert (report.check("endorsements").outcome, report.check("endorsements").parameters) == (Outcome.FAILED, {"count": 2, "failed": 1})


@pytest.mark.parametrize("changes", [{"claim": {"id": "https://elsewhere.example/badge"}}, {"revoked": True}, {"type": "Assertion"}])
def test_what_does_not_hold_is_not_written_down_a_second_time(changes: dict[str, Any]) -> None:
    scene = Scene()
    scene.holds(scene.board.endorsement(scene.about, **changes)["id"])
    assert "endorsement" not in scene.carried().document["credentialSubject"]["achievement"]
    assert scene.report().endorsements[0].check("carried_over").code == "credentials.badge2_endorsement_not_carried"


def test_nobody_endorses_in_the_name_of_a_board() -> None:
    """The school serves an endorsement that it wrote itself, as if the board had."""
    scene = Scene()
    scene.holds(scene.school.endorsement(scene.about, issuer=scene.board.url("issuer.json"))["id"])
    report = scene.report()
    assert (report.verdict, report.endorsements[0].verdict) == ("valid", "invalid")
    assert [each.code for each in report.endorsements[0].reasons] == ["credentials.badge2_host_other"]
    assert "endorsement" not in scene.carried().document["credentialSubject"]["achievement"]


def test_a_signed_endorsement_needs_a_key_of_its_endorser() -> None:
    scene = Scene()
    forged = scene.school.signed_endorsement(scene.about, issuer=scene.board.url("issuer.json"))
    scene.holds(forged)
    assert [each.verdict for each in scene.report().endorsements] == ["invalid"]
    scene.holds(scene.board.signed_endorsement(scene.about))
    scene.board.revoke("urn:uuid:0a1b2c3d-8c13-4fa8-8482-a5cf34ef37a9")
    assert [each.code for each in scene.report().endorsements[0].reasons] == ["credentials.badge2_revoked"]


def test_words_that_differ_from_the_hosted_ones_are_not_the_endorsers() -> None:
    scene = Scene()
    stated = scene.board.endorsement(scene.about)
    scene.holds({**stated, "claim": {"id": scene.about, "endorsementComment": "The very best."}})
    assert scene.report().endorsements[0].check("proof").code == "credentials.badge2_hosted_differs"
    scene.holds({**stated, "issuer": scene.board.page("issuer.json")})
    assert scene.report().endorsements[0].verdict == "valid"


@pytest.mark.parametrize(
    ("endorsement", "code"),
    [
        ("https://nobody.example/endorsement", "credentials.evidence_missing"),
        ({"type": "Endorsement", "id": "urn:uuid:1", "issuer": "https://board.example/issuer.json"}, None),
        ("urn:uuid:52e4c6b3-8c13-4fa8-8482-a5cf34ef37a9", "credentials.badge2_endorsement_unproven"),
        ("eyJhbGciOiJub25lIn0.e30", "credentials.badge2_endorsement_unreadable"),
        (7, "credentials.badge2_endorsement_unreadable"),
    ],
)
def test_what_nobody_serves_or_signed_could_not_be_checked(endorsement: Any, code: str | None) -> None:
    scene = Scene()
    if isinstance(endorsement, dict):
        endorsement = {**scene.board.endorsement(scene.about), **endorsement}
    scene.holds(endorsement)
    report = scene.report()
    assert report.verdict == "valid"
    assert [each.verdict for each in report.endorsements] == ["undetermined"]
    assert (code or "credentials.badge2_endorsement_unproven") in [reason.code for reason in report.endorsements[0].reasons]
    assert report.check("endorsements").outcome is Outcome.UNKNOWN


def test_a_withdrawn_endorsement_may_be_served_as_little_more_than_that_word() -> None:
    scene = Scene()
    stated = dict(scene.board.endorsement(scene.about))
    scene.board.pages[stated["id"]] = {"id": stated["id"], "revoked": True}
    for held in (stated, stated["id"]):
        scene.holds(held)
        assert [each.code for each in scene.report().endorsements[0].reasons if each.name == "status"] == ["credentials.badge2_revoked"]


def test_many_endorsements_take_nothing_from_the_badge() -> None:
    scene = Scene("assertion.json")
    scene.holds(*[f"https://many.example/{number}" for number in range(MAX_ENDORSEMENTS + 10)])
    first = badge2check.needs(scene.brought)
    assert [need.key for need in first] == [scene.school.url(name) for name in ("assertion.json", "badge.json")]
    report = scene.report()
    assert (report.verdict, len(report.endorsements)) == ("valid", MAX_ENDORSEMENTS)
    assert report.check("endorsements").outcome is Outcome.UNKNOWN
    assert sum("many.example" in item.key for item in scene.evidence().items) == MAX_ENDORSEMENTS


def test_an_endorser_who_is_known_is_told() -> None:
    scene = Scene()
    scene.holds(scene.board.endorsement(scene.about)["id"])
    known = KnownIssuers({scene.board.url("issuer.json"): "The Board"})
    assert scene.report(issuers=known).endorsements[0].check("issuer_trust").outcome is Outcome.PASSED


def test_what_a_claim_says_besides_is_named_and_left() -> None:
    scene = Scene("issuer.json")
    claim = {"id": scene.about, "endorsementComment": "Fine.", "email": "x@school.example"}
    scene.holds(scene.board.endorsement(scene.about, claim=claim)["id"])
    check = scene.report().endorsements[0].check("carried_over")
    assert (check.code, check.parameters) == ("credentials.badge2_endorsement_carried_in_part", {"names": "email"})


def extension(kind: str, **members: Any) -> dict[str, Any]:
    return {"@context": "https://openbadgespec.org/extensions/x/context.json", "type": ["Extension", f"extensions:{kind}"], **members}


def test_an_extension_that_version_3_has_a_word_for_is_carried_over() -> None:
    scene = Scene()
    creator = "https://first.example/profile"
    page = scene.school.page("badge.json")
    page["extensions:OriginalCreator"] = extension("OriginalCreator", url=creator)
    page["extensions:LanguageExtension"] = extension("LanguageExtension", Language="nl_NL")
    read = scene.carried()
    achievement = read.document["credentialSubject"]["achievement"]
    assert (achievement["creator"], achievement["inLanguage"]) == ({"id": creator, "type": ["Profile"]}, "nl")
    assert read.faults == ()
    assert scene.report().check("extensions").code == "credentials.badge2_extensions_carried"


def test_other_extensions_are_named_wherever_they_stand_and_said_to_be_left() -> None:
    scene = Scene()
    scene.school.page("assertion.json")["extensions:recipientProfile"] = extension("RecipientProfile", name="Ana")
    scene.school.page("badge.json")["extensions:ECTSExtension"] = extension("ECTSExtension", ECTS=2.5)
    scene.school.page("badge.json")["alignment"][0]["more"] = [extension("Level")]
    scene.school.page("badge.json")["extensions:OriginalCreator"] = extension("OriginalCreator", url="nowhere")
    scene.school.page("issuer.json")["extensions:RegistrationNumber"] = {"type": "Extension"}
    check = scene.report().check("extensions")
    assert (check.outcome, check.path) == (Outcome.UNKNOWN, "/extensions:recipientProfile")
    assert check.parameters == {"names": "RecipientProfile, Level, ECTSExtension, OriginalCreator, RegistrationNumber"}
    assert scene.report().verdict == "valid"
    assert "creditsAvailable" not in json.dumps(scene.carried().document)


def test_a_badge_without_extensions_says_nothing_of_them() -> None:
    with pytest.raises(KeyError):
        Scene().report().check("extensions")


def test_kept_evidence_gives_the_same_verdict_on_endorsements() -> None:
    scene = Scene()
    scene.holds(scene.board.endorsement(scene.about)["id"], scene.board.signed_endorsement(scene.about))
    held = scene.evidence()
    again = Evidence.read(held.told())
    judged = [badge2check.verify(scene.brought, each, Policy(), AT).told() for each in (held, again)]
    assert judged[0] == judged[1]
    assert {item.kind for item in again.items} == {Kind.BADGE}
