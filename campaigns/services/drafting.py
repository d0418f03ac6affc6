"""Write a campaign before it is launched. What somebody was asked to approve is never changed: a change is the next
version, and what was launched is copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.enums import BandBy, CampaignKind, CampaignStatus
from campaigns.models import Campaign, CampaignVersion, LaunchRequest, MessageTemplate, Offer, Step
from retention.common.errors import Conflict
from retention.segments.models import Segment
from tenants.governance.services.audit import record_act
from tenants.people.models import User
from tenants.policies import policy_number

COPIED = ("segment_id", "audience", "band_by", "holdout", "starts_at", "ends_at", "useful_hours", "worth", "budget")
COPIED_STEP = (
    "ordinal", "band_from", "band_below", "channel", "content", "template_id", "template_number", "offer_id",
    "delay_minutes",
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """Audience, holdout, window and limits. `segment` empty keeps the ready audience of a win-back."""

    name: str
    name_zh: str
    segment: Segment | None
    band_by: str
    holdout: float
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    useful_hours: int = 24
    budget: Decimal | None = None


@dataclass(frozen=True)
class Rung:
    """One step as a person wrote it."""

    template: MessageTemplate
    content: str
    band_from: float | None = None
    band_below: float | None = None
    offer: Offer | None = None
    delay_minutes: int = 0


@transaction.atomic
def create_campaign(*, name: str, name_zh: str, segment: Segment, actor: User, now: datetime) -> Campaign:
    """An empty draft for the customers of `segment`."""
    campaign = Campaign.objects.create(
        name=name, name_zh=name_zh, kind=CampaignKind.ORDINARY, created_by=actor, created_at=now, updated_at=now
    )
    version = CampaignVersion.objects.create(
        campaign=campaign,
        number=1,
        segment=segment,
        band_by=BandBy.RHYTHM,
        holdout=policy_number("campaigns.holdout"),
        created_by=actor,
        created_at=now,
    )
    return _begin(campaign, version, actor, now)


@transaction.atomic
def copy_campaign(*, campaign: Campaign, name: str, name_zh: str, actor: User, now: datetime) -> Campaign:
    """A new draft like the current version of `campaign`."""
    assert campaign.current is not None
    made = Campaign.objects.create(
        name=name,
        name_zh=name_zh,
        kind=campaign.kind,
        purpose=campaign.purpose,
        created_by=actor,
        created_at=now,
        updated_at=now,
    )
    version = _copy_version(campaign.current, made, 1, actor, now)
    return _begin(made, version, actor, now)


@transaction.atomic
def change_plan(*, campaign: Campaign, plan: Plan, actor: User, now: datetime) -> Campaign:
    """Audience, holdout, window and limits of a draft."""
    version = _editable(campaign, actor, now)
    if plan.segment is not None:
        version.segment, version.audience = plan.segment, None
    version.band_by, version.holdout = plan.band_by, plan.holdout
    version.starts_at, version.ends_at = plan.starts_at, plan.ends_at
    version.useful_hours, version.budget = plan.useful_hours, plan.budget
    version.save()
    Campaign.objects.filter(pk=campaign.pk).update(name=plan.name, name_zh=plan.name_zh, updated_at=now)
    _record(campaign, "campaign.changed", actor, now, {"version": version.number})
    campaign.refresh_from_db()
    return campaign


@transaction.atomic
def save_step(*, campaign: Campaign, ordinal: int | None, rung: Rung, actor: User, now: datetime) -> Step:
    """Write the step at `ordinal`, or a new last one. It is bound to the text's version of this moment."""
    version = _editable(campaign, actor, now)
    last = version.steps.order_by("-ordinal").values_list("ordinal", flat=True).first() or 0
    values: Mapping[str, object] = {
        "band_from": rung.band_from,
        "band_below": rung.band_below,
        "channel": rung.template.channel,
        "content": rung.content,
        "template": rung.template,
        "template_number": rung.template.number,
        "offer": rung.offer,
        "delay_minutes": rung.delay_minutes,
    }
    step, _made = Step.objects.update_or_create(version=version, ordinal=ordinal or last + 1, defaults=values)
    _record(campaign, "campaign.changed", actor, now, {"version": version.number, "step": step.ordinal})
    return step


@transaction.atomic
def remove_step(*, campaign: Campaign, ordinal: int, actor: User, now: datetime) -> None:
    """Take the step away; those behind it keep their numbers."""
    version = _editable(campaign, actor, now)
    version.steps.filter(ordinal=ordinal).delete()
    _record(campaign, "campaign.changed", actor, now, {"version": version.number, "step_removed": ordinal})


@transaction.atomic
def use_latest_texts(*, campaign: Campaign, actor: User, now: datetime) -> int:
    """Bind every step of a draft to its text's newest version; how many moved."""
    version = _editable(campaign, actor, now)
    moved = 0
    for step in version.steps.select_related("template"):
        if step.template is not None and step.template_number != step.template.number:
            Step.objects.filter(pk=step.pk).update(template_number=step.template.number)
            moved += 1
    if moved:
        _record(campaign, "campaign.changed", actor, now, {"version": version.number, "texts": moved})
    return moved


def _editable(campaign: Campaign, actor: User, now: datetime) -> CampaignVersion:
    """The current version of a draft; a new one when somebody has been asked to approve it as it is."""
    held = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if held.status != CampaignStatus.DRAFT or held.current is None:
        raise Conflict(
            "campaign_launched",
            _("This campaign was launched and is not changed any more."),
            mend=_("Make a copy and change that."),
        )
    version = held.current
    if version.frozen_at is None and not LaunchRequest.objects.filter(version=version).exists():
        return version
    version = _copy_version(version, held, version.number + 1, actor, now)
    Campaign.objects.filter(pk=held.pk).update(current=version, updated_at=now)
    return version


def _copy_version(
    old: CampaignVersion, campaign: Campaign, number: int, actor: User, now: datetime
) -> CampaignVersion:
    kept = {name: getattr(old, name) for name in COPIED}
    new = CampaignVersion.objects.create(campaign=campaign, number=number, created_by=actor, created_at=now, **kept)
    Step.objects.bulk_create(
        Step(version=new, **{name: getattr(step, name) for name in COPIED_STEP}) for step in old.steps.all()
    )
    return new


def _begin(campaign: Campaign, version: CampaignVersion, actor: User, now: datetime) -> Campaign:
    Campaign.objects.filter(pk=campaign.pk).update(current=version)
    _record(campaign, "campaign.created", actor, now, {"kind": campaign.kind})
    campaign.refresh_from_db()
    return campaign


def _record(campaign: Campaign, action: str, actor: User, now: datetime, detail: dict[str, object]) -> None:
    record_act(actor=actor, action=action, target=f"campaign:{campaign.public_id}", detail=detail, at=now)
