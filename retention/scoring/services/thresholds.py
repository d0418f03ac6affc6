"""Learn silence thresholds from the tenant's own gaps, as of a moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from django.db import connection, transaction
from django.db.models import Q

from retention.common.copying import ColumnKind, read_columns
from retention.customers.enums import Clock
from retention.customers.models import Category
from retention.customers.selectors.state_sql import WHO_COUNTS
from retention.customers.services.state import planned_for_sets
from retention.scoring.frames.frame import Array
from retention.scoring.models import ThresholdOverride
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.science.gaps import gaps_between, up_the_tree
from retention.scoring.science.thresholds import CategoryRule, LearnedThreshold, learn_thresholds
from retention.scoring.services.beside_thresholds import NOTHING_BESIDE, Beside, beside_categories

TENANT = "*"
"""Stands for the whole tenant among categories: order days in any category."""
VISITS = "*log_in"
"""Stands for the tenant's log-ins."""


@dataclass(frozen=True)
class Thresholds:
    """All thresholds of a moment; `categories` in the order of their codes, with clock and key aligned."""

    category_ids: list[int]
    clocks: list[str]
    categories: list[LearnedThreshold]
    tenant: LearnedThreshold
    visits: LearnedThreshold
    beside: list[Beside]
    """What stands beside each of `everything`."""
    sampled_from: int | None
    """Customers in the sample's base when only a sample was used."""

    def purchase_days(self) -> Array:
        """T of the purchase clock by position of category; the last element (position −1) is the tenant's."""
        return np.array([*(one.days for one in self.categories), self.tenant.days])

    def sources(self) -> list[str]:
        """Where these T come from, by the same positions."""
        return [*(one.source.value for one in self.categories), self.tenant.source.value]

    def on_visit_clock(self, rules: Rules) -> Array:
        """Whether log-ins end a silence, by position of category; the last element is the tenant's own clock."""
        clocks = [*self.clocks, rules.text("silence.clock")]
        return np.array([clock == Clock.VISIT for clock in clocks])

    def everything(self) -> list[LearnedThreshold]:
        """Categories, then the tenant, then visits."""
        return [*self.categories, self.tenant, self.visits]


def threshold_row(learned: LearnedThreshold, beside: Beside) -> dict[str, object]:
    """A line of ``thresholds``."""
    return {
        "category": learned.category,
        "gaps": learned.gaps,
        "open_gaps": learned.open_gaps,
        "p50": learned.p50,
        "p90": learned.p90,
        "interval": None if learned.interval is None else list(learned.interval),
        "km_p50": learned.km_p50,
        "km_p90": learned.km_p90,
        "days": learned.days,
        "source": learned.source.value,
        "pooled": beside.pooled_json(),
        "drift": beside.drift_json(),
    }


def learn(moment: Moment, rules: Rules, *, overrides_at: datetime | None = None) -> Thresholds:
    """Thresholds from the gaps of the window up to `moment`; overrides in force now, or at `overrides_at`, count."""
    categories = [
        (*row[:-1], row[-1] or rules.text("silence.clock"))
        for row in Category.objects.order_by("code").values_list("id", "code", "name", "parent_id", "clock")
    ]
    place = {row[0]: position for position, row in enumerate(categories)}
    overrides = _overrides(overrides_at)
    own = [
        CategoryRule(
            code,
            place.get(parent),
            preset_days(f"{code} {name}", rules),
            overrides.get((key, Clock.PURCHASE.value)),
        )
        for key, code, name, parent, _clock in categories
    ]
    step, base = _sampling(rules)
    window = rules.whole("silence.window_days")
    tenant = CategoryRule(
        TENANT, None, rules.number("silence.preset_days"), overrides.get((None, Clock.PURCHASE.value))
    )
    with transaction.atomic(), planned_for_sets():
        customer, category, day = _category_days(moment, window, step, [row[0] for row in categories])
        visits, beside_visits = _learn_visits(moment, rules, step, overrides.get((None, Clock.VISIT.value)))
    parents = np.array([place.get(row[3], -1) for row in categories], dtype=np.int64)
    closed, still_open = gaps_between(
        *up_the_tree(customer, category, day, parents), as_of=moment.day, window_days=window
    )
    learned = learn_thresholds(closed, still_open, own, tenant=tenant, policy=rules.thresholds)
    beside = beside_categories(closed, learned, parents, rules)
    clocks = [row[4] for row in categories]
    shown = [
        replace(one, days=visits.days, source=visits.source) if clock == Clock.VISIT else one
        for one, clock in zip(learned[:-1], clocks, strict=True)
    ]
    of_clock = [NOTHING_BESIDE if clock == Clock.VISIT else one for one, clock in zip(beside, clocks, strict=False)]
    return Thresholds(
        [row[0] for row in categories],
        clocks,
        shown,
        learned[-1],
        visits,
        [*of_clock, beside[-1], beside_visits],
        base,
    )


