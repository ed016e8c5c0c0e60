"""Measuring on a machine that others use too: works take turns, and what is told is the middle of several rounds with its range."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median

Work = Callable[[], int]
"""Does something once over, and tells how many of its things it did."""

Rates = Mapping[str, Sequence[float]]
"""By the name of a work, its things a second in each round."""

ROUNDS = 5
"""Rounds that count; one more goes before them, for caches and compiled plans to fill as they would in use."""
OURS = "openler"


def spread(values: Sequence[float]) -> dict[str, float]:
    """The middle value and the range around it, to four significant digits."""
    return {"min": _short(min(values)), "median": _short(median(values)), "max": _short(max(values))}


def rates(works: Mapping[str, Work], *, rounds: int = ROUNDS) -> Rates:
    """Run the works in turn, round by round: what disturbs the machine disturbs all of them."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            seconds, done = timed(work)
            if number:
                found[name].append(done / seconds)
    return found


def timed(work: Work) -> tuple[float, int]:
    """Seconds taken, and how many things were done; garbage of what went before is not this work's to collect."""
    gc.collect()
    started = time.perf_counter()
    done = work()
    return max(time.perf_counter() - started, 1e-9), done


def compared(found: Rates) -> dict[str, object]:
    """Things a second of each work, and how many times a peer's rate ours is, round by round."""
    ours = found[OURS]
    peers = {name: values for name, values in found.items() if name != OURS}
    return {
        "per_second": {name: spread(values) for name, values in found.items()},
        "times_the_rate_of": {
            name: spread([one / other for one, other in zip(ours, values, strict=True)]) for name, values in peers.items()
        },
    }


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Latencies as people ask for them: half are below ``p50``, 95 of 100 below ``p95``."""
    ordered = sorted(seconds)
    return {
        "p50": _short(1000 * ordered[len(ordered) // 2]),
        "p95": _short(1000 * ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)]),
        "max": _short(1000 * ordered[-1]),
    }


def _short(value: float) -> float:
    return float(f"{value:.4g}")
