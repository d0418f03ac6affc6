"""Did as many customers end up in each arm as were meant to? If not, nothing else can be believed.

Pearson's chi-square of the counts against the shares: Fabijan et al., Diagnosing sample ratio mismatch (KDD 2019).
"""

from __future__ import annotations

from collections.abc import Sequence

from scipy.special import chdtrc


def sample_ratio_p(counts: Sequence[int], shares: Sequence[float]) -> float | None:
    """The chance of counts at least as far from `shares` (any unit); None for fewer than two arms or nobody.

    An arm with a share of 0 that holds somebody makes it 0.
    """
    if len(counts) < 2 or not sum(counts) or not sum(shares):
        return None
    if any(count and not share for count, share in zip(counts, shares, strict=True)):
        return 0.0
    kept = [(count, share) for count, share in zip(counts, shares, strict=True) if share]
    if len(kept) < 2:
        return None
    total, whole = sum(count for count, _share in kept), sum(share for _count, share in kept)
    expected = [total * share / whole for _count, share in kept]
    distance = sum((count - one) ** 2 / one for (count, _share), one in zip(kept, expected, strict=True))
    return float(chdtrc(len(kept) - 1, distance))
