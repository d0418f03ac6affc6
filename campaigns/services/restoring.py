"""After a restore nobody knows what went out since the backup: what was due is held for good, what runs waits."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from campaigns.enums import ATTEMPTABLE, CampaignStatus, PauseReason, Reason, Verdict
from campaigns.models import Campaign, Message
from campaigns.services.launching import pause
from campaigns.services.unknowns import expire_leases


def count_due(now: datetime) -> int:
    """Messages that would go out at once."""
    return Message.objects.filter(state__in=ATTEMPTABLE, due_at__lte=now).count()


@transaction.atomic
def hold_due(actor: object, now: datetime) -> int:
    """Withhold them all, with the reason kept for each, and pause every running campaign; how many were held."""
    expire_leases(now=now)
    for campaign in Campaign.objects.filter(status=CampaignStatus.RUNNING).order_by("pk"):
        pause(campaign=campaign, actor=actor, now=now, reason=PauseReason.RESTORED)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH held AS (
                UPDATE campaigns_message m SET state = 'withheld', reason = %(reason)s
                WHERE m.state IN ('planned', 'not_sent') AND m.due_at <= %(now)s
                RETURNING m.id, m.campaign_id, m.customer_id, m.step_id)
            INSERT INTO campaigns_decision
                (campaign_id, customer_id, step_id, message_id, verdict, reasons, decided_at)
            SELECT h.campaign_id, h.customer_id, h.step_id, h.id, %(verdict)s, ARRAY[%(reason)s], %(now)s FROM held h
            """,
            {"reason": Reason.RESTORED.value, "verdict": Verdict.NO.value, "now": now},
        )
        return int(cursor.rowcount)
