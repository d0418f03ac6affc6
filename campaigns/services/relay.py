"""The relay: every half minute the rows are asked what is left to do, whatever became of the queue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import connection

from campaigns.enums import CampaignStatus, Lane
from campaigns.models import Campaign, CampaignPlan, Message
from campaigns.services.harm import pause_harmful
from campaigns.services.launching import finish_done, withhold_rest
from campaigns.services.receipts import process_receipts
from campaigns.services.unknowns import expire_leases, look_up_unknowns

WORKERS = 4
"""Most senders that one look wakes for one lane."""
A_SENDER = 2000


def mend(*, now: datetime) -> None:
    """Take up what dead workers held, ask about doubts, work through receipts, end what was stopped or is done."""
    expire_leases(now=now)
    process_receipts(now=now)
    look_up_unknowns(now=now)
    for campaign_id in _stopped_with_rest():
        withhold_rest(campaign_id)
    running = Campaign.objects.filter(status=CampaignStatus.RUNNING).order_by().values_list("pk", flat=True)
    pause_harmful(list(running), now=now)
    finish_done(now=now)


def unfinished_plans() -> list[int]:
    """Running campaigns whose audience is not planned to its end."""
    unfinished = CampaignPlan.objects.filter(done_at=None, campaign__status=CampaignStatus.RUNNING)
    return list(unfinished.order_by("pk").values_list("campaign_id", flat=True))


def senders_wanted(lane: Lane, *, now: datetime) -> int:
    """How many senders the due messages of `lane` are worth."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM campaigns_message m WHERE m.state IN ('planned', 'not_sent')"
            " AND m.lane = %s AND m.due_at <= %s LIMIT %s) due",
            [lane, now, WORKERS * A_SENDER],
        )
        due = cursor.fetchone()[0]
    return int(-(-due // A_SENDER))


def relay(*, now: datetime, wake_plan: Callable[[int], None], wake_sender: Callable[[Lane], None]) -> None:
    """Mend, then wake planners and senders for what is due."""
    mend(now=now)
    for campaign_id in unfinished_plans():
        wake_plan(campaign_id)
    for lane in Lane:
        for _ in range(senders_wanted(lane, now=now)):
            wake_sender(lane)


def _stopped_with_rest() -> list[int]:
    waiting = Message.objects.filter(campaign__status=CampaignStatus.STOPPED, state__in=["planned", "not_sent"])
    return sorted(set(waiting.order_by().values_list("campaign_id", flat=True)) - {None})
