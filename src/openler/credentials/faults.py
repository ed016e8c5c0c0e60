"""Two ways in which a credential fails to convince, kept apart as types.

*Checked, and wrong* is :class:`~openler.errors.Malformed`; *could not be checked* is :class:`CannotCheck`. Inside the
room both are caught at the check that met them and become a failed or an unknown outcome; none reaches a caller of
:func:`openler.credentials.verify.verify`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from openler.errors import Code, OpenlerError


class CannotCheck(OpenlerError):
    """Something that is needed to judge is missing, unreachable or of a kind that is not known here."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a document's shape. ``path`` is a JSON Pointer."""

    code: Code
    path: str
    parameters: Mapping[str, object] = field(default_factory=dict)
