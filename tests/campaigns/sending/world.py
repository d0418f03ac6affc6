"""A tenant's customers, texts and campaigns for tests of sending, and a real sandbox beside them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.test import override_settings

from campaigns.enums import CampaignKind, CampaignStatus
from campaigns.models import (
    Campaign,
    CampaignVersion,
    LaunchRequest,
    Message,
    MessageTemplate,
    Offer,
    Step,
    TemplateVersion,
)
from campaigns.sandbox.server import Sandbox
from campaigns.webhooks import secrets_of
from retention.customers.models import ConsentEntry, Customer
from retention.customers.services.consent import Said, record_consents

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
"""A Tuesday, within the hours of sending in UTC."""
AS_OF = date(2026, 3, 2)


def clock() -> datetime:
    """Business time stands still."""
    return NOW


@contextmanager
def sandbox_running(*, keyed: bool = True, ledger: Path | None = None) -> Iterator[Sandbox]:
    """The sandbox provider on a free port; its receipts are noted in the rows only by who posts them on."""
    server = Sandbox(port=0, secret=lambda account: next(secrets_of("sandbox", account)), ledger=ledger, keyed=keyed)
    server.settings["kinds"] = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    query = "" if keyed else "?idempotency=no"
    try:
        with override_settings(STAY_SANDBOX_URL=f"http://127.0.0.1:{server.server_address[1]}/{query}"):
            yield server
    finally:
        server.shutdown()
        server.server_close()


def make_people(count: int, prefix: str = "p", **given: Any) -> list[Customer]:
    """Customers with a phone and a mail address, who agreed to promotions by SMS, mail and push."""
    before = Customer.objects.count()
    people = Customer.objects.bulk_create(
        Customer(
            **{
                "external_id": f"{prefix}-{number}",
                "name": f"{prefix.title()} {number}",
                "email": f"{prefix}{number}@example.com",
                "phone": f"+86139{before + number:08}",
                "language": "en",
                "timezone": "UTC",
                "recorded_at": NOW,
                "updated_at": NOW,
                **given,
            }
        )
        for number in range(count)
    )
    consent(people)
    return people


def consent(people: list[Customer], *, granted: bool = True, at: datetime = NOW - timedelta(days=30)) -> None:
    """What they said about promotions."""
    record_consents(
        [
            Said(person.pk, channel, "marketing", granted, "test", at)
            for person in people
            for channel in ("sms", "email", "push", "call")
        ],
        now=at,
    )


def make_template(
    code: str = "hello", channel: str = "sms", body: str = "Hi {{ nickname }}, come back."
) -> MessageTemplate:
    """A text in both languages."""
    template = MessageTemplate.objects.create(
        code=code, name=code, channel=channel, number=1, created_at=NOW, updated_at=NOW
    )
    for language in ("en", "zh-hans"):
        TemplateVersion.objects.create(
            template=template, number=1, language=language, subject="Hello", body=body, created_at=NOW
        )
    return template


def make_offer(code: str = "five", **given: Any) -> Offer:
    """A coupon worth five."""
    return Offer.objects.create(
        **{"code": code, "name": code, "value": 5, "created_at": NOW, "updated_at": NOW, **given}
    )


def make_campaign(
    name: str = "Back",
    *,
    channel: str = "sms",
    offer: Offer | None = None,
    audience: Any = None,
    holdout: float = 0.0,
    launched: bool = False,
    purpose: str = "marketing",
    body: str = "Hi {{ nickname }}, come back.",
    worth: float = 0.0,
) -> Campaign:
    """A draft with one step for everybody whose id is known; `launched` when a plan is not what is tested."""
    campaign = Campaign.objects.create(
        name=name, kind=CampaignKind.ORDINARY, purpose=purpose, created_at=NOW, updated_at=NOW
    )
    version = CampaignVersion.objects.create(
        campaign=campaign,
        number=1,
        audience=audience or {"field": "name", "op": "known"},
        holdout=holdout,
        worth=worth,
        created_at=NOW,
    )
    template = make_template(f"text-{campaign.pk}", channel, body)
    Step.objects.create(version=version, ordinal=1, channel=channel, template=template, template_number=1, offer=offer)
    Campaign.objects.filter(pk=campaign.pk).update(current=version)
    if launched:
        LaunchRequest.objects.create(
            version=version, size=1, of_all=1, as_of=AS_OF, needs_approval=False, requested_at=NOW, launched_at=NOW
        )
        Campaign.objects.filter(pk=campaign.pk).update(status=CampaignStatus.RUNNING, launched_at=NOW)
    campaign.refresh_from_db()
    return campaign


def make_message(campaign: Campaign, person: Customer, **given: Any) -> Message:
    """A due message of the campaign's first step."""
    assert campaign.current is not None
    step = campaign.current.steps.get(ordinal=1)
    values = {
        "campaign": campaign,
        "step": step,
        "customer": person,
        "channel": step.channel,
        "purpose": campaign.purpose,
        "planned_at": NOW,
        "due_at": NOW,
        "not_after": NOW + timedelta(hours=24),
        **given,
    }
    return Message.objects.create(**values)


def states() -> dict[str, int]:
    """How many messages are in each state."""
    from django.db.models import Count

    return dict(Message.objects.order_by().values_list("state").annotate(Count("pk")))


def said_no(person: Customer, channel: str = "sms", at: datetime = NOW) -> ConsentEntry:
    """A customer opts out."""
    return ConsentEntry.objects.create(
        customer=person,
        channel=channel,
        purpose="marketing",
        granted=False,
        source="test",
        occurred_at=at,
        recorded_at=at,
    )
