"""What is stopped: by the platform, by the tenant, a channel or a campaign. Asked in every claim and every attempt."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from tenants.selectors.platform import SENDING_IS_OFF

STOPPED = f"""
    ({SENDING_IS_OFF}
     OR EXISTS (SELECT FROM campaigns_stopswitch w
                WHERE w.off_at IS NULL AND (w.channel = '' OR w.channel = m.channel)
                  AND (w.campaign_id IS NULL OR w.campaign_id = m.campaign_id)))"""
"""True of a message `m` that must not go out now."""


@dataclass(frozen=True)
class Stopped:
    """What is stopped now."""

    everything: bool
    channels: frozenset[str]
    campaigns: frozenset[int]


def what_is_stopped() -> Stopped:
    """Platform and tenant together stop everything; a switch for a channel of one campaign is left to the check."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT '' AS channel, NULL::bigint AS campaign WHERE {SENDING_IS_OFF}
            UNION ALL
            SELECT w.channel, w.campaign_id FROM campaigns_stopswitch w WHERE w.off_at IS NULL
            """
        )
        rows: list[tuple[str, int | None]] = cursor.fetchall()
    return Stopped(
        any(not channel and campaign is None for channel, campaign in rows),
        frozenset(channel for channel, campaign in rows if channel and campaign is None),
        frozenset(campaign for channel, campaign in rows if campaign is not None and not channel),
    )
