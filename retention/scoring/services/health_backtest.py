"""A new scorecard, tried on the tenant's own past and on today, before anybody saves it.

The past is one horizon back: what was known of customers (accounts) then, and who has left since. A customer has left
without an order (visit clock: a log-in) since; an account whose term ended since has left when nothing runs beyond it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from retention.common.copying import NO_DAY
from retention.scoring.frames.frame import Array
from retention.scoring.models import ScoreRun
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.science.health import Health
from retention.scoring.science.health_trial import Flips, HealthTrial, TooFew, flips, try_cards
from retention.scoring.services.accounts import account_frame, account_inputs
from retention.scoring.services.card_assignment import assignment_at, score_by_cards
from retention.scoring.services.customer_health import customer_inputs
from retention.scoring.services.past import came_again, earlier, frames_at, pieces_of
from retention.scoring.services.plan import Plan, moment_of
from retention.scoring.services.scorecards import Inputs
from tenants.context import current_tenant


@dataclass(frozen=True)
class Today:
    """Both cards on the run's own day: keys of customers or accounts, and who flips."""

    ids: Array
    old: Health
    new: Health
    flips: Flips


@dataclass(frozen=True)
class BackTest:
    """`then` is the past day that was tried, `until` the day by which who left is told; `sampled`: not everybody."""

    then: date
    until: date
    trial: HealthTrial | TooFew
    today: Today | None
    sampled: bool


def try_customers(run: ScoreRun, old: Rules, new: Rules) -> BackTest:
    """The card of shops, on at most about `churn.sample_customers` of the customers."""
    plan, until = Plan.of(run), moment_of(run, current_tenant().timezone)
    then = earlier(until, old.whole("churn.horizon_days"))
    categories = np.array(plan.category_ids, dtype=np.int64)
    pieces = pieces_of(old.whole("churn.sample_customers"))
    past, left, before, now, ids = [], [], [], [], []
    for piece, frame in frames_at(then, pieces, plan.clocks, categories, old):
        known = ~np.isnan(frame["r"])
        past.append(customer_inputs(frame, old, plan.feeds).of(known))
        left.append(~came_again(then, until, piece, frame)[known])
        before.append(frame.ids[known])
    for _piece, frame in frames_at(until, pieces, plan.clocks, categories, old):
        now.append(customer_inputs(frame, old, plan.feeds))
        ids.append(frame.ids)
    cards = Cards("shop", old, new)
    trial = cards.tried(then, before, past, left, least=old.whole("churn.minimum_leavers"))
    return BackTest(then.as_of, until.as_of, trial, cards.today(until, ids, now), len(pieces) > 1)


def try_accounts(run: ScoreRun, old: Rules, new: Rules) -> BackTest:
    """The card of business software, on all accounts; the past knows those whose term has ended since."""
    plan, until = Plan.of(run), moment_of(run, current_tenant().timezone)
    then = earlier(until, old.whole("churn.horizon_days"))
    cards = Cards("software", old, new)
    least = old.whole("health.trial_accounts")
    before, after = account_frame(then, old), account_frame(until, old)
    if len(after) == 0:
        return BackTest(then.as_of, until.as_of, TooFew(0, least), None, sampled=False)
    due = (before["renews_on"] != NO_DAY) & (before["renews_on"] <= until.day)
    runs_on = (after["renews_on"] != NO_DAY) & (after["renews_on"] > until.day)
    past = account_inputs(before, then, old, plan.feeds).of(due)
    trial = cards.tried(then, [before.ids[due]], [past], [~runs_on[due]], least=least)
    today = cards.today(until, [after.ids], [account_inputs(after, until, old, plan.feeds)])
    return BackTest(then.as_of, until.as_of, trial, today, sampled=False)


@dataclass(frozen=True)
class Cards:
    """The cards of a kind in force, and those proposed: each customer or account is scored by the one it has."""

    kind: str
    old: Rules
    new: Rules

    def tried(
        self, then: Moment, ids: list[Array], inputs: list[Inputs], left: list[Array], *, least: int
    ) -> HealthTrial | TooFew:
        """Both on those parts of the past."""
        if not inputs:
            return TooFew(0, least)
        return try_cards(*self._scored(then, np.concatenate(ids), inputs), np.concatenate(left), least=least)

    def today(self, until: Moment, ids: list[Array], inputs: list[Inputs]) -> Today | None:
        """Both on those parts of today; None without any."""
        if not inputs:
            return None
        keys = np.concatenate(ids)
        old, new = self._scored(until, keys, inputs)
        return Today(keys, old, new, flips(old, new))

    def _scored(self, moment: Moment, ids: Array, inputs: list[Inputs]) -> tuple[Health, Health]:
        whole = Inputs.joined(inputs)
        old, new = (
            score_by_cards(self.kind, rules, whole, assignment_at(self.kind, rules, moment).places(ids))
            for rules in (self.old, self.new)
        )
        return old, new
