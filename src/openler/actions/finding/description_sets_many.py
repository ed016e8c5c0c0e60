"""Description sets of many CTIDs at once, as the national Registry answers ``POST /description_sets``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openler.actions.finding.description_sets import DescriptionSet, Graphs, description_sets
from openler.actions.finding.many import ctids_of
from openler.actions.finding.query_request import MAX_BRANCH
from openler.actions.ports import Ports, StoredDocument
from openler.errors import Malformed, declare
from openler.ids import Ctid
from openler.linkeddata.parse import parse_json

OPTION_UNREADABLE = declare("query.option_unreadable", by=__name__)

_SWITCHES = ("include_graph_data", "include_resources", "include_results_metadata")
_TEXTS = ("path_contains", "path_exact")


@dataclass(frozen=True, slots=True)
class Described:
    """What was asked for and is published: each CTID with its node, its document, and its description sets.

    ``related`` are the nodes beside these, None where none were asked for. ``metadata`` says whether to tell of the documents.
    """

    records: tuple[tuple[Ctid, Mapping[str, Any], StoredDocument, tuple[DescriptionSet, ...]], ...]
    related: tuple[Mapping[str, Any], ...] | None
    metadata: bool


def sets_of_many(ports: Ports, body: bytes) -> Described:
    """Answer ``{"ctids": [...]}`` with its options; what is not published is left out.

    :raises Malformed: ``query.ctids_unreadable``, ``query.option_unreadable``
    :raises TooLarge: ``query.too_many_ctids``
    """
    value = parse_json(body)
    ctids, _ = ctids_of(value)
    asked = _options(value if isinstance(value, dict) else {})
    graphs, related, records = Graphs(ports), dict[str, Mapping[str, Any]](), []
    standing = ports.store.current(ctids)
    for ctid in ctids:
        stored = standing.get(ctid)
        node = None if stored is None or stored.deleted or stored.provisional else graphs.document(stored).index.get(ctid)
        if stored is None or node is None:
            continue
        found = description_sets(
            ports, graphs, node, ctid, limit=asked["per_branch_limit"], exact=asked["path_exact"], contains=asked["path_contains"]
        )
        records.append((ctid, node, stored, tuple(one.told for one in found)))
        if asked["include_graph_data"]:
            others = enumerate(graphs.document(stored).graph)
            related |= {f"{stored.ctid} {one.get('ceterms:ctid', at)}": one for at, one in others if one is not node}
        if asked["include_resources"]:
            for one in found:
                related |= dict(graphs.nodes(one.nodes))
    wanted = asked["include_graph_data"] or asked["include_resources"]
    return Described(tuple(records), tuple(related.values()) if wanted else None, asked["include_results_metadata"])


def _options(value: Mapping[str, Any]) -> dict[str, Any]:
    asked = {name: value.get(name) for name in (*_SWITCHES, *_TEXTS, "per_branch_limit")}
    for name, given in asked.items():
        kind: type = bool if name in _SWITCHES else str if name in _TEXTS else int
        if given is not None and type(given) is not kind:
            raise Malformed(OPTION_UNREADABLE, place=f"/{name}", name=name)
    limit = asked["per_branch_limit"]
    if limit is not None and limit < 0:
        raise Malformed(OPTION_UNREADABLE, place="/per_branch_limit", name="per_branch_limit")
    return asked | {"per_branch_limit": MAX_BRANCH if limit is None else min(limit, MAX_BRANCH)}
