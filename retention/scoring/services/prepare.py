"""Prepare a run: learn thresholds, fit the models, find cut points, and cut the customers into shards."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

from retention.common.errors import DomainError
from retention.customers.enums import Behaviour
from retention.customers.models import EventBehaviour
from retention.customers.selectors.state_sql import IdRange
from retention.scoring.enums import FullReason, RunKind, RunStatus
from retention.scoring.frames.accounts_seen import any_account_acted
from retention.scoring.frames.frame import Frame, stacked
from retention.scoring.frames.states import category_ids_by_code, load_states
from retention.scoring.models import ChurnCard, ScoreModel, ScoreRun, ScoreShard, SilenceThreshold
from retention.scoring.moment import Moment
from retention.scoring.rules import rules_in_force
from retention.scoring.science.model_fit import ModelFit
from retention.scoring.services.card_assignment import fix_customers
from retention.scoring.services.churn import train_churn
from retention.scoring.services.feeds import feeds_at
from retention.scoring.services.fit_details import fit_details
from retention.scoring.services.lifetime import Buyers, Parameters, buyers, fit_models, model_card, number
from retention.scoring.services.moves import Previous
from retention.scoring.services.paid_terms import note_paid_terms
from retention.scoring.services.plan import CODE_VERSION, Plan, clocks_of
from retention.scoring.services.ranges import ranges_of_customers
from retention.scoring.services.refresh import prepare_refresh
from retention.scoring.services.renewals import renewal_models
from retention.scoring.services.seen import look
from retention.scoring.services.thresholds import Thresholds, learn
from retention.scoring.services.value import value_cuts

NO_CUSTOMERS = IdRange(0, 0)
"""The one shard of a tenant that has accounts alone."""
States = dict[int, Frame]
"""Frames read while preparing, by number of shard: whoever prepares may score from them."""


def prepare(run: ScoreRun, moment: Moment, progress: Callable[[int, int], None]) -> States:
    """Store the plan and the shards of `run` and set it running: as the refresh that it was asked for, where one will
    do, else as a full run, with its models and thresholds.

    Raises DomainError when neither customers nor accounts have any fact by then and nothing runs in terms.
    """
    began = time.time()
    rules = rules_in_force(at=run.policy_at)
    seen = look(moment, now=run.started_at or run.requested_at)
    note_paid_terms(run, moment)
    why = FullReason.ASKED
    if run.kind == RunKind.REFRESH:
        reason = prepare_refresh(run, moment, rules, seen)
        if reason is None:
            return {}
        why = reason
    category_ids = category_ids_by_code()
    ranges = ranges_of_customers(rules.whole("runs.shard_customers")) or [NO_CUSTOMERS]
    states: States = {}
    for place, shard in enumerate(ranges):
        states[place] = load_states(moment, shard, category_ids)
        progress(place, len(ranges))
    whole = stacked(list(states.values()))
    renewals = renewal_models(run, moment, rules)
    if len(whole) == 0 and not renewals and not any_account_acted(moment):
        raise nobody(moment)
    chosen = buyers(whole, moment.day)
    fits = fit_models(chosen, rules)
    thresholds = learn(moment, rules, overrides_at=run.policy_at)
    clocks = clocks_of(thresholds, rules)
    churn = train_churn(moment, clocks, category_ids, rules, states=whole)
    log_ins = _log_ins()
    advances, previous = _place_in_time(run, log_ins)
    plan = Plan(
        rules,
        Parameters.of(fits, rules),
        value_cuts(whole, moment.day, rules),
        clocks,
        category_ids.tolist(),
        feeds_at(moment),
        churn.rule,
        advances,
        previous,
        log_ins,
        {model.name: [model.parameters, model.details] for model in renewals},
    )
    _store_models(run, fits, chosen)
    ScoreModel.objects.bulk_create(renewals)
    ChurnCard.objects.create(run=run, is_model=churn.rule.model is not None, card=churn.card_json())
    _store_thresholds(run, thresholds)
    fix_customers(run, rules, moment)
    ScoreShard.objects.bulk_create(
        ScoreShard(run=run, number=place, low=shard.low, high=shard.high) for place, shard in enumerate(ranges)
    )
    run.plan = plan.as_json()
    run.summary = {"sampled_from": thresholds.sampled_from, "began": began, "prepared": time.time(), "why": why}
    run.customers, run.shards, run.status = len(whole), len(ranges), RunStatus.RUNNING
    run.kind, run.seen, run.scored_on = RunKind.FULL, seen, run.as_of
    run.save(update_fields=["plan", "summary", "customers", "shards", "status", "kind", "seen", "scored_on"])
    return states


def nobody(moment: Moment) -> DomainError:
    """The refusal for a tenant without data by then."""
    return DomainError(
        "nothing_to_score",
        f"Nobody has bought or done anything by {moment.as_of:%Y-%m-%d}.",
        mend="Import orders or events first, or choose a later date.",
    )


def fingerprint(run: ScoreRun, plan: dict[str, Any], digests: list[str]) -> str:
    """One hash of everything that the scores were computed from: facts as of the moment, policies, code; of a refresh,
    also the fingerprint of the scores that it built on.

    Keys of rows and the cut into shards' ranges are left out, so that the same facts imported elsewhere agree.
    """
    parts: dict[str, Any] = {
        "version": CODE_VERSION,
        "as_of": run.as_of.isoformat(),
        **{name: plan[name] for name in ("rules", "parameters", "cuts", "clocks", "feeds")},
        "renewals": plan.get("renewals", {}),
        "inputs": digests,
    }
    if run.kind == RunKind.REFRESH:
        parts["base"] = plan["previous"]["fingerprint"]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _log_ins() -> list[str]:
    """Names of the events that are log-ins."""
    known = EventBehaviour.objects.filter(behaviour=Behaviour.LOG_IN)
    return list(known.order_by("name").values_list("name", flat=True))


def _place_in_time(run: ScoreRun, log_ins: list[str]) -> tuple[bool, Previous | None]:
    """Whether `run` will be the one in force, and on which run's pools it builds."""
    current = ScoreRun.objects.filter(is_current=True).first()
    if run.known_at is not None or run.policy_at is not None:
        return False, None
    if current is None:
        return True, None
    if current.as_of > run.as_of:
        return False, None
    plan = current.plan
    same_bounds = plan["rules"].get("pools.bounds") == rules_in_force().values["pools.bounds"]
    if not same_bounds or plan.get("log_ins") != log_ins:
        return True, None
    return True, Previous.of(current)


