"""Postings come in as jobs: schema.org JobPosting from JSON-LD or a page's script tags, HR Open JDX from JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from openler.actions.interchange.importing import ImportReport
from openler.actions.ports import Ports
from openler.actions.registry.organizations import organizations
from openler.actions.registry.publish import Progress, publish
from openler.ctdl.formats.adopt import fold
from openler.ctdl.formats.posting import NO_POSTING, Posting, postings, scripts
from openler.ctdl.formats.postings import convert_postings
from openler.ctdl.rules import check
from openler.ctdl.summary import name_of
from openler.errors import Malformed, OpenlerError, TooLarge
from openler.ids import Ctid
from openler.linkeddata.parse import parse_json

SOURCE = "postings"
PAGES = (".html", ".htm", ".xhtml")
MAX_BYTES = 16 * 1024 * 1024
"""Largest posting read, in bytes."""


def import_postings(
    ports: Ports,
    files: Sequence[str],
    *,
    publisher: Ctid,
    employer: Ctid | None = None,
    language: str = "en",
    dry_run: bool = False,
    actor: str = "import",
    progress: Progress | None = None,
) -> ImportReport:
    """Import the postings of files and folders for a publisher.

    ``employer`` offers all of the jobs; without it, the one published organization whose name a posting gives as its employer.

    :raises Misused: a file is missing
    :raises Unavailable: the store does not answer
    """

    @cache
    def by_name() -> dict[str, Ctid | None]:
        found: dict[str, Ctid | None] = {}
        for document in organizations(ports):
            key = fold(name_of(document.main))
            found[key] = None if key in found else document.ctid  # two of one name: neither is meant for certain
        return found

    made = convert_postings(
        (one for file in files for one in _read(ports, file)),
        base_url=ports.base_url,
        publisher=publisher,
        today=ports.clock.now().date().isoformat(),
        employer=employer,
        find_employer=lambda name: by_name().get(fold(name)) if fold(name) else None,
        known=cache(lambda ctid: ports.store.get(ctid) is not None),
        language=language,
    )
    published = None
    if not dry_run:
        published = publish(ports, made.documents, publisher=publisher, actor=actor, progress=progress)
    found = Counter(str(finding.code) for document in made.documents for finding in check(document))
    return ImportReport(
        source=SOURCE,
        publisher=publisher,
        by_class=dict(sorted(Counter(document.type for document in made.documents).items())),
        tables=made.tables,
        fates=made.fates,
        remarks=made.remarks,
        proposals=(),
        adopted=(),
        findings=published.findings if published is not None else dict(sorted(found.items())),
        documents=made.documents,
        published=published,
    )


def _read(ports: Ports, file: str) -> Iterator[tuple[str, Posting | OpenlerError]]:
    if not file.lower().endswith(PAGES):
        for name, content in ports.tables.documents(file):
            yield from _postings(name, content)
        return
    found = scripts(ports.tables.content(file).decode("utf-8", "replace"))
    read = [one for text in found for one in _postings(file, text.encode())]
    # A page tells of other things in JSON-LD too; only where it tells of no job at all is that worth a word.
    jobs = [one for one in read if not (isinstance(one[1], OpenlerError) and one[1].code == NO_POSTING)]
    yield from jobs or [(file, Malformed(NO_POSTING))]


def _postings(name: str, content: bytes) -> Iterator[tuple[str, Posting | OpenlerError]]:
    try:
        for posting in postings(parse_json(content, max_bytes=MAX_BYTES)):
            yield name, posting
    except (Malformed, TooLarge) as error:
        yield name, error
