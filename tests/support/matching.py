"""A data directory that holds the sample region and the wallet of one invented learner, Walter: four credentials and his own words."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

from openler import bootstrap
from openler.actions import sample
from openler.actions.finding.get import all_documents
from openler.actions.holding import hold
from openler.actions.holding.session import unlock
from openler.actions.interchange.importing import import_sample
from openler.actions.issuing import identity
from openler.actions.issuing.issue import issue_batch
from openler.actions.issuing.issued import record

PASSPHRASE = "a passphrase for the tests only"
WALLET_PASSPHRASE = "correct horse battery staple"
LEARNER, HANDLE = "K8", "walter"


def build(home: Path) -> dict[str, bytes]:
    """Make it; the signed credentials by the number of their row. ``OPENLER_PASSPHRASE`` must be set."""
    with as_file(files("openler.actions") / "sample") as folder, bootstrap.open_ports(data=home) as ports:
        import_sample(ports, str(folder), actor="tests")
        documents = list(all_documents(ports))
        hold.create_wallet(ports, HANDLE, WALLET_PASSPHRASE, actor="tests")
        earned = [one for one in sample.achievements(documents) if one.learner == LEARNER]
        for number, issuer in enumerate(sorted({one.issuer for one in earned})):
            ports.keys.create(f"school-{number}", "Ed25519", at=ports.clock.now())
            identity.link(ports, issuer, key=f"file:school-{number}", form="web", actor="tests")
        signed = {}
        for one in earned:
            report = issue_batch(ports, [replace(one.row, holder=HANDLE)], issuer=one.issuer, actor="tests")
            assert not report.refused, report.refused
            signed[str(one.row.number)] = record(ports, report.records[0].credential_id)
        key = unlock(ports, HANDLE, WALLET_PASSPHRASE, actor="tests")
        assert len(hold.take_in(ports, key)) == len(earned)
        for told in sample.experiences(documents)[LEARNER]:
            hold.add_experience(ports, key, told)
    return signed
