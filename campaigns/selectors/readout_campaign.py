"""What a campaign brought: DEFINITIONS' win-back rates, each beside the holdout's.

Both sides are read by one clock that begins at the exposure, and the result rests on the outcomes that
:func:`campaigns.services.outcomes.count_outcomes` has counted up to the same day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from campaigns.models import Arm, Campaign, CostEntry
from campaigns.science.differences import Difference, Interval, compare
from campaigns.science.sums import Sums
from campaigns.selectors.experiment_sums import EXPOSED, rows_of, sum_experiment
from campaigns.selectors.readout import ReadoutResult, find_control, result_of
from retention.common.clock import end_of_day
from tenants.policies import policy_number


@dataclass(frozen=True)
class Funnel:
    """Customers of the treated side at each step; each counts once."""

    assigned: int
    attempted: int
    delivered: int
    clicked: int
    returned: int


@dataclass(frozen=True)
class Gain:
    """What the treated did more than the held-out, in all: per customer × customers."""

    total: float
    interval: Interval | None


@dataclass(frozen=True)
class Side:
    """One side's returns. `kept` and `lost_again` are counts out of `kept_of` and `returned`."""

    assigned: int
    returned: int
    kept: int
    kept_of: int
    lost_again: int

    @property
    def rate(self) -> float | None:
        """Returned ÷ assigned, the unreachable included."""
        return self.returned / self.assigned if self.assigned else None

    @property
    def kept_share(self) -> float | None:
        """Kept at 30 days ÷ those who returned at least 30 days ago."""
        return self.kept / self.kept_of if self.kept_of else None

    @property
    def lost_again_share(self) -> float | None:
        """Second churn ÷ returned."""
        return self.lost_again / self.returned if self.returned else None


@dataclass(frozen=True)
class CampaignReadout:
    """All of it, as of the end of a day. `roi` is incremental margin per unit of cost: 3.2 reads 1:3.2."""

    as_of: date
    funnel: Funnel
    treated: Side
    held_out: Side | None
    difference: Difference | None
    won_back: Gain | None
    orders: Gain | None
    net_revenue: Gain | None
    costs: Mapping[str, float]
    full_windows: int
    result: ReadoutResult

    @property
    def cost(self) -> float:
        """All cost: messages, benefits, minutes of people."""
        return sum(self.costs.values())

    @property
    def cost_per_win_back(self) -> float | None:
        """All cost ÷ (returned − holdout's rate × assigned); None when nobody more came than by themselves."""
        return self.cost / self.won_back.total if self.won_back and self.won_back.total > 0 else None

    @property
    def cost_per_returned(self) -> float | None:
        """All cost ÷ returned."""
        return self.cost / self.treated.returned if self.treated.returned else None

    @property
    def roi(self) -> float | None:
        """Incremental net revenue × margin ÷ cost."""
        if not self.cost or self.net_revenue is None:
            return None
        return self.net_revenue.total * policy_number("value.margin") / self.cost


def read_campaign(campaign: Campaign, *, as_of: date, zone: str) -> CampaignReadout | None:
    """The readout as of the end of `as_of`; None before the campaign has an experiment."""
    experiment = campaign.experiment
    if experiment is None:
        return None
    until = end_of_day(as_of, zone)
    control = find_control(experiment)
    arms = list(experiment.arms.all())
    sums = sum_experiment(experiment, until=until)
    sides = _sides(experiment.pk, control, as_of, until)
    pooled = {name: _pool(found, arms, control) for name, found in sums.metrics.items()}
    treated = sides.get(False, Side(0, 0, 0, 0, 0))
    held_out = sides.get(True)
    difference = compare(*pooled["returned"]) if "returned" in pooled and held_out else None
    return CampaignReadout(
        as_of=as_of,
        funnel=_funnel(campaign, experiment.pk, control, until, treated),
        treated=treated,
        held_out=held_out,
        difference=difference,
        won_back=_gain(pooled.get("returned"), held_out),
        orders=_gain(pooled.get("orders"), held_out),
        net_revenue=_gain(pooled.get("net_revenue"), held_out),
        costs=_costs(campaign, until),
        full_windows=_full_windows(experiment.pk, until),
        result=result_of(arms, sums, control=control),
    )


def _pool(found: Mapping[int, Sums], arms: list[Arm], control: Arm) -> tuple[Sums, Sums]:
    """(holdout, all other arms together)."""
    others = [found[arm.pk] for arm in arms if arm.pk != control.pk]
    together = Sums(
        sum(one.n for one in others),
        sum(one.total for one in others),
        sum(one.squares for one in others),
        all(one.binary for one in others),
    )
    return found[control.pk], together


