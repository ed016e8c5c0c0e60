"""Institutions of IPEDS come in as organizations; what is described here already is proposed, never published twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from openler.actions.interchange.importing import ImportReport
from openler.actions.ports import Ports
from openler.actions.registry.organizations import organizations
from openler.actions.registry.publish import Progress, publish
from openler.ctdl.formats import ipeds
from openler.ctdl.rules import check


def import_ipeds(
    ports: Ports,
    file: str,
    *,
    states: Collection[str] = (),
    new: Collection[str] = (),
    dry_run: bool = False,
    actor: str = "import",
    progress: Progress | None = None,
) -> ImportReport:
    """Import the institutions of an IPEDS "HD" table. ``states`` and ``new`` as for :func:`ipeds.convert_institutions`.

    :raises Misused: the file is missing or lacks columns
    :raises Malformed: a row cannot be read
    :raises Unavailable: the store does not answer
    """
    rows = ports.tables.rows(file, columns=ipeds.COLUMNS)
    made = ipeds.convert_institutions(rows, organizations(ports), base_url=ports.base_url, states=states, new=new)
    published = None
    if not dry_run:
        published = publish(ports, made.documents, publisher=made.publisher, actor=actor, progress=progress)
        findings = published.findings
    else:
        findings = dict(sorted(Counter(str(finding.code) for document in made.documents for finding in check(document)).items()))
    return ImportReport(
        source=ipeds.SOURCE,
        publisher=made.publisher,
        by_class=dict(sorted(Counter(document.type for document in made.documents).items())),
        tables=made.tables,
        fates=made.fates,
        remarks=made.remarks,
        proposals=made.proposals,
        adopted=made.adopted,
        findings=findings,
        documents=made.documents,
        published=published,
    )
