"""Where offers are used."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F

from campaigns.enums import CampaignStatus
from campaigns.models import Campaign, Step

LIVING = (CampaignStatus.DRAFT, CampaignStatus.RUNNING, CampaignStatus.PAUSED)


def living_uses(offers: Collection[int]) -> dict[int, list[Campaign]]:
    """The campaigns that are not over and whose current version gives the offer, by its key, oldest first."""
    steps = Step.objects.filter(
        offer__in=offers, version__campaign__current=F("version"), version__campaign__status__in=LIVING
    )
    pairs = steps.order_by("version__campaign").values_list("offer_id", "version__campaign").distinct()
    found = list(pairs)
    campaigns = Campaign.objects.in_bulk({campaign for _offer, campaign in found})
    uses: dict[int, list[Campaign]] = {}
    for offer, campaign in found:
        uses.setdefault(offer, []).append(campaigns[campaign])
    return uses


def running_uses(offer: int) -> int:
    """How many campaigns that run give this offer."""
    return sum(campaign.status == CampaignStatus.RUNNING for campaign in living_uses([offer]).get(offer, ()))
