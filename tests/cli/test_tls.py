"""Serving https by oneself: a certificate of one's own, tried out before anything is served."""

from __future__ import annotations

import ipaddress
import json
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from tests.cli.test_loop import free_port

COMMAND = [sys.executable, "-c", "from openler.cli.main import run; run()", "serve"]


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for this machine, signed by its own key, and that key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert_file, key_file = tmp_path / "chain.pem", tmp_path / "key.pem"
    cert_file.write_bytes(made.public_bytes(Encoding.PEM))
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return cert_file, key_file


@contextmanager
def serving(*options: str, base: str, trust: ssl.SSLContext) -> Iterator[None]:
    server = subprocess.Popen([*COMMAND, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(150):
            try:
                with urllib.request.urlopen(f"{base}/health", timeout=1, context=trust):  # noqa: S310 - our own loopback address
                    break
            except OSError:
                time.sleep(0.2)
        else:
            pytest.fail("the service did not start")
        yield
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_the_service_answers_over_https_with_the_certificate_it_was_given(
    pair: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    base = f"https://localhost:{port}"
    monkeypatch.setenv("OPENLER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("OPENLER_BASE_URL", base)
    monkeypatch.setenv("OPENLER_PASSPHRASE", "a passphrase for the tests only")
    trust = ssl.create_default_context(cafile=str(pair[0]))
    with serving("--tls-cert", str(pair[0]), "--tls-key", str(pair[1]), base=base, trust=trust):
        asked = urllib.request.Request(f"{base}/credentials/verify", data=b"{}", headers={"content-type": "application/json"})  # noqa: S310
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked, timeout=10, context=trust)  # noqa: S310 - our own loopback address
        assert (refused.value.code, json.loads(refused.value.read())["verified"]) == (400, False)


@pytest.mark.parametrize(
    ("given", "base", "code"),
    [
        (("cert",), "https://localhost:1", "cli.tls_half"),
        (("key",), "https://localhost:1", "cli.tls_half"),
        (("cert", "key"), "http://localhost:1", "cli.tls_scheme"),
        (("cert", "locked"), "https://localhost:1", "cli.tls_unusable"),
        (("cert", "other"), "https://localhost:1", "cli.tls_unusable"),
        (("cert", "missing"), "https://localhost:1", "cli.tls_unusable"),
    ],
    ids=["no key", "no certificate", "plain address", "locked key", "another key", "no file"],
)
def test_a_certificate_that_cannot_be_used_is_told_before_anything_is_served(
    pair: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], base: str, code: str
) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    files = {"cert": pair[0], "key": pair[1], "missing": tmp_path / "none.pem"}
    for name, hidden in (("other", NoEncryption()), ("locked", BestAvailableEncryption(b"x"))):
        files[name] = tmp_path / f"{name}.pem"
        files[name].write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden))
    monkeypatch.setenv("OPENLER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("OPENLER_BASE_URL", base)
    options = [part for name in given for part in ("--tls-cert" if name == "cert" else "--tls-key", str(files[name]))]
    ran = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
    expected = {"cli.tls_half": "go together", "cli.tls_scheme": "begins with http:", "cli.tls_unusable": "cannot be used together"}
    assert (ran.returncode, expected[code] in ran.stderr) == (2, True), ran.stderr
    assert "Serving" not in ran.stderr
