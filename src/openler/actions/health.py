"""Health: whether the registry answers, and how far each projection is behind its journal."""

from __future__ import annotations

from dataclasses import dataclass

from openler.actions.ports import Lag, Ports


@dataclass(frozen=True, slots=True)
class Health:
    """``head`` is the journal's last sequence number; a lag of 0 entries means that a projection holds everything."""

    head: int
    projections: tuple[Lag, ...]

    @property
    def behind(self) -> int:
        """The largest lag, in journal entries."""
        return max((lag.head - lag.seq for lag in self.projections), default=0)


def health(ports: Ports) -> Health:
    """Ask. :raises Unavailable: the store does not answer"""
    return Health(ports.store.head(), ports.projector.lags())
