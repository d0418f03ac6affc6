"""Coupons that came back: an order with the code, or a `benefit_used` that names it, redeems it once."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

_REDEEM = """
WITH used AS (
    SELECT k.id, m.id AS message_id, m.public_id, m.campaign_id, m.customer_id, f.value, min(u.at) AS at
    FROM campaigns_coupon k
    JOIN campaigns_offer f ON f.id = k.offer_id
    JOIN campaigns_message m ON m.id = k.message_id
    JOIN customers_customer c ON c.id = m.customer_id
    CROSS JOIN LATERAL (
        SELECT o.ordered_at AS at FROM customers_order o
        WHERE o.customer_id IN (c.id, c.merged_into_id) AND o.coupon = k.code
          AND o.superseded_at IS NULL AND NOT o.withdrawn AND o.status = 'paid'
        UNION ALL
        SELECT e.occurred_at FROM customers_event e
        WHERE e.customer_id IN (c.id, c.merged_into_id) AND e.name = 'benefit_used'
          AND e.properties ->> 'coupon' = k.code AND e.superseded_at IS NULL AND NOT e.withdrawn
    ) u
    WHERE k.state = 'committed' AND u.at <= %(now)s
    GROUP BY k.id, m.id, f.id
), redeemed AS (
    UPDATE campaigns_coupon k SET state = 'redeemed', redeemed_at = u.at FROM used u
    WHERE k.id = u.id AND k.state = 'committed' RETURNING u.*
), booked AS (
    INSERT INTO campaigns_costentry
        (campaign_id, customer_id, message_id, kind, amount, occurred_at, source_key)
    SELECT r.campaign_id, r.customer_id, r.message_id, 'benefit', r.value, r.at, 'coupon:' || r.public_id
    FROM redeemed r WHERE r.value > 0
    ON CONFLICT (source_key) DO NOTHING
)
SELECT count(*) FROM redeemed
"""


def redeem_coupons(*, now: datetime) -> int:
    """Redeem what was used up to `now`, and book what each is worth among its campaign's costs; how many those were.

    The code is the customer's to whom it was sent: somebody else's order with it says nothing of them. Run as often as
    one likes: what is redeemed stays so, and costs once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REDEEM, {"now": now})
        found: int = cursor.fetchone()[0]
    return found
