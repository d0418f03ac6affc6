"""A campaign that bounces or annoys too many pauses by itself, while its first few are still out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Q

from campaigns.enums import CampaignStatus, MessageState, PauseReason
from campaigns.models import Campaign, Message
from campaigns.services.launching import pause
from tenants.policies import policy_value


def pause_harmful(campaigns: Collection[int], *, now: datetime) -> list[int]:
    """Pause those of `campaigns` over a limit; returns them."""
    limits = policy_value("launch.pause_at")
    assert isinstance(limits, dict)
    bounces, complaints, least = (float(limits[name] or 0) for name in ("bounces", "complaints", "from_sent"))  # type: ignore[arg-type]
    taken = Q(state__in=[MessageState.ACCEPTED, MessageState.DELIVERED, MessageState.FAILED, MessageState.REJECTED])
    failed = Q(state__in=[MessageState.FAILED, MessageState.REJECTED])
    counts = (
        Message.objects.filter(campaign__in=list(campaigns), campaign__status=CampaignStatus.RUNNING)
        .order_by()
        .values("campaign_id")
        .annotate(
            sent=Count("pk", filter=taken),
            bounced=Count("pk", filter=failed),
            complained=Count("pk", filter=Q(complained_at__isnull=False)),
        )
        .values_list("campaign_id", "sent", "bounced", "complained")
    )
    paused = []
    for campaign_id, sent, bounced, complained in counts:
        if sent < least:
            continue
        reason = None
        if complained > complaints * sent:
            reason = PauseReason.COMPLAINTS
        elif bounced > bounces * sent:
            reason = PauseReason.BOUNCES
        if reason and pause(campaign=Campaign.objects.get(pk=campaign_id), actor=None, now=now, reason=reason):
            paused.append(campaign_id)
    return paused
