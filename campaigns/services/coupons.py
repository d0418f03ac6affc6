"""Coupons: reserved when a message is claimed, given when it was accepted, free again when it failed.

The offer's row is the lock of its budget: `taken` moves under it, and a constraint holds it to the limit.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import F

from campaigns.enums import CouponState
from campaigns.models import Coupon, Offer

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are mistaken for each other when read aloud."""
CODE_LENGTH = 10


@dataclass(frozen=True)
class Given:
    """A code for one message, with what it is worth."""

    code: str
    value: Decimal
    expires_at: datetime


def reserve_coupons(wanted: Mapping[int, int], *, now: datetime) -> dict[int, Given]:
    """A code for each message (key inside → its offer); who is missing in the answer got none. In a transaction."""
    found: dict[int, Given] = {}
    offers = Offer.objects.select_for_update().filter(pk__in=set(wanted.values()), has_codes=True).order_by("pk")
    for offer in offers:
        messages = sorted(message for message, of in wanted.items() if of == offer.pk)
        left = len(messages) if offer.limit is None else max(0, offer.limit - offer.taken)
        coupons = _free(offer, messages[:left], now)
        Offer.objects.filter(pk=offer.pk).update(taken=F("taken") + len(coupons))
        for coupon in coupons:
            assert coupon.message_id is not None
            assert coupon.expires_at is not None
            found[coupon.message_id] = Given(coupon.code, offer.value, coupon.expires_at)
    return found


def needs_code(offers: Collection[int]) -> set[int]:
    """Those of `offers` whose messages can't go without a code."""
    return set(Offer.objects.filter(pk__in=offers, has_codes=True).order_by().values_list("pk", flat=True))


def commit_coupons(messages: Collection[int], *, now: datetime) -> None:
    """The messages were accepted: their codes are given."""
    Coupon.objects.filter(message__in=messages, state=CouponState.RESERVED).update(
        state=CouponState.COMMITTED, given_at=now
    )


@transaction.atomic
def release_coupons(messages: Collection[int]) -> None:
    """The messages did not reach anybody: their codes are free again, and so is their part of the budget."""
    held = Coupon.objects.filter(message__in=messages, state__in=[CouponState.RESERVED, CouponState.COMMITTED])
    offers = sorted(set(held.order_by().values_list("offer_id", flat=True)))
    if not offers:
        return
    list(Offer.objects.select_for_update().filter(pk__in=offers).order_by("pk").values_list("pk"))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH freed AS (
                UPDATE campaigns_coupon k SET state = 'free', message_id = NULL, expires_at = NULL, given_at = NULL
                WHERE k.message_id = ANY(%s) AND k.state IN ('reserved', 'committed') RETURNING k.offer_id
            )
            UPDATE campaigns_offer o SET taken = o.taken - f.freed
            FROM (SELECT offer_id, count(*) AS freed FROM freed GROUP BY offer_id) f WHERE f.offer_id = o.id
            """,
            [list(messages)],
        )


def _free(offer: Offer, messages: list[int], now: datetime) -> list[Coupon]:
    """A code each: free ones first, then new ones where the offer makes its own."""
    free = list(Coupon.objects.filter(offer=offer, state=CouponState.FREE).order_by("pk")[: len(messages)])
    expires_at = now + timedelta(days=offer.valid_days)
    for coupon, message in zip(free, messages, strict=False):
        coupon.message_id, coupon.state, coupon.expires_at = message, CouponState.RESERVED, expires_at
    Coupon.objects.bulk_update(free, ["message", "state", "expires_at"])
    if not offer.makes_codes:
        return free
    made = [
        Coupon(offer=offer, code=_code(), message_id=message, state=CouponState.RESERVED, expires_at=expires_at)
        for message in messages[len(free) :]
    ]
    return [*free, *Coupon.objects.bulk_create(made)]


def _code() -> str:
    """31^10 codes: nobody guesses one, and two never met."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
