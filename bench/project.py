"""Documents projected, a second: search index, RDF graph and links made anew from the journal."""

from __future__ import annotations

from bench import timing, world

SIZE = 500
TINY = 10


def run(size: int) -> dict[str, object]:
    """``size`` documents in the journal; each round deletes every projection and makes it again."""
    with world.data_ports() as (ports, _):
        published = world.documents(size)
        world.put(ports, published)

        def rebuilt() -> int:
            ports.projector.rebuild()
            return len(published)

        found = timing.rates({timing.OURS: rebuilt}, rounds=3)
        lag = max(one.head - one.seq for one in ports.projector.lags())
    return {"documents": len(published), "lag": lag, "per_second": timing.spread(found[timing.OURS])}
