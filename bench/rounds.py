"""Compare two ways of doing one thing: equal results first, then interleaved rounds, median and range."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TypedDict


class Spread(TypedDict):
    """Seconds over the rounds; `cold` is the first call of all, before the warm-up."""

    cold: float
    median: float
    fastest: float
    slowest: float


class Comparison(TypedDict):
    """`ratio` = the peer's median ÷ our median: how many times as fast we are."""

    ours: Spread
    peer: Spread
    ratio: float
    ratio_range: list[float]
    rounds: int


def compare(ours: Callable[[], object], peer: Callable[[], object], *, rounds: int = 5) -> Comparison:
    """Time both, one after the other in each round. The caller has asserted that both give the same result."""
    cold_ours, cold_peer = _seconds(ours), _seconds(peer)
    pairs = [(_seconds(ours), _seconds(peer)) for _ in range(rounds)]
    mine, theirs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    ratios = sorted(their / my for my, their in pairs)
    return {
        "ours": _spread(cold_ours, mine),
        "peer": _spread(cold_peer, theirs),
        "ratio": round(statistics.median(theirs) / statistics.median(mine), 2),
        "ratio_range": [round(ratios[0], 2), round(ratios[-1], 2)],
        "rounds": rounds,
    }


def _spread(cold: float, seconds: list[float]) -> Spread:
    return {
        "cold": round(cold, 4),
        "median": round(statistics.median(seconds), 4),
        "fastest": round(min(seconds), 4),
        "slowest": round(max(seconds), 4),
    }


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
