"""What follows when a message was taken by its provider, or certainly not: ledger, coupon, cost and facts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection

from campaigns.models import Coupon, Message
from campaigns.services.coupons import commit_coupons, release_coupons
from campaigns.services.offered_points import give_offered, take_offered_back
from retention.customers.models import Touch
from retention.customers.services.own_facts import OwnFact, record_facts
from retention.customers.services.touches import release_slots, settle_slots
from tenants.policies import policy_value


def slot_key(public_id: object) -> str:
    """By what the contact ledger knows a message."""
    return f"message:{public_id}"


def settle(messages: Sequence[int], *, now: datetime) -> None:
    """These were accepted at `now`: the contact was made, the coupon is given, the cost is counted. Twice is once."""
    if not messages:
        return
    keys = Message.objects.filter(pk__in=messages).order_by().values_list("public_id", flat=True)
    settle_slots((slot_key(key), now) for key in keys)
    commit_coupons(messages, now=now)
    _count_costs(messages, now)
    _grant_benefits(messages, now)
    give_offered(messages, now=now)


def release(messages: Collection[int]) -> None:
    """These reached nobody: place and coupon are free again."""
    if not messages:
        return
    keys = Message.objects.filter(pk__in=list(messages)).order_by().values_list("public_id", flat=True)
    release_slots([slot_key(key) for key in keys])
    release_coupons(messages)


def undo_contact(messages: Collection[int], *, now: datetime) -> None:
    """These were accepted and bounced: nobody was contacted after all, and what was given with them is taken back."""
    if not messages:
        return
    keys = Message.objects.filter(pk__in=list(messages)).order_by().values_list("public_id", flat=True)
    Touch.objects.filter(source_key__in=[slot_key(key) for key in keys]).delete()
    release_coupons(messages)
    take_offered_back(messages, now=now)


def _count_costs(messages: Sequence[int], now: datetime) -> None:
    costs = policy_value("costs.message")
    assert isinstance(costs, dict)
    priced = {channel: cost for channel, cost in costs.items() if cost}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO campaigns_costentry
                (campaign_id, customer_id, message_id, kind, amount, occurred_at, source_key)
            SELECT m.campaign_id, m.customer_id, m.id, 'message', p.amount, %s, 'message:' || m.public_id
            FROM campaigns_message m
            JOIN unnest(%s::text[], %s::numeric[]) AS p (channel, amount) ON p.channel = m.channel
            WHERE m.id = ANY(%s)
            ON CONFLICT (source_key) DO NOTHING
            """,
            [now, list(priced), list(priced.values()), list(messages)],
        )


def _grant_benefits(messages: Sequence[int], now: datetime) -> None:
    given = Coupon.objects.filter(message__in=messages).select_related("message", "offer").order_by("pk")
    facts = [
        OwnFact(
            event_id=f"benefit_granted:{coupon.message.public_id}",
            name="benefit_granted",
            occurred_at=now,
            customer=coupon.message.customer_id,
            properties={"benefit_id": str(coupon.offer.public_id), "coupon": coupon.code},
        )
        for coupon in given
        if coupon.message is not None
    ]
    record_facts(facts, now=now)
