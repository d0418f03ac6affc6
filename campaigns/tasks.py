"""Tasks of campaigns: thin. The rows say what is left to do, so each may run twice, late or not at all."""

from __future__ import annotations

from campaigns.enums import Lane
from campaigns.services import planning, receipts, sending
from retention.common import clock
from tenants.tasks import tenant_task

TRANSACTIONAL = "transactional"
"""The queue of answers and service: campaigns don't hold it up."""


@tenant_task(name="campaigns.plan")
def plan(tenant: str, campaign: int) -> None:
    """Plan what is left of a launched campaign, then send what is due."""
    planning.plan_campaign(campaign, clock=clock.now)
    send.wake()


@tenant_task(name="campaigns.send")
def send(tenant: str) -> None:
    """Send what is due; when there is more, other tenants have their turn first."""
    if sending.send_due(clock=clock.now).more:
        send.wake()


@tenant_task(name="campaigns.send_transactional", queue=TRANSACTIONAL)
def send_transactional(tenant: str) -> None:
    """The same for answers and service, in their own lane."""
    if sending.send_due(clock=clock.now, lane=Lane.TRANSACTIONAL).more:
        send_transactional.wake()


@tenant_task(name="campaigns.process_receipts")
def process_receipts(tenant: str) -> None:
    """Work through what providers told us."""
    receipts.process_receipts(now=clock.now())
