"""The ``options`` of VC-API requests: the known ones read, any other refused, for who asks for something must not be passed over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from openler.actions.issuing.issue_policy import Minimum
from openler.actions.issuing.signing import MEDIA_TYPES, Form
from openler.actions.issuing.signing_in_parts import Always
from openler.credentials.policy import Policy
from openler.credentials.proofs.ecdsa_sd_2023 import NAME as IN_PARTS
from openler.credentials.report import Weight
from openler.errors import Misused, declare

OPTION_UNKNOWN = declare("http.option_unknown", by=__name__)
OPTION_MALFORMED = declare("http.option_malformed", by=__name__)

MAX_NAME = 1000
"""Longest ``credentialId``, in characters."""
MAX_POINTERS = 1000
"""How many parts of a record one request may name."""

_ISSUING = ("format", "cryptosuite", "mandatoryPointers", "requireMinimum", "credentialId")
_VERIFYING = ("challenge", "domain", "checks", "returnProblemDetails", "holderBinding")
_DERIVING = ("selectivePointers",)


@dataclass(frozen=True, slots=True)
class IssueOptions:
    """How a credential is to be signed.

    ``form`` is an envelope or a proof inside it. ``cryptosuite`` is for a proof of the form ``di``, ``always`` for one in parts.
    ``named`` takes the place of its own id where its status is changed; ``minimum`` may refuse what is not described well enough.
    """

    form: Form = "di"
    cryptosuite: str | None = None
    always: Always | None = None
    minimum: Minimum = "off"
    named: str | None = None


def issuing(body: Mapping[str, Any]) -> IssueOptions:
    """The options of ``/credentials/issue``. Pointers to what always shows ask for a proof in parts.

    :raises Misused: ``http.option_unknown``, ``http.option_malformed``, with their place
    """
    options = _options(body, _ISSUING)
    suite = _text(options, "cryptosuite")
    mandatory = _pointers(options, "mandatoryPointers")
    parts = suite == IN_PARTS or (suite is None and bool(mandatory))
    stated = options.get("format", "di-sd" if parts else "di")
    form = next((each for each in MEDIA_TYPES if each == stated), None)
    if form is None:
        raise _malformed("format")
    if suite is not None and (form not in {"di", "di-sd"} or (suite == IN_PARTS) != (form == "di-sd")):
        raise _malformed("cryptosuite")
    if mandatory and form != "di-sd":
        raise _malformed("mandatoryPointers")
    always = Always(mandatory, instead=True) if "mandatoryPointers" in options and form == "di-sd" else None
    minimum = options.get("requireMinimum", False)
    if not isinstance(minimum, bool):
        raise _malformed("requireMinimum")
    named = _text(options, "credentialId")
    if named is not None and not 0 < len(named) <= MAX_NAME:
        raise _malformed("credentialId")
    return IssueOptions(form, None if form == "di-sd" else suite, always, "refuse" if minimum else "off", named)


def verifying(body: Mapping[str, Any]) -> Policy:
    """What a verifier asks for. ``checks`` may name checks; all are made, whichever are named, for a verdict is one.

    ``holderBinding`` is ``deciding`` (whoever presents must be whom it is about) or ``informing``. Raises as :func:`issuing`.
    """
    options = _options(body, _VERIFYING)
    checks = options.get("checks", [])
    if not isinstance(checks, list) or not all(isinstance(each, str) for each in checks):
        raise _malformed("checks")
    if not isinstance(options.get("returnProblemDetails", True), bool):
        raise _malformed("returnProblemDetails")
    presenter = next((weight for weight in Weight if weight == options.get("holderBinding", Weight.DECIDING)), None)
    if presenter is None:
        raise _malformed("holderBinding")
    return Policy(challenge=_text(options, "challenge"), domain=_text(options, "domain"), presenter=presenter)


def deriving(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The parts that a holder chooses to show, by JSON Pointer. Raises as :func:`issuing`."""
    return _pointers(_options(body, _DERIVING), "selectivePointers")


def _options(body: Mapping[str, Any], known: Collection[str]) -> Mapping[str, Any]:
    options = body.get("options")
    if options is None:
        return {}
    if not isinstance(options, Mapping):
        raise Misused(OPTION_MALFORMED, place="/options", name="options")
    for name in options:
        if name not in known:
            raise Misused(OPTION_UNKNOWN, place="/options", name=str(name)[:80], known=", ".join(known))
    return options


def _text(options: Mapping[str, Any], name: str) -> str | None:
    value = options.get(name)
    if value is not None and not isinstance(value, str):
        raise _malformed(name)
    return value


def _pointers(options: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = options.get(name, [])
    if not isinstance(value, list) or len(value) > MAX_POINTERS or not all(isinstance(each, str) for each in value):
        raise _malformed(name)
    return tuple(value)


def _malformed(name: str) -> Misused:
    return Misused(OPTION_MALFORMED, place=f"/options/{name}", name=name)
