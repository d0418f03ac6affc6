"""Why the mean health of many changed between two days: of a segment, of all customers, or of all accounts.

The split of one (`why_changed`), done for everybody at once: each part is the mean of the parts of those of whom a
health is known on both days, so that the parts add up to the difference of the means. Who came or went in between
moves nothing here: the same customers are compared.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from retention.customers.selectors.state_sql import IdList
from retention.scoring.frames.frame import Array, Frame
from retention.scoring.frames.states import load_states
from retention.scoring.models import AccountScore, CustomerScore
from retention.scoring.rules import Rules, rules_in_force
from retention.scoring.science.arrays import BoolArray, FloatArray
from retention.scoring.services.accounts import account_frame, account_inputs
from retention.scoring.services.card_assignment import assignment_at, card_labels
from retention.scoring.services.customer_health import customer_inputs
from retention.scoring.services.health_sides import Side, Whose, side_at
from retention.scoring.services.past import with_features
from retention.scoring.services.scorecards import Inputs, scorecard
from retention.scoring.services.why_changed import Bar, Cause, End, split_bars

PIECE = 2_000
"""Customers who are computed together."""


@dataclass(frozen=True)
class MeanChange:
    """Means over `known` of the `asked`; `bars` add up to now − then, and are empty where nobody is known on both.

    `sampled`: more were there than were asked.
    """

    card: str
    sides: tuple[Side, Side]
    then: float | None
    now: float | None
    known: int
    asked: int
    sampled: bool
    bars: tuple[Bar, ...]

    @property
    def difference(self) -> float | None:
        """now − then."""
        return None if self.then is None or self.now is None else self.now - self.then

    def total(self, *causes: Cause) -> float:
        """What these causes did together."""
        return sum(bar.points for bar in self.bars if bar.cause in causes)


def mean_change_of_customers(ids: Sequence[int], first: date, last: date, zone: str) -> MeanChange:
    """Of the customers with these keys, ascending; of more than `churn.sample_customers` some, spread evenly."""
    sides = side_at(first, zone), side_at(last, zone)
    step = max(math.ceil(len(ids) / rules_in_force().whole("churn.sample_customers")), 1)
    chosen = np.array(ids[::step], dtype=np.int64)
    pieces = [ManyCustomers(chosen[at : at + PIECE]) for at in range(0, len(chosen), PIECE)]
    return _mean("shop", pieces, sides, len(chosen), sampled=step > 1)


def mean_change_of_accounts(ids: Sequence[int], first: date, last: date, zone: str) -> MeanChange:
    """Of the accounts with these keys, ascending."""
    sides = side_at(first, zone), side_at(last, zone)
    return _mean("software", [ManyAccounts(np.array(ids))] if ids else [], sides, len(ids), sampled=False)


@dataclass(frozen=True)
class Many(Whose):
    """Customers or accounts by their keys, ascending."""

    ids: Array

    def frame(self, facts: Side, rhythm: Side, rules: Rules) -> Frame:
        """Those of them who were there, with everything that their inputs are made of."""
        raise NotImplementedError

    def measured(self, frame: Frame, facts: Side, rules: Rules) -> Inputs:
        """Their inputs."""
        raise NotImplementedError

    def shown(self, side: Side) -> dict[int, tuple[float | None, str]]:
        """Health and card as the day's run stored them, by key."""
        raise NotImplementedError

    def inputs(self, facts: Side, rhythm: Side, rules: Rules) -> Inputs | None:
        return self.seen(facts, rhythm, rules)[1]

    def seen(self, facts: Side, rhythm: Side, rules: Rules) -> tuple[Array, Inputs]:
        """The keys of those who were there, ascending, and their inputs."""
        frame = self.frame(facts, rhythm, rules)
        chosen = np.isin(frame.ids, self.ids)
        return frame.ids[chosen], self.measured(frame, facts, rules).of(chosen)


@dataclass(frozen=True)
class ManyCustomers(Many):
    """Customers."""

    card = "shop"
    on_rhythm = True

    def frame(self, facts: Side, rhythm: Side, rules: Rules) -> Frame:
        piece, moment = IdList(self.ids.tolist()), replace(facts.moment, named=True)
        states = load_states(moment, piece, np.array(rhythm.rhythm.category_ids, dtype=np.int64))
        return with_features(moment, piece, states, rhythm.rhythm.clocks, rules)

    def measured(self, frame: Frame, facts: Side, rules: Rules) -> Inputs:
        return customer_inputs(frame, rules, facts.feeds)

    def shown(self, side: Side) -> dict[int, tuple[float | None, str]]:
        if side.run is None:
            return {}
        rows = CustomerScore.objects.filter(run=side.run, as_of=side.run.as_of, customer__in=self.ids.tolist())
        return {key: (health, card) for key, health, card in rows.values_list("customer_id", "health", "health_card")}


