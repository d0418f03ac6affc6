"""Campaigns that are for a segment, or whose rule asks who is in one: drafts too, until they are stopped or done."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import get_language, ngettext

from campaigns.enums import CampaignStatus
from campaigns.models import Campaign
from retention.segments.models import Segment
from retention.segments.rules.names import segments_named
from retention.segments.uses import Use, Used, register

LIVING = (CampaignStatus.DRAFT, CampaignStatus.RUNNING, CampaignStatus.PAUSED)


def tell_campaigns(count: int) -> str:
    """Campaigns in words."""
    return ngettext("%d campaign", "%d campaigns", count) % count


def find_campaigns(segment: Segment) -> list[Used]:
    """Campaigns that are not over and whose audience asks about `segment`, the newest first."""
    living = Campaign.objects.filter(status__in=LIVING, current__isnull=False).select_related("current")
    return [
        Used(_title(campaign), reverse("campaign", args=[campaign.public_id]))
        for campaign in living
        if campaign.current is not None
        and (
            campaign.current.segment_id == segment.pk
            or (campaign.current.segment_id is None and segment.code in segments_named(campaign.current.audience))
        )
    ]


def _title(campaign: Campaign) -> str:
    chinese = (get_language() or "").startswith("zh")
    return campaign.name_zh if chinese and campaign.name_zh else campaign.name


register(Use("campaigns", "campaigns.view", tell_campaigns, find_campaigns))