def _gain(pooled: tuple[Sums, Sums] | None, held_out: Side | None) -> Gain | None:
    if pooled is None or held_out is None:
        return None
    control, treated = pooled
    if not control.n or not treated.n:
        return None
    found = compare(control, treated)
    interval = found.interval and (found.interval[0] * treated.n, found.interval[1] * treated.n)
    return Gain(found.difference * treated.n, interval)


def _costs(campaign: Campaign, until: datetime) -> dict[str, float]:
    rows = CostEntry.objects.filter(campaign=campaign, occurred_at__lt=until).order_by("kind").values_list("kind")
    return {kind: float(amount) for kind, amount in rows.annotate(total=Sum("amount"))}


def _sides(experiment: int, control: Arm, as_of: date, until: datetime) -> dict[bool, Side]:
    given = {
        "experiment": experiment,
        "control": control.pk,
        "until": until,
        "as_of": as_of,
        "kept_from": int(policy_number("campaigns.kept_from_days")),
        "kept_to": int(policy_number("campaigns.kept_to_days")),
        "second": int(policy_number("campaigns.second_churn_days")),
    }
    return {row[0]: Side(*row[1:]) for row in rows_of(_SIDES, given)}


def _funnel(campaign: Campaign, experiment: int, control: Arm, until: datetime, treated: Side) -> Funnel:
    given = {"experiment": experiment, "control": control.pk, "until": until, "campaign": campaign.pk}
    attempted, delivered, clicked = rows_of(_FUNNEL, given)[0]
    return Funnel(treated.assigned, attempted, delivered, clicked, treated.returned)


def _full_windows(experiment: int, until: datetime) -> int:
    given = {"experiment": experiment, "until": until, "days": int(policy_number("campaigns.return_days"))}
    found: int = rows_of(
        f"WITH {EXPOSED} SELECT count(*) FROM exposed WHERE exposed_at + make_interval(days => %(days)s) <= %(until)s",
        given,
    )[0][0]
    return found


_SIDES = f"""
    WITH {EXPOSED}, back AS (
        SELECT e.customer, e.arm_id = %(control)s AS held_out, min(o.occurred_at) AS at
        FROM exposed e LEFT JOIN campaigns_outcome o
            ON o.experiment_id = %(experiment)s AND o.metric = 'returned' AND o.customer_id = e.customer
            AND NOT o.withdrawn AND o.occurred_at >= e.exposed_at AND o.occurred_at < %(until)s
        GROUP BY e.customer, e.arm_id
    )
    SELECT held_out, count(*), count(at),
           count(*) FILTER (WHERE at + make_interval(days => %(kept_to)s) <= %(until)s AND (
               EXISTS (SELECT FROM customers_order o WHERE o.customer_id = customer AND o.superseded_at IS NULL
                       AND NOT o.withdrawn AND o.status = 'paid' AND o.amount >= 0
                       AND NOT (o.refunded > 0 AND o.refunded >= o.amount)
                       AND o.ordered_at >= at + make_interval(days => %(kept_from)s)
                       AND o.ordered_at < at + make_interval(days => %(kept_to)s + 1) AND o.ordered_at < %(until)s)
               OR EXISTS (SELECT FROM customers_event v JOIN customers_eventbehaviour b
                       ON b.name = v.name AND b.behaviour = 'log_in'
                       WHERE v.customer_id = customer AND v.superseded_at IS NULL AND NOT v.withdrawn
                       AND v.occurred_at >= at + make_interval(days => %(kept_from)s)
                       AND v.occurred_at < at + make_interval(days => %(kept_to)s + 1)
                       AND v.occurred_at < %(until)s))),
           count(*) FILTER (WHERE at + make_interval(days => %(kept_to)s) <= %(until)s),
           count(*) FILTER (WHERE EXISTS (SELECT FROM scoring_poolspell s WHERE s.customer_id = customer
               AND s.pool IN ('hibernating', 'lost') AND s.entered_on > at::date
               AND s.entered_on <= at::date + %(second)s AND s.entered_on <= %(as_of)s))
    FROM back GROUP BY held_out
    """
_FUNNEL = f"""
    WITH {EXPOSED}
    SELECT count(DISTINCT e.customer) FILTER (WHERE EXISTS (SELECT FROM campaigns_attempt a
               WHERE a.message_id = m.id AND a.began_at < %(until)s)),
           count(DISTINCT e.customer) FILTER (WHERE m.state = 'delivered'),
           count(DISTINCT e.customer) FILTER (WHERE m.clicked_at < %(until)s)
    FROM exposed e JOIN campaigns_message m ON m.customer_id = e.customer AND m.campaign_id = %(campaign)s
    WHERE e.arm_id <> %(control)s
    """