def _store_models(run: ScoreRun, fits: dict[str, ModelFit[Any]], chosen: Buyers) -> None:
    cards = []
    for name, fit in fits.items():
        card = model_card(fit)
        facts = {key: card.pop(key) for key in ("log_likelihood", "identified", "reason")}
        sizes = {key: card.pop(key) for key in ("customers", "repeat_customers")}
        errors = [number(error) for error in fit.relative_errors]
        details = fit_details(name, fit, chosen)
        cards.append(
            ScoreModel(run=run, name=name, parameters=card, relative_errors=errors, details=details, **facts, **sizes)
        )
    ScoreModel.objects.bulk_create(cards)


def _store_thresholds(run: ScoreRun, thresholds: Thresholds) -> None:
    keys = [*thresholds.category_ids, None, None]
    clocks = [*thresholds.clocks, "purchase", "visit"]
    SilenceThreshold.objects.bulk_create(
        SilenceThreshold(
            run=run,
            category_id=key,
            clock=clock,
            days=one.days,
            source=one.source.value,
            gaps=one.gaps,
            open_gaps=one.open_gaps,
            customers=one.customers,
            p50=one.p50,
            p90=one.p90,
            interval_low=None if one.interval is None else one.interval[0],
            interval_high=None if one.interval is None else one.interval[1],
            km_p50=one.km_p50,
            km_p90=one.km_p90,
            pooled=beside.pooled_json(),
            drift=beside.drift_json(),
        )
        for key, clock, one, beside in zip(keys, clocks, thresholds.everything(), thresholds.beside, strict=True)
    )
