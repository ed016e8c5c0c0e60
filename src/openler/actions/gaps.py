"""What providers should add to what they published."""

from __future__ import annotations

from dataclasses import dataclass

from openler.actions.ports import Ports
from openler.actions.region import region
from openler.errors import NotFound, declare
from openler.ids import Ctid
from openler.insight.coverage import Level
from openler.insight.gaps import Gaps
from openler.insight.gaps import gaps as find

PROVIDER_UNKNOWN = declare("insight.provider_unknown", by=__name__)


@dataclass(frozen=True, slots=True)
class GapsResult:
    """The fix lists of all providers, or of the one asked for; ``head`` is the journal's sequence number then."""

    gaps: Gaps
    provider: Ctid | None
    head: int


def gaps(ports: Ports, provider: Ctid | None = None, *, levels: tuple[Level, ...] = ("required", "benchmark")) -> GapsResult:
    """Make the fix lists: required and benchmark data, unless other levels are asked for.

    :raises NotFound: ``insight.provider_unknown``, nothing published names this organisation
    :raises Unavailable: the store does not answer
    """
    head = ports.store.head()
    found = find(region(ports), provider=provider, levels=levels)
    if provider is not None and not found.providers:
        raise NotFound(PROVIDER_UNKNOWN, seen=provider)
    return GapsResult(gaps=found, provider=provider, head=head)
