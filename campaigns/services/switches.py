"""Stop switches: nothing new is handed over two seconds after one is on. Only a person turns one off."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from campaigns.models import Campaign, StopSwitch
from tenants.governance.services.audit import record_act
from tenants.people.models import User


def stop_sending(
    *, actor: object, now: datetime, channel: str = "", campaign: Campaign | None = None, why: str = ""
) -> StopSwitch:
    """Stop the tenant (neither given), a channel, a campaign, or one channel of a campaign. Twice is once."""
    with transaction.atomic():
        StopSwitch.objects.bulk_create(
            [
                StopSwitch(
                    campaign=campaign,
                    channel=channel,
                    why=why[:300],
                    on_at=now,
                    on_by=actor if isinstance(actor, User) else None,
                )
            ],
            ignore_conflicts=True,
        )
        switch = StopSwitch.objects.get(campaign=campaign, channel=channel, off_at=None)
        record_act(actor=actor, action="sending.stopped", target=_target(switch), detail={"channel": channel}, at=now)
    return switch


def resume_sending(*, switch: StopSwitch, actor: object, now: datetime) -> None:
    """Turn `switch` off; twice changes nothing."""
    with transaction.atomic():
        off_by = actor if isinstance(actor, User) else None
        if StopSwitch.objects.filter(pk=switch.pk, off_at=None).update(off_at=now, off_by=off_by):
            record_act(
                actor=actor,
                action="sending.resumed",
                target=_target(switch),
                detail={"channel": switch.channel},
                at=now,
            )


def _target(switch: StopSwitch) -> str:
    return f"campaign:{switch.campaign.public_id}" if switch.campaign else "sending:all"
