"""What providers should add to what they published."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from openler.actions.planning.region import region_against, region_at
from openler.actions.ports import Ports, Store
from openler.ctdl.profile import Profile
from openler.errors import NotFound, declare
from openler.ids import Ctid
from openler.insight.coverage import Level
from openler.insight.gaps import Gaps
from openler.insight.gaps import gaps as find
from openler.insight.region import Region

PROVIDER_UNKNOWN = declare("insight.provider_unknown", by=__name__)


@dataclass(frozen=True, slots=True)
class GapsResult:
    """The fix lists of all providers, or of the one asked for; ``head`` is the journal's sequence number then."""

    gaps: Gaps
    provider: Ctid | None
    head: int


_found: WeakKeyDictionary[Store, tuple[Region, dict[tuple[Level, ...], Gaps]]] = WeakKeyDictionary()
_turn = threading.Lock()


def gaps(
    ports: Ports, provider: Ctid | None = None, *, levels: tuple[Level, ...] = ("required", "benchmark"), profile: Profile | None = None
) -> GapsResult:
    """Make the fix lists: required and benchmark data, unless other levels are asked for; of CTDL's own marks, or of a profile.

    :raises NotFound: ``insight.provider_unknown``, nothing published names this organisation
    :raises Unavailable: the store does not answer
    """
    if profile is not None:
        rows, head = region_against(ports, profile)
        found = find(rows, provider=provider, levels=levels)
    else:
        rows, head = region_at(ports)
        found = _all(ports, rows, levels) if provider is None else find(rows, provider=provider, levels=levels)
    if provider is not None and not found.providers:
        raise NotFound(PROVIDER_UNKNOWN, seen=provider)
    return GapsResult(gaps=found, provider=provider, head=head)


def unowned(ports: Ports, *, levels: tuple[Level, ...] = ("required", "benchmark")) -> GapsResult:
    """The fix list of what names no provider; empty where everything names one. :raises Unavailable: the store does not answer"""
    rows, head = region_at(ports)
    found = _all(ports, rows, levels)
    alone = Gaps(
        providers=tuple(each for each in found.providers if each.provider is None),
        rows=tuple(row for row in found.rows if row.provider is None),
    )
    return GapsResult(gaps=alone, provider=None, head=head)


def _all(ports: Ports, rows: Region, levels: tuple[Level, ...]) -> Gaps:
    """Every list, made once for each state of the journal: a page of providers is asked for again and again."""
    with _turn:
        region, lists = _found.get(ports.store, (None, {}))
        if region is not rows:
            lists = {}
            _found[ports.store] = (rows, lists)
        if levels not in lists:
            lists[levels] = find(rows, levels=levels)
        return lists[levels]
