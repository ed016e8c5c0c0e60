"""The form in which the holder's side is kept: JSON that we wrote ourselves and that the vault has authenticated."""

from __future__ import annotations

from typing import Any

import orjson

from openler.linkeddata.jcs import jcs


def write_form(form: dict[str, Any]) -> bytes:
    """A form as bytes, always the same ones."""
    return jcs(form)


def read_form(content: bytes) -> dict[str, Any]:
    """The form again. It was sealed by us, so it is not parsed as strictly as what strangers send."""
    form: dict[str, Any] = orjson.loads(content)
    return form
