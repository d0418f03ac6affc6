"""What a run sums up of its customers: counts and sums that add up over shards, and that a refresh adjusts."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import connection

from retention.common.copying import ColumnKind, read_columns
from retention.customers.selectors.state_sql import IdList
from retention.scoring.frames.frame import Array, Frame, sorted_frame
from retention.scoring.frames.whose import whose_params, whose_sql
from retention.scoring.rules import Rules
from retention.scoring.science.health import FAMILIES
from retention.scoring.services.card_assignment import card_labels, score_by_cards
from retention.scoring.services.scorecards import BAND_LABELS, Inputs, scorecard
from retention.scoring.services.standing import POOL_LABELS, STAGE_LABELS
from retention.scoring.services.value import LABELS as TIER_LABELS

Summary = dict[str, Any]
SUMMED = ("pools", "pool_value", "stages", "tiers", "high_value", "bands", "family_sum", "family_count")
"""The parts that add up."""
LABELS = {"pool": POOL_LABELS, "stage": STAGE_LABELS, "tier": TIER_LABELS, "health_band": BAND_LABELS}


def summary_of(frame: Frame, families: Array) -> Summary:
    """Of `frame` with pool, stage, tier and band as positions (−1: none), high_value and clv."""
    pool = frame["pool"]
    return {
        "pools": _counts(pool, POOL_LABELS),
        "pool_value": _sums(pool, np.nan_to_num(frame["clv"]), POOL_LABELS),
        "stages": _counts(frame["stage"], STAGE_LABELS),
        "tiers": _counts(frame["tier"], TIER_LABELS),
        "high_value": int(frame["high_value"].sum()),
        "bands": _counts(frame["health_band"], BAND_LABELS),
        "family_sum": {family.value: float(np.nansum(families[:, place])) for place, family in enumerate(FAMILIES)},
        "family_count": {
            family.value: int((~np.isnan(families[:, place])).sum()) for place, family in enumerate(FAMILIES)
        },
    }


NOTHING: Summary = {
    "pools": dict.fromkeys(POOL_LABELS, 0),
    "pool_value": dict.fromkeys(POOL_LABELS, 0.0),
    "stages": dict.fromkeys(STAGE_LABELS, 0),
    "tiers": dict.fromkeys(TIER_LABELS, 0),
    "high_value": 0,
    "bands": dict.fromkeys(BAND_LABELS, 0),
    "family_sum": {family.value: 0.0 for family in FAMILIES},
    "family_count": {family.value: 0 for family in FAMILIES},
}
"""The summary of a shard without customers: a tenant may have accounts with contracts alone."""


def stored_summary(run: int, customers: IdList, rules: Rules) -> Summary:
    """The same of what `run` has stored of `customers`."""
    card, cards = scorecard("shop", rules), card_labels("shop", rules)
    places = range(1, len(card.codes) + 1)
    columns = {"customer_id": ColumnKind.WHOLE, **dict.fromkeys(LABELS, ColumnKind.WHOLE)}
    columns |= {"high_value": ColumnKind.FLAG, "clv": ColumnKind.REAL, "card": ColumnKind.WHOLE}
    columns |= {f"x{place}": ColumnKind.REAL for place in places} | {f"a{place}": ColumnKind.WHOLE for place in places}
    labels = ", ".join(f"array_position(%({name})s::text[], s.{name}::text) - 1 AS {name}" for name in LABELS)
    metrics = ", ".join(
        f"s.health_x[{place}] AS x{place}, substr(s.health_absence, {place}, 1)::int AS a{place}" for place in places
    )
    read = read_columns(
        f"""SELECT s.customer_id, {labels}, s.high_value, s.clv,
               coalesce(array_position(%(cards)s::text[], s.health_card::text), 1) - 1 AS card, {metrics}
        FROM scoring_customerscore s WHERE s.run_id = %(run)s AND {whose_sql("s", customers)}""",
        {
            "run": run,
            "cards": list(cards),
            **whose_params(customers),
            **{name: list(words) for name, words in LABELS.items()},
        },
        columns,
    )
    frame = sorted_frame(read)
    inputs = Inputs(
        {code: frame[f"x{place}"] for code, place in zip(card.codes, places, strict=True)},
        {code: frame[f"a{place}"] for code, place in zip(card.codes, places, strict=True)},
        {},
    )
    return summary_of(frame, score_by_cards("shop", rules, inputs, frame["card"]).families)


def counted(run: int) -> Summary:
    """The counts that follow from the rows of `run` as they are now."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, {"run": run})
        rows = cursor.fetchall()
    found: Summary = {name: dict.fromkeys(labels, 0) for name, labels in _COUNTS.items()}
    found |= {"pool_value": dict.fromkeys(POOL_LABELS, 0.0), "high_value": 0}
    for name, label, customers, high_value, clv in rows:
        found[name][label] = customers
        if name == "pools":
            found["pool_value"][label] = float(clv)
            found["high_value"] += high_value
    return found


_COUNTS = {"pools": POOL_LABELS, "stages": STAGE_LABELS, "tiers": TIER_LABELS, "bands": BAND_LABELS}
_COUNTED = """
    SELECT CASE WHEN grouping(pool) = 0 THEN 'pools' WHEN grouping(stage) = 0 THEN 'stages'
                WHEN grouping(tier) = 0 THEN 'tiers' ELSE 'bands' END,
           coalesce(pool, stage, tier, health_band), count(*), count(*) FILTER (WHERE high_value),
           coalesce(sum(clv), 0)
    FROM scoring_customerscore WHERE run_id = %(run)s
    GROUP BY GROUPING SETS ((pool), (stage), (tier), (health_band))
    """


def added(summaries: list[Summary], *, less: Summary | None = None) -> Summary:
    """Counts and sums, added up part by part; those of `less` taken off."""
    signed = [(summary, 1) for summary in summaries] + ([] if less is None else [(less, -1)])
    total: Summary = {}
    for summary, sign in signed:
        for name, part in summary.items():
            if isinstance(part, dict):
                so_far = total.get(name, {})
                total[name] = {**so_far, **{key: so_far.get(key, 0) + sign * value for key, value in part.items()}}
            else:
                total[name] = total.get(name, 0) + sign * part
    return total


def _counts(codes: Array, labels: tuple[str, ...]) -> dict[str, int]:
    return dict(zip(labels, np.bincount(_places(codes, labels), minlength=len(labels)).tolist(), strict=True))


def _sums(codes: Array, values: Array, labels: tuple[str, ...]) -> dict[str, float]:
    sums = np.bincount(_places(codes, labels), weights=values, minlength=len(labels))
    return dict(zip(labels, sums.tolist(), strict=True))


def _places(codes: Array, labels: tuple[str, ...]) -> Array:
    """−1 is the last, empty label."""
    return np.where(codes < 0, len(labels) - 1, codes)
