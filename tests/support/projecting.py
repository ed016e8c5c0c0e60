"""Projections given documents directly."""

from __future__ import annotations

from openler.stores.position import Batch, Derived, Load, Position, Projection


def take(projection: Projection, batch: Batch, position: Position) -> None:
    """Derive what the projection holds of a batch, and have it taken in."""
    projection.take(Load([Derived(tuple(batch.documents), projection.derive(batch))], position))