def preset_days(words: str, rules: Rules) -> float:
    """The threshold of a category too thin to learn from, by what its name says."""
    lower = words.lower()
    for kind in ("baby", "electronics"):
        if any(word in lower for word in rules.words(f"silence.preset_{kind}_words")):
            return rules.number(f"silence.preset_{kind}_days")
    return rules.number("silence.preset_days")


def _overrides(at: datetime | None) -> dict[tuple[int | None, str], float]:
    rows = ThresholdOverride.objects.filter(ended_at=None)
    if at is not None:
        rows = ThresholdOverride.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at), set_at__lte=at)
    return {(category, clock): days for category, clock, days in rows.values_list("category_id", "clock", "days")}


def _sampling(rules: Rules) -> tuple[int, int | None]:
    """Take every step-th customer: 1 and None unless there are more than the policy allows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_customerstate")
        (customers,) = cursor.fetchone()
    step = -(-customers // rules.whole("silence.sample_customers"))
    return max(step, 1), customers if step > 1 else None


def _sample(alias: str, step: int) -> str:
    return "" if step == 1 else f" AND mod({alias}.customer_id, {step}) = 0"


def _category_days(moment: Moment, window: int, step: int, category_ids: list[int]) -> tuple[Array, Array, Array]:
    """Customer, category position (−1: none) and order day, repeats left in: sorting them out here is quicker."""
    lines = "LEFT JOIN customers_orderline l ON l.order_id = o.id AND l.amount >= 0" if category_ids else ""
    category = "coalesce(l.category_id, -1)" if category_ids else "-1"
    read = read_columns(
        f"""SELECT o.customer_id, {category} AS category, o.ordered_on AS day
        FROM customers_order o JOIN customers_customer c ON c.id = o.customer_id {lines}
        WHERE {moment.purchases()} AND o.ordered_on > %(as_of)s - %(window)s AND {WHO_COUNTS}{_sample("o", step)}""",
        {**moment.params, "window": window},
        {"customer_id": ColumnKind.WHOLE, "category": ColumnKind.WHOLE, "day": ColumnKind.DAY},
    )
    by_key = np.argsort(category_ids) if category_ids else np.empty(0, dtype=np.int64)
    category_place = np.full(len(read["category"]), -1, dtype=np.int64)
    known = read["category"] >= 0
    keys = np.array(category_ids, dtype=np.int64)
    category_place[known] = by_key[np.searchsorted(keys[by_key], read["category"][known])]
    _people, customer = np.unique(read["customer_id"], return_inverse=True)
    return customer, category_place, read["day"]


def _learn_visits(moment: Moment, rules: Rules, step: int, override: float | None) -> tuple[LearnedThreshold, Beside]:
    window = rules.whole("silence.window_days")
    read = read_columns(
        f"""SELECT DISTINCT e.customer_id, e.occurred_on AS day
        FROM customers_event e JOIN customers_eventbehaviour b ON b.name = e.name
             JOIN customers_customer c ON c.id = e.customer_id
        WHERE {moment.events()} AND b.behaviour = 'log_in' AND e.occurred_on > %(as_of)s - %(window)s
          AND {WHO_COUNTS}{_sample("e", step)}""",
        {**moment.params, "window": window},
        {"customer_id": ColumnKind.WHOLE, "day": ColumnKind.DAY},
    )
    _people, customer = np.unique(read["customer_id"], return_inverse=True)
    nowhere = np.zeros(len(customer), dtype=np.int64)
    closed, still_open = gaps_between(customer, nowhere, read["day"], as_of=moment.day, window_days=window)
    rule = CategoryRule(VISITS, None, rules.number("silence.preset_days"), override)
    learned = learn_thresholds(closed, still_open, [], tenant=rule, policy=rules.thresholds)
    (beside,) = beside_categories(closed, learned, np.empty(0, dtype=np.int64), rules)
    return learned[0], beside
