"""Doors of campaigns. A customer's links are their own right: signed for one tenant, worth nothing at another's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import NAMESPACE_URL, uuid5

from campaigns.links import Door
from campaigns.models import (
    Campaign,
    CampaignVersion,
    Decision,
    Message,
    MessageTemplate,
    Offer,
    Step,
    StopSwitch,
    TemplateVersion,
)
from retention.customers.models import Customer
from tenants.tokens import sign
from tests.isolation.matrix import OPEN, Row, World, thing

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
PROVIDER = "sandbox"


@thing
def provider(world: World) -> SimpleNamespace:
    """Who tells of messages: the same at every tenant, but each signs with a secret of its own."""
    return SimpleNamespace(name=PROVIDER)


@thing
def customer_links(world: World) -> SimpleNamespace:
    """Tokens that this world's customer was sent."""

    def token(door: Door) -> str:
        return sign(f"campaigns.{door}", [str(world.uuid("customer")), "email", ""])

    return SimpleNamespace(preferences=token("preferences"), unsubscribe=token("unsubscribe"), why=token("why"))


@thing
def message_text(world: World) -> MessageTemplate:
    made = MessageTemplate.objects.create(
        code="matrix-text",
        name=world.text("Text"),
        channel="email",
        number=1,
        created_at=NOW,
        updated_at=NOW,
        public_id=world.uuid("message_text"),
    )
    for language in ("en", "zh-hans"):
        TemplateVersion.objects.create(
            template=made,
            number=1,
            language=language,
            subject=world.text("Subject"),
            body=world.text("Body"),
            created_at=NOW,
        )
    return made


@thing
def campaign(world: World) -> Campaign:
    """A draft with a step; its rule holds nobody."""
    made = Campaign.objects.create(
        name=world.text("Campaign"), created_at=NOW, updated_at=NOW, public_id=world.uuid("campaign")
    )
    rule = {"field": "name", "op": "contains", "value": world.text("Campaigned")}
    made.current = CampaignVersion.objects.create(campaign=made, number=1, audience=rule, created_at=NOW)
    made.save()
    Step.objects.create(
        version=made.current, ordinal=1, channel="email", template=world["message_text"], template_number=1
    )
    return made


@thing
def doubt(world: World) -> Message:
    """A message of unknown outcome, with the decision that sent it."""
    made = world["campaign"]
    customer = Customer.objects.create(
        external_id=world.text("doubted"), name=world.text("Doubted"), recorded_at=NOW, updated_at=NOW,
        public_id=world.uuid("doubted"),
    )  # fmt: skip
    message = Message.objects.create(
        campaign=made,
        customer=customer,
        channel="email",
        purpose="marketing",
        state="unknown",
        needs_person=True,
        subject=world.text("Subject"),
        planned_at=NOW,
        due_at=NOW,
        not_after=NOW + timedelta(days=1),
        public_id=world.uuid("doubt"),
    )
    Decision.objects.create(
        campaign=made, customer=customer, message=message, verdict="yes", reasons=["checked"], decided_at=NOW
    )
    return message


@thing
def stop_switch(world: World) -> StopSwitch:
    """On, for a channel that no other test sends by."""
    return StopSwitch.objects.create(channel="letter", why=world.text("Why"), on_at=NOW)


@thing
def offer(world: World) -> Offer:
    """Of growth points, which no step gives."""
    return Offer.objects.create(
        code="matrix-offer", name=world.text("Offer"), kind="points", value=5, has_codes=False, makes_codes=False,
        created_at=NOW, updated_at=NOW, public_id=world.uuid("offer"),
    )  # fmt: skip


BOTH = ("GET", "POST")
POST = ("POST",)
CAMPAIGN = {"public_id": "campaign.public_id"}
STEP = {"public_id": "campaign.public_id", "ordinal": "one.value"}
OFFER = {"public_id": "offer.public_id"}
TERMS = {"name": "By a stranger", "value": "5", "minimum_spend": "0", "valid_days": "9", "audience": "anyone"}
TEXT = {"body_en": "By a stranger", "body_zh": "陌生人", "subject_en": "x", "subject_zh": "x"}


@thing
def one(world: World) -> SimpleNamespace:
    """A number."""
    return SimpleNamespace(value=1)


