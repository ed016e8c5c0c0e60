"""Open Badges signed and verified, a second, one core: ours, a JavaScript peer where it is installed, and bare Ed25519."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench import timing, world
from openler.actions.issuing import identity
from openler.actions.issuing.signing import sign
from openler.actions.verifying.verify import verify as judge
from openler.credentials.enveloping import as_jwt
from openler.credentials.evidence import Evidence
from openler.credentials.jose import parse_compact
from openler.credentials.multikey import PublicKey
from openler.credentials.openbadges import Issuer, Subject, badge
from openler.credentials.policy import Policy
from openler.credentials.proofs.data_integrity import Cryptosuite, ProofOptions
from openler.credentials.proofs.table import SUITES
from openler.credentials.verify import verify
from openler.linkeddata.contexts import Contexts
from openler.linkeddata.jcs import jcs
from openler.linkeddata.parse import parse_json
from openler.meaning import resolve

SIZE = 200
TINY = 3

ROUNDS = 5
PEER = Path(__file__).parent / "js"
AT = datetime(2026, 1, 1, tzinfo=UTC)
RDFC, JCS = SUITES["eddsa-rdfc-2022"], SUITES["eddsa-jcs-2022"]
CONTEXTS = Contexts.pinned()
PEER_CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
                 "https://w3id.org/security/multikey/v1", "https://www.w3.org/ns/did/v1")  # fmt: skip


@dataclass(frozen=True)
class _Key:
    private: Ed25519PrivateKey
    public: PublicKey

    @property
    def method(self) -> str:
        return f"{self.public.did}#{self.public.did.removeprefix('did:key:')}"

    def documents(self) -> dict[str, Any]:
        """What the peer's loader needs to know of it."""
        did, multikey = str(self.public.did), str(self.public.did).removeprefix("did:key:")
        method = {"@context": "https://w3id.org/security/multikey/v1", "id": self.method, "type": "Multikey", "controller": did}
        controller = {"@context": "https://www.w3.org/ns/did/v1", "id": did, "assertionMethod": [self.method]}
        return {self.method: method | {"publicKeyMultibase": multikey}, did: controller}


def run(size: int) -> dict[str, object]:
    """``size`` badges of one issuer (did:key), one shape, other texts; a second set, by did:web with a status list, for verdicts."""
    private = Ed25519PrivateKey.generate()
    key = _Key(private, PublicKey("Ed25519", private.public_key().public_bytes_raw()))
    unsigned = [jcs(_badge(key, number)) for number in range(size)]
    options = ProofOptions(verification_method=key.method, created=AT)
    signed = {suite.name: [jcs(_signed(suite, parse_json(text), key, options)) for text in unsigned] for suite in (RDFC, JCS)}  # type: ignore[arg-type]
    tokens = [_token(parse_json(text), key, options) for text in unsigned]  # type: ignore[arg-type]
    inputs = [(private.sign(message), message) for message in (bytes([number % 256]) * 64 for number in range(size))]
    public = private.public_key()

    def raw() -> int:
        for signature, message in inputs:
            public.verify(signature, message)
        return size

    alike, mixed = _reports(size)
    works: dict[str, timing.Work] = {
        "raw": raw,
        "verify_rdfc": lambda: _verified(RDFC, signed[RDFC.name], key),
        "verify_jcs": lambda: _verified(JCS, signed[JCS.name], key),
        "issue_rdfc": lambda: len([_issued(RDFC, parse_json(text), key, options) for text in unsigned]),  # type: ignore[arg-type]
        "issue_jcs": lambda: len([_issued(JCS, parse_json(text), key, options) for text in unsigned]),  # type: ignore[arg-type]
        "verify_jwt": lambda: _opened(tokens, key),
        "report_rdfc": alike.work,
        "report_mixed": mixed.work,
    }
    with _peer(key, signed[RDFC.name], unsigned) as peer:
        found = timing.rates(works | peer, rounds=ROUNDS)
    return {
        "bytes": len(signed[RDFC.name][0]),
        "report_bytes": alike.bytes,
        "report_mixed_bytes": mixed.bytes,
        "peer": "@digitalbazaar/vc" if peer else "not installed: npm install --prefix bench/js",
        "raw_ed25519_per_s": timing.spread(found["raw"]),
        **{name: _told(name, found) for name in works if name != "raw"},
    }


def _told(name: str, found: timing.Rates) -> dict[str, object]:
    ours = found[name]
    told: dict[str, object] = {"ours_per_s": timing.spread(ours), "share_of_raw": _ratio(ours, found["raw"])}
    if f"peer_{name}" in found:
        told |= {"peer_per_s": timing.spread(found[f"peer_{name}"]), "times_the_peer": _ratio(ours, found[f"peer_{name}"])}
    return told


def _ratio(ours: Sequence[float], others: Sequence[float]) -> float:
    return round(median(one / other for one, other in zip(ours, others, strict=True)), 3)


