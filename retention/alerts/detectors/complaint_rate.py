"""Complaint rate: orders with their first *service* complaint in seven days ÷ orders paid in seven days.

A complaint belongs to the order that it names (``order_id``), else to the last order that its customer had paid by
then; an order counts at its first service complaint only. Without any order: complaining ÷ logged-in customers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.alerts.detectors.base import Detector, Evidence, Finding, real, register, too_few, whole
from retention.alerts.detectors.lists import customers_in
from retention.alerts.enums import Level
from retention.common import formats
from retention.customers.selectors.state_sql import WHO_COUNTS
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from tenants.people.enums import RoleName

CODE = "complaint_rate"
LIMITS = "monitors.complaint_rate"


@dataclass(frozen=True)
class Complaints:
    """Orders with a first complaint among orders paid; and the same of customers, for a business without orders."""

    orders: int
    complained: int
    customers: int
    complaining: int


def look(moment: Moment, rules: Rules) -> list[Finding]:
    """The one finding about the whole business."""
    return [judge(gather(moment, rules), moment.as_of, rules)]


def gather(moment: Moment, rules: Rules) -> Complaints:
    """The counts of the last days."""
    since = "> %(as_of)s::date - %(days)s::int"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH voices AS (
                SELECT e.customer_id, e.occurred_on, coalesce(
                    (SELECT o.external_id FROM customers_order o
                     WHERE {moment.orders()} AND o.customer_id = e.customer_id
                       AND o.external_id = e.properties ->> 'order_id' LIMIT 1),
                    (SELECT o.external_id FROM customers_order o
                     WHERE {moment.purchases()} AND o.customer_id = e.customer_id AND o.ordered_at <= e.occurred_at
                       AND e.properties ->> 'order_id' IS NULL
                     ORDER BY o.ordered_at DESC, o.id DESC LIMIT 1)) AS placed
                FROM customers_event e JOIN customers_customer c ON c.id = e.customer_id
                WHERE {moment.events()} AND {WHO_COUNTS} AND e.name = 'complaint_opened'
                  AND split_part(e.properties ->> 'topic', '.', 1) = 'service'
            )
            SELECT (SELECT count(DISTINCT o.external_id) FROM customers_order o
                    JOIN customers_customer c ON c.id = o.customer_id
                    WHERE {moment.orders()} AND {WHO_COUNTS} AND o.status = 'paid' AND o.amount >= 0
                      AND o.ordered_on {since}),
                   (SELECT count(*) FROM (SELECT placed FROM voices WHERE placed IS NOT NULL
                    GROUP BY placed HAVING min(occurred_on) {since}) AS first_ones),
                   (SELECT count(DISTINCT e.customer_id) FROM customers_event e
                    JOIN customers_eventbehaviour b ON b.name = e.name AND b.behaviour = 'log_in'
                    JOIN customers_customer c ON c.id = e.customer_id
                    WHERE {moment.events()} AND {WHO_COUNTS} AND e.occurred_on {since}),
                   (SELECT count(DISTINCT customer_id) FROM voices WHERE occurred_on {since})
            """,
            {**moment.params, "days": int(rules.table(LIMITS)["days"])},
        )
        return Complaints(*cursor.fetchone())


def judge(sums: Complaints, as_of: date, rules: Rules) -> Finding:
    """The finding from the counts: no clock, no database."""
    limits = rules.table(LIMITS)
    of_orders = sums.orders > 0
    base, part = (sums.orders, sums.complained) if of_orders else (sums.customers, sums.complaining)
    counts: Evidence = {"part": part, "base": base, "of_orders": of_orders, "days": int(limits["days"])}
    if short := too_few(CODE, as_of, (base, max(limits["base"], 1)), (part, limits["complaints"]), evidence=counts):
        return short
    value = part / base
    return Finding(
        CODE,
        as_of,
        fired=value > limits["share"],
        value=value,
        threshold=limits["share"],
        sample=base,
        minimum=int(limits["base"]),
        affected=sums.complaining,
        evidence={**counts, "value": value},
    )


def sentence(evidence: Evidence) -> str:
    """How many orders, or customers, brought a complaint."""
    counts = {
        "part": formats.number(whole(evidence["part"])),
        "base": formats.number(whole(evidence["base"])),
        "days": formats.days(whole(evidence["days"])),
        "value": formats.share(real(evidence["value"]), 2),
    }
    if evidence["of_orders"]:
        return (
            _("%(part)s of %(base)s orders in %(days)s brought a first complaint about service: %(value)s.") % counts
        )
    return _("%(part)s of %(base)s customers of %(days)s complained about service: %(value)s.") % counts


register(
    Detector(
        CODE,
        gettext_lazy("Complaint rate"),
        gettext_lazy("Level one, service: too many orders bring a complaint about service."),
        "share",
        look,
        sentence,
        urgency=Level.HIGH,
        owner_role=RoleName.SUPPORT,
        feeds=("orders",),
        policies=(LIMITS,),
        affected_url=customers_in("service_lost"),
        order=50,
    )
)
