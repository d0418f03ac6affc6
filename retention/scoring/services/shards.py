"""Score one range of customers and store the result, in one transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from retention.common.copying import Days, Flags, Labels, RealLists, Reals, WholeNumbers, write_columns
from retention.customers.enums import Clock
from retention.customers.selectors.state_sql import IdRange
from retention.scoring.enums import RunKind, ThresholdSource
from retention.scoring.frames.features import load_features
from retention.scoring.frames.frame import Array, Frame
from retention.scoring.frames.states import load_states
from retention.scoring.frames.whose import Chosen
from retention.scoring.models import ScoreRun
from retention.scoring.moment import Moment, day_number
from retention.scoring.own_cards import own_cards
from retention.scoring.services.card_assignment import card_labels, fixed_places, score_by_cards
from retention.scoring.services.churn_rule import churn_columns
from retention.scoring.services.customer_health import customer_inputs
from retention.scoring.services.due import NEVER, due_column
from retention.scoring.services.lifetime import lifetime_columns
from retention.scoring.services.moves import drop_spells, find_moves
from retention.scoring.services.plan import Plan
from retention.scoring.services.refresh import restated_in
from retention.scoring.services.rhythm import rhythm_columns
from retention.scoring.services.scorecards import BAND_LABELS, health_columns
from retention.scoring.services.standing import (
    POOL_LABELS,
    STAGE_LABELS,
    false_churn_of,
    pool_column,
    silence_columns,
    stage_column,
)
from retention.scoring.services.summary import NOTHING, added, stored_summary, summary_of
from retention.scoring.services.value import LABELS as TIER_LABELS
from retention.scoring.services.value import value_columns

SOURCES = tuple(ThresholdSource.values)


@dataclass(frozen=True)
class ShardResult:
    """What a shard reports: how many, a hash of what they were computed from, and its part of the run's summary."""

    customers: int
    digest: str
    summary: dict[str, Any]


def score_shard(run: ScoreRun, plan: Plan, moment: Moment, shard: IdRange, states: Frame | None = None) -> ShardResult:
    """Compute and COPY the scores of `shard`; `states` saves reading them again."""
    if run.kind == RunKind.REFRESH:
        return _restate(run, plan, moment, shard)
    return _score(run, plan, moment, shard, states)


def _restate(run: ScoreRun, plan: Plan, moment: Moment, shard: IdRange) -> ShardResult:
    """Those of the shard whom the refresh looks at; its summary is what changes by that."""
    chosen, news = restated_in(run, shard)
    assert plan.previous is not None  # a refresh builds on the run in force
    before = stored_summary(plan.previous.run, chosen, plan.rules)
    result = _score(run, plan, moment, chosen, news=news)
    return replace(result, summary=added([result.summary], less=before))


def _score(
    run: ScoreRun,
    plan: Plan,
    moment: Moment,
    shard: Chosen,
    states: Frame | None = None,
    news: Array | None = None,
) -> ShardResult:
    categories = np.array(plan.category_ids, dtype=np.int64)
    if states is None:
        states = load_states(moment, shard, categories)
    if len(states) == 0:
        drop_spells(shard, plan.previous, run.pk)
        return ShardResult(0, "", NOTHING)
    inputs = load_features(moment, shard, plan.rules, states)
    frame = inputs.with_columns(**silence_columns(inputs, moment.day, plan.clocks))
    frame = frame.with_columns(**lifetime_columns(frame, moment.day, plan.parameters, plan.rules))
    frame = frame.with_columns(**value_columns(frame, moment.day, plan.cuts, plan.rules))
    rhythm = rhythm_columns(moment, shard, frame, plan.clocks, plan.rules)
    frame = frame.with_columns(**rhythm)
    frame = frame.with_columns(**churn_columns(frame, moment.day, plan.churn, plan.rules))
    evidence = false_churn_of(frame, moment.day, plan.rules)
    frame = frame.with_columns(pool=pool_column(frame, moment.day, evidence, plan.rules))
    frame = frame.with_columns(stage=stage_column(frame, moment.day, frame["pool"], frame["returned"], plan.rules))
    metrics = customer_inputs(frame, plan.rules, plan.feeds)
    places = fixed_places(run, shard, frame, plan.rules)
    health = score_by_cards("shop", plan.rules, metrics, places)
    frame = frame.with_columns(**health_columns(health, metrics), health_card=places)
    frame = frame.with_columns(due_on=due_column(frame, moment.day, plan.cuts, plan.parameters, plan.rules))
    _store(run, frame, plan, evidence.words(), ("", *(cap.code for cap in health.card.caps)))
    if plan.advances:
        find_moves(moment, shard, frame, plan.rules, plan.previous, run.pk, news)
    told_apart = {"health_card": places} if own_cards("shop", plan.rules) else {}
    return ShardResult(len(frame), _digest(inputs, {**rhythm, **told_apart}), summary_of(frame, health.families))


