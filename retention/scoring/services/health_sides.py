"""What one customer's or account's health was made of on a day, and would be with other policies or thresholds.

A day has the policies that were in force when it ended; where a run as of that very day is kept, those of the run, and
the health that it showed. Inputs are computed from the facts as they are known now, by the code that scores everybody.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

import numpy as np
from django.db.models import QuerySet

from retention.customers.models import Account, Customer, CustomerState
from retention.customers.selectors.state_sql import IdRange
from retention.scoring.enums import RunStatus
from retention.scoring.frames.frame import Array, Frame
from retention.scoring.frames.states import category_ids_by_code, load_states
from retention.scoring.models import AccountScore, CustomerScore, ScoreHistory, ScoreRun
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules, rules_in_force
from retention.scoring.services.accounts import account_frame, account_inputs
from retention.scoring.services.card_assignment import assignment_at
from retention.scoring.services.customer_health import customer_inputs
from retention.scoring.services.feeds import feeds_at
from retention.scoring.services.past import with_features
from retention.scoring.services.plan import clocks_of, stored_clocks
from retention.scoring.services.scorecards import Inputs
from retention.scoring.services.standing import Clocks
from retention.scoring.services.thresholds import learn

NEAR_DAYS = 7
"""Thresholds move slowly: those of a run up to a week earlier are taken, before they are learned anew for one."""
Score = CustomerScore | AccountScore


@dataclass(frozen=True)
class Rhythm:
    """Silence thresholds, and the keys of the categories whose positions they have."""

    clocks: Clocks
    category_ids: list[int]

    def same_as(self, other: Rhythm) -> bool:
        """Whether nobody's silence would be judged otherwise by `other`."""
        mine, theirs = self.clocks, other.clocks
        return (
            self.category_ids == other.category_ids
            and np.array_equal(mine.purchase_days, theirs.purchase_days)
            and np.array_equal(mine.on_visits, theirs.on_visits)
            and mine.visit_days == theirs.visit_days
        )


@dataclass(frozen=True)
class OwnThresholds:
    """Days of silence that count as long for one customer: without an order, and without a log-in."""

    orders: float
    log_ins: float
    category_id: int | None


@dataclass(frozen=True)
class Side:
    """One of the two days: its moment, what held on it, and the score that a run stored, if one is kept."""

    moment: Moment
    rules: Rules
    decided_at: datetime
    feeds: frozenset[str]
    run: ScoreRun | None
    score: Score | None

    @cached_property
    def rhythm(self) -> Rhythm:
        """The thresholds of the day's run, or of one shortly before, else learned as of the day."""
        run = self.run or _run_before(self.moment.as_of)
        if run is not None:
            return Rhythm(stored_clocks(run), run.plan["category_ids"])
        learned = learn(self.moment, self.rules, overrides_at=self.decided_at)
        return Rhythm(clocks_of(learned, self.rules), category_ids_by_code().tolist())


class Whose(ABC):
    """Whose health it is, of one or of many, and how its inputs are found."""

    card: str
    on_rhythm: bool
    """Whether silence thresholds are among the inputs."""

    @abstractmethod
    def inputs(self, facts: Side, rhythm: Side, rules: Rules) -> Inputs | None:
        """Inputs from the facts of one side, the thresholds of a side, and policies; None: not there yet."""


class Subject(Whose):
    """One customer or account."""

    @property
    @abstractmethod
    def key(self) -> int:
        """Its primary key."""

    def card_of(self, side: Side) -> str:
        """The code of the scorecard of its own on that day; empty for everybody's."""
        if side.score is not None:
            return side.score.health_card
        return assignment_at(self.card, side.rules, side.moment).code_of(self.key)

    @abstractmethod
    def stored(self, run: ScoreRun) -> Score | None:
        """What `run` stored of its own day, while it is kept: a refresh leaves some as they were."""

    def known_since(self) -> date | None:
        """The day of its first fact, where that is kept."""
        return None

    def thresholds(self, facts: Side, rhythm: Side) -> OwnThresholds:
        """The silence thresholds of `rhythm` that apply to it by its category on the day of `facts`."""
        raise TypeError(f"no silence threshold applies to the card {self.card}")

    @abstractmethod
    def kept(self) -> list[Score]:
        """What the runs that are kept say, oldest first; of two runs of a day, the newer last."""

    def trail(self) -> list[tuple[date, float | None]]:
        """Days and healths that outlive their runs."""
        return []

    def side(self, day: date, zone: str) -> Side:
        """What held on `day`."""
        side = side_at(day, zone)
        return side if side.run is None else replace(side, score=self.stored(side.run))


