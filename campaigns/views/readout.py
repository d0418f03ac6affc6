"""What the page of a campaign shows of its readout."""

from __future__ import annotations

from datetime import date
from typing import Any

from campaigns.models import Campaign
from campaigns.selectors.readout_campaign import read_campaign
from campaigns.selectors.readout_campaign_words import gains, headline, steps


def campaign_readout_context(campaign: Campaign, *, as_of: date, zone: str) -> dict[str, Any]:
    """The context of ``campaigns/_readout.html``; `readout` is None before anybody was drawn."""
    found = read_campaign(campaign, as_of=as_of, zone=zone)
    if found is None:
        return {"readout": None}
    return {
        "readout": found,
        "readout_headline": headline(found),
        "readout_steps": steps(found),
        "readout_gains": gains(found),
        "readout_experiment": campaign.experiment,
    }
