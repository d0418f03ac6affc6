"""The graded win-back: three tiers by how long customers have been away, each with its own offer and channel.

After an incident the tiers are cut by the log-in gap in days (3–6, 7–15, over 15); in ordinary times by silence in
the customer's own rhythm (r .5–1, 1–2, from 2), as DEFINITIONS has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.enums import BandBy, CampaignKind, OfferKind
from campaigns.models import Campaign, CampaignVersion, MessageTemplate, Offer, Step
from campaigns.ready.texts import CALL, LETTER, PUSH, REMINDER, TEMPLATES, TRIAL, ReadyTemplate
from campaigns.services.templates import save_texts
from retention.customers.enums import Content, Purpose
from tenants.governance.services.audit import record_act
from tenants.people.models import User
from tenants.policies import JSONValue, policy_number

BANDS: dict[str, tuple[tuple[float, float | None], ...]] = {
    BandBy.LOGIN_GAP: ((3, 7), (7, 16), (16, None)),
    BandBy.RHYTHM: ((0.5, 1), (1, 2), (2, None)),
}
RULES: dict[str, JSONValue] = {
    BandBy.LOGIN_GAP: {
        "all": [
            {"field": "login_gap", "op": "ge", "value": 3},
            {"not": {"field": "pool", "op": "in", "value": ["gone"]}},
        ]
    },
    BandBy.RHYTHM: {
        "all": [
            {"field": "r", "op": "ge", "value": 0.5},
            {"not": {"field": "pool", "op": "in", "value": ["gone"]}},
        ]
    },
}
DAY = 24 * 60


@dataclass(frozen=True)
class Rung:
    """One step: its tier (0–2), text, content, offer's code and delay in minutes."""

    tier: int
    text: ReadyTemplate
    content: str
    offer: str = ""
    delay: int = 0


LADDER = (
    Rung(0, REMINDER, Content.REMINDERS, "win-back-coupon"),
    Rung(0, PUSH, Content.REMINDERS, delay=DAY),
    Rung(1, CALL, Content.MEMBERSHIP),
    Rung(1, TRIAL, Content.MEMBERSHIP, "win-back-trial", delay=DAY),
    Rung(2, LETTER, Content.NEWS),
)


@transaction.atomic
def create_win_back(*, name: str, name_zh: str, band_by: str, actor: object, now: datetime) -> Campaign:
    """A draft of the whole ladder. Its texts and offers are made once and shared by later win-backs."""
    person = actor if isinstance(actor, User) else None
    offers = {offer.code: offer for offer in _offers(now)}
    templates = {text.code: _template(text, actor, now) for text in TEMPLATES}
    campaign = Campaign.objects.create(
        name=name or _("Graded win-back"),
        name_zh=name_zh or "分级召回",
        kind=CampaignKind.WIN_BACK,
        purpose=Purpose.MARKETING,
        ready=True,
        created_by=person,
        created_at=now,
        updated_at=now,
    )
    version = CampaignVersion.objects.create(
        campaign=campaign,
        number=1,
        audience=RULES[band_by],
        band_by=band_by,
        holdout=policy_number("campaigns.holdout"),
        created_by=person,
        created_at=now,
    )
    Step.objects.bulk_create(_step(version, place, rung, templates, offers) for place, rung in enumerate(LADDER, 1))
    Campaign.objects.filter(pk=campaign.pk).update(current=version)
    record_act(actor=actor, action="campaign.created", target=f"campaign:{campaign.public_id}", at=now,
               detail={"kind": campaign.kind})  # fmt: skip
    campaign.refresh_from_db()
    return campaign


def _step(
    version: CampaignVersion,
    ordinal: int,
    rung: Rung,
    templates: dict[str, MessageTemplate],
    offers: dict[str, Offer],
) -> Step:
    low, high = BANDS[version.band_by][rung.tier]
    template = templates[rung.text.code]
    return Step(
        version=version,
        ordinal=ordinal,
        band_from=low,
        band_below=high,
        channel=rung.text.channel,
        content=rung.content,
        template=template,
        template_number=template.number,
        offer=offers.get(rung.offer),
        delay_minutes=rung.delay,
    )


def _template(text: ReadyTemplate, actor: object, now: datetime) -> MessageTemplate:
    """The template called so, with our texts where it has none yet: what people changed stays."""
    template, _made = MessageTemplate.objects.get_or_create(
        code=text.code,
        defaults={
            "name": text.name,
            "name_zh": text.name_zh,
            "channel": text.channel,
            "created_at": now,
            "updated_at": now,
        },
    )
    if not template.number:
        save_texts(template=template, texts={"en": text.en, "zh-hans": text.zh}, actor=actor, now=now)
    return template


def _offers(now: datetime) -> list[Offer]:
    common = {"created_at": now, "updated_at": now}
    coupon, _made = Offer.objects.get_or_create(
        code="win-back-coupon",
        defaults={
            "name": "Coupon of 5, no minimum",
            "name_zh": "5 元无门槛券",
            "kind": OfferKind.COUPON,
            "value": Decimal(str(policy_number("campaigns.win_back_coupon"))),
            "minimum_spend": Decimal(0),
            **common,
        },
    )
    trial, _made = Offer.objects.get_or_create(
        code="win-back-trial",
        defaults={
            "name": "Membership trial",
            "name_zh": "会员体验",
            "kind": OfferKind.MEMBERSHIP_TRIAL,
            "has_codes": False,
            "makes_codes": False,
            **common,
        },
    )
    Offer.objects.filter(pk__in=[coupon.pk, trial.pk]).update(archived_at=None)  # whoever begins anew wants them back
    return [coupon, trial]