def _badge(key: _Key, number: int) -> dict[str, Any]:
    """A badge of about 2.4 kB with all that a registrar states."""
    achievement = {
        "id": f"https://college.example/achievements/{number}",
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": f"Certificate in Pipe Welding, group {number}",
        "description": "Weld pipe of mild steel in all positions, read the drawing, and tell a sound seam from one that is not.",
        "criteria": {"narrative": "Three test pieces, bent and etched, and a written examination of two hours."},
        "humanCode": f"WLD-{number}",
        "fieldOfStudy": "Welding Technology",
        "tag": ["welding", "pipe", "mild steel"],
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": name,
                "targetUrl": f"https://registry.example/resources/ce-1111111{place}-1111-4111-8111-{number:012}",
                "targetType": "ceasn:Competency",
                "targetCode": f"ce-1111111{place}-1111-4111-8111-{number:012}",
                "targetFramework": "Credential Transparency Description Language",
            }
            for place, name in enumerate(("Read weld symbols", "Weld overhead", "Inspect a seam"))
        ],
    }
    return badge(
        credential_id=f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        issuer=Issuer(key.public.did, "Alder College", "https://college.example", world.PUBLISHER),
        subject=Subject(f"did:example:learner-{number}", ()),
        achievement=achievement,
        name=f"Certificate in Pipe Welding, group {number}",
        valid_from=AT,
        valid_until=None,
        awarded=AT,
        statuses=[],
        related=[],
    )


def _signed(suite: Cryptosuite, document: Mapping[str, Any], key: _Key, options: ProofOptions) -> dict[str, Any]:
    prepared = suite.prepare(document, options, key_type="Ed25519", contexts=CONTEXTS)
    return suite.finish(prepared, [key.private.sign(message) for message in prepared.messages])


def _issued(suite: Cryptosuite, document: Mapping[str, Any], key: _Key, options: ProofOptions) -> bytes:
    """As :func:`openler.actions.issuing.signing.secure` writes it."""
    prepared = suite.prepare(document, options, key_type="Ed25519", contexts=CONTEXTS)
    return suite.written(prepared, [key.private.sign(message) for message in prepared.messages])


def _verified(suite: Cryptosuite, texts: list[bytes], key: _Key) -> int:
    for text in texts:
        document: Any = parse_json(text)
        suite.verify(document, document["proof"], key.public, CONTEXTS)
    return len(texts)


def _token(document: Mapping[str, Any], key: _Key, options: ProofOptions) -> str:
    prepared = as_jwt(document, kid=key.method, key_type="Ed25519", at=options.created)
    return prepared.finish(key.private.sign(prepared.message))


def _opened(tokens: list[str], key: _Key) -> int:
    """From a token to checked claims: strict reading of header and claims, and the signature."""
    for token in tokens:
        signed = parse_compact(token)
        signed.claims()
        signed.verify(key.public)
    return len(tokens)


@dataclass(frozen=True)
class _Judged:
    """Badges with the evidence that each one's verdict needs, and the one moment at which all are judged."""

    contents: list[bytes]
    held: list[Evidence]
    now: datetime

    @property
    def bytes(self) -> int:
        """Their mean size."""
        return sum(map(len, self.contents)) // len(self.contents)

    def work(self) -> int:
        """Whole verdicts from bytes, as a batch gives them."""
        policy = Policy()
        for content, evidence in zip(self.contents, self.held, strict=True):
            report = verify(parse_json(content), evidence, policy, self.now, checks=(resolve.check,))
            if report.verdict != "valid":
                raise AssertionError(report.reasons)
        return len(self.contents)


def _reports(size: int) -> tuple[_Judged, _Judged]:
    """Badges of one shape and about 2.4 kB, by did:web with their status entries; and those of the sample as they are issued."""
    with world.issuer() as made:
        ports = made.ports
        mixed = made.issued(size, "credentials")
        by = identity.identity(ports, made.ctid)
        now = ports.clock.now()
        least: Any = parse_json(min(mixed, key=len))
        alike = [jcs(sign(ports, _shorter(parse_json(content), least, number), by, at=now)) for number, content in enumerate(mixed)]
        held = [[judge(ports, content, serving=True).evidence for content in contents] for contents in (alike, mixed)]
    return _Judged(alike, held[0], now), _Judged(mixed, held[1], now)


def _shorter(issued: Any, least: Any, number: int) -> dict[str, Any]:
    """A record of the shape that has least, without a pinned description, to be as large as the others here.

    Its learner has an identifier; its place in the status lists is that of another record.
    """
    subject = {
        "id": f"did:example:learner-{number}",
        "type": ["AchievementSubject"],
        "achievement": least["credentialSubject"]["achievement"],
    }
    kept = {name: value for name, value in least.items() if name not in {"proof", "awardedDate", "relatedResource"}}
    return kept | {"id": issued["id"], "credentialStatus": issued["credentialStatus"], "credentialSubject": subject}


@contextmanager
def _peer(key: _Key, signed: list[bytes], unsigned: list[bytes]) -> Iterator[dict[str, timing.Work]]:
    """The peer's works; none where it is not installed."""
    node = shutil.which("node")
    if node is None or not (PEER / "node_modules").is_dir():
        yield {}
        return
    held = {iri: CONTEXTS.document(iri) for iri in PEER_CONTEXTS} | key.documents()
    job = {"documents": held, "method": key.method, "signed": [t.decode() for t in signed], "unsigned": [t.decode() for t in unsigned]}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(job, file)
        file.flush()
        with subprocess.Popen([node, "peer.mjs", file.name], cwd=PEER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield {f"peer_{name}_rdfc": _asked(process, name) for name in ("verify", "issue")}
            finally:
                process.terminate()


def _asked(process: subprocess.Popen[str], name: str) -> timing.Work:
    def ask() -> int:
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(f"{name}\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    return ask
