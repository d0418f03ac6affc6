"""What has to be done again and again for campaigns."""

from __future__ import annotations

from datetime import datetime, timedelta

from campaigns import tasks
from campaigns.enums import Lane
from campaigns.services.redeeming import redeem_coupons
from campaigns.services.relay import relay
from tenants.chores import Chore, register


def run_relay(now: datetime) -> None:
    """Look for what is left to do, and wake those who do it."""

    def wake_sender(lane: Lane) -> None:
        (tasks.send_transactional if lane == Lane.TRANSACTIONAL else tasks.send).wake()

    relay(now=now, wake_plan=lambda campaign: tasks.plan.wake(campaign=campaign), wake_sender=wake_sender)


def redeem(now: datetime) -> None:
    """Coupons with which somebody has ordered."""
    redeem_coupons(now=now)


register(Chore("campaigns.redeem", timedelta(minutes=10), redeem))
register(Chore("campaigns.relay", timedelta(seconds=30), run_relay))