@dataclass(frozen=True)
class ManyAccounts(Many):
    """Accounts."""

    card = "software"
    on_rhythm = False

    def frame(self, facts: Side, rhythm: Side, rules: Rules) -> Frame:
        return account_frame(facts.moment, rules)

    def measured(self, frame: Frame, facts: Side, rules: Rules) -> Inputs:
        return account_inputs(frame, facts.moment, rules, facts.feeds)

    def shown(self, side: Side) -> dict[int, tuple[float | None, str]]:
        if side.run is None:
            return {}
        rows = AccountScore.objects.filter(run=side.run, as_of=side.run.as_of, account__in=self.ids.tolist())
        return {key: (health, card) for key, health, card in rows.values_list("account_id", "health", "health_card")}


@dataclass(frozen=True)
class Seen:
    """Everybody on one of the days: keys, inputs, codes of cards, health as computed now, and as it was shown."""

    ids: Array
    inputs: Inputs
    cards: Array
    computed: FloatArray
    shown: FloatArray

    @property
    def known(self) -> BoolArray:
        """Of whom there is a health."""
        return ~np.isnan(self.computed) & ~np.isnan(self.shown)


def _seen(many: Many, side: Side) -> Seen:
    ids, inputs = many.seen(side, side, side.rules)
    stored = many.shown(side)
    labels = np.array(card_labels(many.card, side.rules))
    assigned = labels[assignment_at(many.card, side.rules, side.moment).places(ids)]
    cards = np.array(
        [stored[key][1] if key in stored else code for key, code in zip(ids.tolist(), assigned, strict=True)]
    )
    computed = np.full(len(ids), np.nan)
    for code in np.unique(cards).tolist():
        rows = np.flatnonzero(cards == code)
        computed[rows] = inputs.of(rows).score(scorecard(many.card, side.rules, code)).score
    shown = np.array(
        [stored[key][0] if key in stored else one for key, one in zip(ids.tolist(), computed, strict=True)]
    )
    return Seen(ids, inputs, cards, computed, shown.astype(np.float64))


@dataclass(frozen=True)
class Group:
    """Those who have the same two cards: both ends, and what was shown of them."""

    whose: Many
    ends: tuple[End, End]
    shown: tuple[FloatArray, FloatArray]

    @property
    def late(self) -> float:
        """Points, on average, that facts made which came in later."""
        before, after = (shown - end.parts.score for shown, end in zip(self.shown, self.ends, strict=True))
        return float((after - before).mean())


def _groups(many: Many, sides: tuple[Side, Side]) -> Iterator[Group]:
    """The known of both days, by their cards."""
    seen = [_seen(many, side) for side in sides]
    ids, *places = np.intersect1d(seen[0].ids, seen[1].ids, assume_unique=True, return_indices=True)
    known = seen[0].known[places[0]] & seen[1].known[places[1]]
    cards = [one.cards[place] for one, place in zip(seen, places, strict=True)]
    for pair in sorted(set(zip(*(card[known].tolist() for card in cards), strict=True))):
        mine = known & (cards[0] == pair[0]) & (cards[1] == pair[1])
        ends, shown = [], []
        for side, one, place, code in zip(sides, seen, places, pair, strict=True):
            inputs = one.inputs.of(place[mine])
            ends.append(End(side, code, inputs, inputs.score(scorecard(many.card, side.rules, code))))
            shown.append(one.shown[place[mine]])
        yield Group(replace(many, ids=ids[mine]), (ends[0], ends[1]), (shown[0], shown[1]))


def _mean(card: str, pieces: Sequence[Many], sides: tuple[Side, Side], asked: int, *, sampled: bool) -> MeanChange:
    points: defaultdict[tuple[Cause, str], float] = defaultdict(float)
    sums, known = np.zeros(2), 0
    for group in (group for piece in pieces for group in _groups(piece, sides)):
        size = len(group.whose.ids)
        bars = [*split_bars(group.whose, *group.ends), Bar(Cause.LATE, "late", group.late)]
        for bar in bars:
            points[bar.cause, bar.code] += bar.points * size
        sums += [shown.sum() for shown in group.shown]
        known += size
    if not known:
        return MeanChange(card, sides, None, None, 0, asked, sampled, ())
    then, now = (sums / known).tolist()
    bars = [Bar(cause, code, total / known) for (cause, code), total in points.items()]
    return MeanChange(card, sides, then, now, known, asked, sampled, tuple(bars))
