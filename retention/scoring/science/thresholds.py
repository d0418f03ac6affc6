"""Silence thresholds: after how many days without an order a customer of a category has gone quiet.

T is the 90th percentile of a category's own closed gaps, since one fixed number for diapers and batteries
is wrong for both; Kaplan–Meier stands beside it. Where a category has too few gaps, its parent's, the
tenant's or the preset speaks for it. Ehrenberg (1988), "Repeat-Buying", for the regularity of gaps within a
category.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .arrays import FloatArray
from .gaps import Gaps, SortedGaps, distinct_customers
from .kaplan_meier import kaplan_meier_quantiles


class Source(StrEnum):
    """Where a threshold's days come from; `parent` includes the whole tenant, `floor` is the preset."""

    OBSERVED = "observed"
    PARENT = "parent"
    FLOOR = "floor"
    OVERRIDE = "override"


@dataclass(frozen=True)
class ThresholdPolicy:
    """Sample floor, limits in days, and the percentile that makes T."""

    quantile: float = 0.9
    minimum_gaps: int = 100
    minimum_customers: int = 50
    shortest_days: float = 7.0
    longest_days: float = 540.0


@dataclass(frozen=True)
class CategoryRule:
    """One category: its name, the position of its parent in the same list (None: the tenant), preset and
    override.
    """

    category: str
    parent: int | None = None
    preset_days: float = 90.0
    override_days: float | None = None


WHOLE_TENANT = CategoryRule("")


@dataclass(frozen=True)
class LearnedThreshold:
    """T of a category with the evidence. All durations in days; None = no gaps, or a quantile not reached."""

    category: str
    gaps: int
    open_gaps: int
    customers: int
    p50: float | None
    p90: float | None
    interval: tuple[float, float] | None
    km_p50: float | None
    km_p90: float | None
    days: float
    source: Source


@dataclass(frozen=True)
class GapFigures:
    """What the gaps of each category say, one element per category."""

    gaps: list[int]
    open_gaps: list[int]
    customers: list[int]
    p50: FloatArray
    p90: FloatArray
    low: FloatArray
    high: FloatArray
    km: FloatArray


def learn_thresholds(
    closed: Gaps,
    still_open: Gaps,
    rules: Sequence[CategoryRule],
    *,
    tenant: CategoryRule = WHOLE_TENANT,
    policy: ThresholdPolicy = ThresholdPolicy(),
) -> list[LearnedThreshold]:
    """One threshold per rule, plus a last one for the whole tenant (with no rules: a visit threshold).

    Category codes are positions in `rules`; gaps with the code len(rules) are the tenant's own (order days
    in any category), as `gaps.up_the_tree` makes them. A parent's gaps are between order days in any of its
    categories.
    """
    chain = [*rules, tenant]
    figures = _figures(closed, still_open, len(chain), policy.quantile)
    learned: list[LearnedThreshold] = []
    for position, rule in enumerate(chain):
        days, source = _days(position, chain, figures, policy)
        learned.append(
            LearnedThreshold(
                rule.category,
                figures.gaps[position],
                figures.open_gaps[position],
                figures.customers[position],
                _known(figures.p50[position]),
                _known(figures.p90[position]),
                _interval(figures.low[position], figures.high[position]),
                _known(figures.km[position, 0]),
                _known(figures.km[position, 1]),
                days,
                source,
            )
        )
    return learned


def _figures(closed: Gaps, still_open: Gaps, categories: int, quantile: float) -> GapFigures:
    ordered = SortedGaps.of(closed, categories)
    low, high = ordered.interval(quantile)
    return GapFigures(
        ordered.count.tolist(),
        np.bincount(still_open.category, minlength=categories).tolist(),
        distinct_customers(closed, categories).tolist(),
        ordered.quantile(0.5),
        ordered.quantile(quantile),
        low,
        high,
        kaplan_meier_quantiles(
            np.concatenate([closed.duration, still_open.duration]),
            np.repeat([True, False], [len(closed), len(still_open)]),
            np.concatenate([closed.category, still_open.category]),
            categories,
            (0.5, quantile),
        ),
    )


def _days(
    position: int, chain: Sequence[CategoryRule], figures: GapFigures, policy: ThresholdPolicy
) -> tuple[float, Source]:
    """Own override or gaps, the nearest ancestor's, the tenant's (last in the chain), the preset."""
    tenant = len(chain) - 1
    at = position
    for _ in chain:  # bounded: parents that point in a circle end at the preset
        override = chain[at].override_days
        if override is not None:
            return override, Source.OVERRIDE if at == position else Source.PARENT
        if figures.gaps[at] >= policy.minimum_gaps and figures.customers[at] >= policy.minimum_customers:
            days = float(np.clip(figures.p90[at], policy.shortest_days, policy.longest_days))
            return days, Source.OBSERVED if at == position else Source.PARENT
        if at == tenant:
            break
        parent = chain[at].parent
        at = tenant if parent is None else parent
    return chain[position].preset_days, Source.FLOOR


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _interval(low: float, high: float) -> tuple[float, float] | None:
    return None if np.isnan(low) or np.isnan(high) else (float(low), float(high))