def _digest(inputs: Frame, rhythm: dict[str, Array]) -> str:
    return hashlib.sha256((inputs.digest() + Frame(inputs.ids, rhythm).digest()).encode()).hexdigest()


def _store(run: ScoreRun, frame: Frame, plan: Plan, false_churn: list[str], caps: tuple[str, ...]) -> None:
    size = len(frame)
    category = frame["category"]
    keys = np.array([*plan.category_ids, 0], dtype=np.int64)
    on_visits = frame["on_visits"].astype(bool)
    source_codes = np.array([SOURCES.index(source) for source in plan.clocks.sources])
    source = np.where(on_visits, SOURCES.index(plan.clocks.visit_source), source_codes[category])
    scored = frame["r_score"] == 0
    write_columns(
        "scoring_customerscore",
        {
            "customer_id": WholeNumbers(frame.ids),
            "run_id": WholeNumbers(np.full(size, run.pk)),
            "as_of": Days(np.full(size, day_number(run.as_of))),
            "frequency": WholeNumbers(frame["frequency"], 4, frame["frequency"] < 0),
            "recency": Reals(frame["recency"]),
            "t": Reals(frame["t"]),
            "monetary_value": Reals(frame["monetary_value"]),
            "p_alive": Reals(frame["p_alive"]),
            "expected_90d": Reals(frame["expected_90d"]),
            "return_12m": Reals(frame["return_12m"]),
            "clv": Reals(frame["clv"]),
            "churn_probability": Reals(frame["churn_probability"]),
            **({"churn_why": RealLists(frame["churn_why"])} if "churn_why" in frame.columns else {}),
            "r_score": WholeNumbers(frame["r_score"], 2, scored),
            "f_score": WholeNumbers(frame["f_score"], 2, scored),
            "m_score": WholeNumbers(frame["m_score"], 2, scored),
            "tier": Labels(frame["tier"], TIER_LABELS),
            "high_value": Flags(frame["high_value"]),
            "clock": Labels(on_visits.astype(np.int64), (Clock.PURCHASE.value, Clock.VISIT.value)),
            "category_id": WholeNumbers(keys[category], 8, category < 0),
            "purchase_silence": _whole(frame["purchase_silence"]),
            "visit_silence": _whole(frame["visit_silence"]),
            "threshold_days": Reals(frame["threshold_days"]),
            "threshold_source": Labels(source, SOURCES),
            "r": Reals(frame["r"]),
            "purchase_r": Reals(frame["purchase_r"]),
            "visit_r": Reals(frame["visit_r"]),
            "pool": Labels(frame["pool"], POOL_LABELS),
            "stage": Labels(frame["stage"], STAGE_LABELS),
            "false_churn": _labels(false_churn),
            "health": Reals(frame["health"]),
            "health_band": Labels(frame["health_band"], BAND_LABELS),
            "health_cap": Labels(frame["health_cap"], caps),
            "health_card": Labels(frame["health_card"], card_labels("shop", plan.rules)),
            "health_x": RealLists(frame["health_x"]),
            "health_absence": _labels(frame["health_absence"].tolist()),
            "due_on": _days(frame["due_on"]),
        },
    )


def _whole(values: Array) -> WholeNumbers:
    missing = np.isnan(values)
    return WholeNumbers(np.where(missing, 0, values), 4, missing)


def _days(values: Array) -> Days:
    never = values == NEVER
    return Days(np.where(never, 0, values), never)


def _labels(words: list[str]) -> Labels:
    distinct = list(dict.fromkeys(words))
    place = {word: position for position, word in enumerate(distinct)}
    return Labels(np.array([place[word] for word in words], dtype=np.int64), distinct)
