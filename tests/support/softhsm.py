"""A SoftHSM token in a folder of the test's own, where SoftHSM and the extra are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

PIN = "a-pin-for-tests-2718"
LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)


def library() -> Path | None:
    """The library, from ``OPENLER_SOFTHSM`` or where packages put it."""
    named = os.environ.get("OPENLER_SOFTHSM")
    return next((Path(each) for each in ([named] if named else LIBRARIES) if Path(each).is_file()), None)


def why_not() -> str:
    """Why nothing can be tested with a token on this machine; empty where it can."""
    if find_spec("pkcs11") is None:
        return "the extra openler[pkcs11] is not installed"
    if library() is None or shutil.which("softhsm2-util") is None:
        return "SoftHSM is not installed (apt-get install softhsm2)"
    return ""


def configure(folder: Path) -> Path:
    """SoftHSM's configuration over tokens in ``folder``; the process reads it when it loads the library."""
    (folder / "tokens").mkdir(parents=True, exist_ok=True)
    file = folder / "softhsm2.conf"
    file.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    return file


def make_token(label: str) -> None:
    """A new token with :data:`PIN`."""
    command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "so-pin-for-tests"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
