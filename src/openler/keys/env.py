"""Keys that a container or a CI job hands in: ``env:VARIABLE``, holding PKCS #8 PEM or a multibase secret."""

from __future__ import annotations

import os
from collections.abc import Mapping

from openler.actions.ports import Signer
from openler.credentials.multikey import multibase_decode
from openler.errors import Malformed, NotFound, declare
from openler.keys import names
from openler.keys.signers import SECRET_MALFORMED, from_multicodec, from_pkcs8

SCHEME = "env"

VARIABLE_MISSING = declare("keys.variable_missing", by=__name__)


class EnvironmentKeys:
    """Opens ``env:VARIABLE``. ``environ`` is the process's environment unless given."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ

    def __call__(self, uri: str) -> Signer:
        """A signer for the key in a variable; no error tells what the variable holds.

        :raises NotFound: ``keys.variable_missing``
        :raises Malformed: ``keys.secret_malformed``
        """
        _, variable = names.split(uri)
        text = self._environ.get(variable, "").strip()
        if not text:
            raise NotFound(VARIABLE_MISSING, variable=variable[:80])
        if text.startswith("-----BEGIN"):
            return from_pkcs8(text.encode())
        try:
            return from_multicodec(multibase_decode(text))
        except Malformed:
            raise Malformed(SECRET_MALFORMED, place=f"env:{variable[:80]}", reason="multibase") from None