ROWS = (
    Row(
        "preferences",
        permission=OPEN,
        kwargs={"token": "customer_links.preferences"},
        methods=BOTH,
        data={"promotions": "off", "frequency": "usual"},
    ),
    Row("unsubscribe", permission=OPEN, kwargs={"token": "customer_links.unsubscribe"}, methods=BOTH),
    Row("provider-hook", permission=OPEN, kwargs={"provider": "provider.name"}, methods=("POST",)),
    Row("why-this", permission=OPEN, kwargs={"token": "customer_links.why"}),
    Row("campaigns", permission="campaigns.view"),
    Row(
        "campaign-new",
        permission="campaigns.edit",
        methods=BOTH,
        data={"start": "ordinary", "name": "By a stranger"},
    ),
    Row("campaign", permission="campaigns.view", kwargs=CAMPAIGN),
    Row("campaign-live", permission="campaigns.view", kwargs=CAMPAIGN),
    Row(
        "campaign-edit",
        permission="campaigns.edit",
        kwargs=CAMPAIGN,
        methods=BOTH,
        data={"name": "By a stranger", "band_by": "r", "holdout": "1", "useful_hours": "1"},
    ),
    Row("campaign-copy", permission="campaigns.edit", kwargs=CAMPAIGN, methods=POST),
    Row("campaign-texts", permission="campaigns.edit", kwargs=CAMPAIGN, methods=POST),
    Row(
        "step-new",
        permission="campaigns.edit",
        kwargs=CAMPAIGN,
        methods=BOTH,
        data={"template": "=message_text.pk", "content": "offers", "delay_minutes": "0"},
    ),
    Row(
        "step-edit",
        permission="campaigns.edit",
        kwargs=STEP,
        methods=BOTH,
        data={"template": "=message_text.pk", "content": "offers", "delay_minutes": "0"},
    ),
    Row("step-remove", permission="campaigns.edit", kwargs=STEP, methods=POST),
    Row("campaign-launch", permission="campaigns.view", kwargs=CAMPAIGN, methods=BOTH, data={"do": "request"}),
    Row("campaign-pause", permission="campaigns.launch", kwargs=CAMPAIGN, methods=POST),
    Row("campaign-resume", permission="campaigns.launch", kwargs=CAMPAIGN, methods=POST),
    Row("campaign-stop", permission="campaigns.stop", kwargs=CAMPAIGN, methods=POST),
    Row(
        "doubt-resolve",
        permission="campaigns.stop",
        kwargs={"public_id": "campaign.public_id", "message": "doubt.public_id"},
        methods=POST,
        data={"was_sent": "yes"},
    ),
    Row("texts", permission="campaigns.view"),
    Row(
        "text-new",
        permission="campaigns.edit",
        methods=BOTH,
        data={"name": "x", "channel": "email", "purpose": "marketing", **TEXT},
    ),
    Row("text-preview", permission="campaigns.edit", methods=POST, data=TEXT),
    Row(
        "text",
        permission="campaigns.edit",
        kwargs={"public_id": "message_text.public_id"},
        methods=BOTH,
        data={"seen": "1", **TEXT},
    ),
    Row("text-test", permission="campaigns.edit", kwargs={"public_id": "message_text.public_id"}, methods=POST),
    Row("offers", permission="campaigns.view"),
    Row("offer-new", permission="campaigns.edit", methods=BOTH, data={"kind": "letter", **TERMS}),
    Row(
        "offer",
        permission="campaigns.edit",
        kwargs=OFFER,
        methods=BOTH,
        data={"seen": NOW.isoformat(), **TERMS},
    ),
    Row("offer-archive", permission="campaigns.edit", kwargs=OFFER, methods=POST),
    Row("stop", permission="campaigns.stop", methods=BOTH, data={"channel": "wecom", "why": "By a stranger"}),
    Row("stop-off", permission="campaigns.launch", kwargs={"switch": "stop_switch.pk"}, methods=POST),
    Row("api-campaigns", permission="campaigns.view", api=True),
    Row("api-campaign", permission="campaigns.view", kwargs=CAMPAIGN, api=True),
    Row("api-campaign-stop", permission="campaigns.stop", kwargs=CAMPAIGN, methods=POST, api=True),
    Row("api-offers", permission="campaigns.view", methods=BOTH, data={"kind": "letter", **TERMS}, api=True),
    Row("api-offer", permission="campaigns.view", kwargs=OFFER, methods=("GET", "PATCH"), data=TERMS, api=True),
    Row("api-decisions", permission="campaigns.view", query=f"customer={uuid5(NAMESPACE_URL, 'doubted')}", api=True),
)
