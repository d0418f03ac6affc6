"""Which offers a customer may hold at once. New-customer and returning-customer offers never; others if both stack.

An offer is live from the claim of its message until it expires or is redeemed; a message that reached nobody holds
nothing. The caller holds the customers' rows (`lock_for_contacts`), which makes asking and reserving one act: two
campaigns that race for one customer can't both give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from campaigns.enums import MessageState, OfferAudience, Reason
from campaigns.models import Offer
from campaigns.selectors.at_send import Known
from retention.customers.enums import Purpose
from retention.customers.models import CustomerState

HOLDING = (
    MessageState.CLAIMED,
    MessageState.ATTEMPTING,
    MessageState.UNKNOWN,
    MessageState.ACCEPTED,
    MessageState.DELIVERED,
)
"""States of a message whose offer may have reached the customer, or is about to."""


@dataclass(frozen=True)
class Live:
    """An offer that a customer holds."""

    code: str
    audience: str
    stacks: bool
    until: datetime

    def excludes(self, offer: Offer) -> bool:
        """New and returning exclude each other whatever else holds; otherwise both must stack."""
        sides = {self.audience, offer.audience}
        return {OfferAudience.NEW, OfferAudience.RETURNING} <= sides or not (self.stacks and offer.stacks)


@dataclass(frozen=True)
class Refused:
    """Why an offer may not go out now; `until` is when the offer that excludes it ends, None for never."""

    reason: Reason
    until: datetime | None = None
    beside: str = ""


def refuse_combined(messages: Sequence[Known], *, now: datetime) -> dict[int, Refused]:
    """Those of `messages` whose offers may not be reserved, by key. Of two for one customer the first one is taken.

    Service is never held back: a compensation is owed, though it counts against what follows it.
    """
    offers = Offer.objects.in_bulk({each.offer for each in messages if each.offer is not None})
    asked = [(each, offers[each.offer]) for each in messages if each.offer is not None]
    customers = {each.customer for each, _offer in asked}
    if not customers:
        return {}
    live = _live(customers, {each.id for each in messages}, now)
    bought = _buyers(customers) if any(offer.audience != OfferAudience.ANYONE for _each, offer in asked) else set()
    refused: dict[int, Refused] = {}
    for each, offer in asked:
        held = live.setdefault(each.customer, [])
        answer = None if each.purpose == Purpose.SERVICE else _refusal(offer, held, each.customer in bought)
        if answer is not None:
            refused[each.id] = answer
            continue
        held.append(Live(offer.code, offer.audience, offer.stacks, now + timedelta(days=offer.valid_days)))
    return refused


def _refusal(offer: Offer, held: Sequence[Live], has_bought: bool) -> Refused | None:
    wrong = OfferAudience.NEW if has_bought else OfferAudience.RETURNING
    if offer.audience == wrong:
        return Refused(Reason.OFFER_AUDIENCE)
    excluding = [live for live in held if live.excludes(offer)]
    if not excluding:
        return None
    last = max(excluding, key=lambda live: live.until)
    return Refused(Reason.OTHER_OFFER, last.until, last.code)


def _live(customers: set[int], but: set[int], now: datetime) -> dict[int, list[Live]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT h.customer_id, h.code, h.audience, h.stacks, h.until FROM (
                SELECT m.customer_id, m.id, o.code, o.audience, o.stacks,
                       coalesce(k.expires_at, coalesce(m.accepted_at, %(now)s) + make_interval(days => o.valid_days))
                           AS until
                FROM campaigns_message m
                JOIN campaigns_step s ON s.id = m.step_id
                JOIN campaigns_offer o ON o.id = s.offer_id
                LEFT JOIN campaigns_coupon k ON k.message_id = m.id
                WHERE m.customer_id = ANY(%(customers)s) AND m.state = ANY(%(states)s) AND NOT m.id = ANY(%(but)s)
                  AND k.redeemed_at IS NULL
            ) h WHERE h.until > %(now)s ORDER BY h.customer_id, h.id
            """,
            {"now": now, "customers": list(customers), "states": list(HOLDING), "but": list(but)},
        )
        found: dict[int, list[Live]] = {}
        for customer, *values in cursor.fetchall():
            found.setdefault(customer, []).append(Live(*values))
    return found


def _buyers(customers: set[int]) -> set[int]:
    """Who ever bought: to everybody else a first order is still ahead."""
    states = CustomerState.objects.filter(customer__in=customers, order_days__gt=0).order_by()
    return set(states.values_list("customer_id", flat=True))