def side_at(day: date, zone: str) -> Side:
    """What held on `day`, of nobody in particular."""
    moment = Moment(day, zone)
    run = _run_of(day)
    if run is None:
        return Side(moment, rules_in_force(at=moment.ends_at), moment.ends_at, feeds_at(moment), None, None)
    decided = run.started_at or run.requested_at
    rules = Rules({**rules_in_force(at=decided).values, **run.plan["rules"]})
    return Side(moment, rules, decided, frozenset(run.plan["feeds"]), run, None)


@dataclass(frozen=True)
class CustomerSubject(Subject):
    """A customer."""

    customer: Customer
    card = "shop"
    on_rhythm = True

    @property
    def key(self) -> int:
        return self.customer.pk

    def inputs(self, facts: Side, rhythm: Side, rules: Rules) -> Inputs | None:
        states = self._states(facts, rhythm)
        if len(states) == 0:
            return None
        frame = with_features(facts.moment, self._piece, states, rhythm.rhythm.clocks, rules)
        return customer_inputs(frame, rules, facts.feeds)

    def known_since(self) -> date | None:
        return CustomerState.objects.filter(customer=self.customer).values_list("first_seen_on", flat=True).first()

    def thresholds(self, facts: Side, rhythm: Side) -> OwnThresholds:
        known = rhythm.rhythm
        place = int(self._states(facts, rhythm)["category"][0])
        category_id = known.category_ids[place] if place >= 0 else None
        return OwnThresholds(float(known.clocks.purchase_days[place]), known.clocks.visit_days, category_id)

    @property
    def _piece(self) -> IdRange:
        return IdRange(self.customer.pk, self.customer.pk + 1)

    def _states(self, facts: Side, rhythm: Side) -> Frame:
        category_ids = np.array(rhythm.rhythm.category_ids, dtype=np.int64)
        return load_states(facts.moment, self._piece, category_ids)

    def stored(self, run: ScoreRun) -> Score | None:
        kept = CustomerScore.objects.select_related("run").filter(customer=self.customer, run=run, as_of=run.as_of)
        return kept.filter(as_of=run.as_of).first()  # what a refresh left as it was is of an earlier day

    def kept(self) -> list[Score]:
        rows = CustomerScore.objects.filter(customer=self.customer, run__in=_plain_runs())
        return list(rows.select_related("run").order_by("as_of", "run_id"))

    def trail(self) -> list[tuple[date, float | None]]:
        return list(ScoreHistory.objects.filter(customer=self.customer).values_list("as_of", "health"))


@dataclass(frozen=True)
class AccountSubject(Subject):
    """An account."""

    account: Account
    card = "software"
    on_rhythm = False

    @property
    def key(self) -> int:
        return self.account.pk

    def inputs(self, facts: Side, rhythm: Side, rules: Rules) -> Inputs | None:
        frame = account_frame(facts.moment, rules)
        mine: Array = frame.ids == self.account.pk
        return account_inputs(frame, facts.moment, rules, facts.feeds).of(mine) if mine.any() else None

    def stored(self, run: ScoreRun) -> Score | None:
        return (
            AccountScore.objects.select_related("run").filter(account=self.account, run=run, as_of=run.as_of).first()
        )

    def kept(self) -> list[Score]:
        rows = AccountScore.objects.filter(account=self.account, run__in=_plain_runs())
        return list(rows.select_related("run").order_by("as_of", "run_id"))


def _plain_runs() -> QuerySet[ScoreRun]:
    return ScoreRun.objects.filter(status=RunStatus.DONE, known_at=None, policy_at=None)


def _run_of(day: date) -> ScoreRun | None:
    """The run in force, or the newest as of `day`, by the policies and the knowledge of its time."""
    return _plain_runs().filter(as_of=day).order_by("-is_current", "-id").first()


def _run_before(day: date) -> ScoreRun | None:
    near = _plain_runs().filter(as_of__lt=day, as_of__gte=day - timedelta(days=NEAR_DAYS))
    return near.order_by("-as_of", "-id").first()
