"""The pages of campaigns: all of them, a new one, one as it stands, and changing a draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.enums import BandBy, CampaignStatus
from campaigns.forms import EMPTY, WIN_BACK_INCIDENT, NewCampaignForm, PlanForm, StepForm, in_reader_language
from campaigns.models import Campaign, Step
from campaigns.ready.win_back import create_win_back
from campaigns.selectors.live import doubts_of, live_of
from campaigns.services.drafting import (
    change_plan,
    copy_campaign,
    create_campaign,
    remove_step,
    save_step,
    use_latest_texts,
)
from campaigns.tables import CampaignTable, with_counts
from campaigns.views.readout import campaign_readout_context
from campaigns.views.shared import find_campaign, signed_in
from retention.common import clock
from retention.common.tables import render_table
from retention.segments.rules.parse import parse_rule
from retention.segments.rules.tree import RuleError
from retention.segments.selectors.words import Words, rule_words
from tenants.context import current_tenant
from tenants.people.permissions import may, require
from tenants.selectors.platform import sending_state

DOUBTS_SHOWN = 20


@require("campaigns.view")
def campaign_list(request: HttpRequest) -> HttpResponse:
    """All campaigns."""
    context = {"may_edit": may(request.user, "campaigns.edit")}
    return render_table(request, CampaignTable, with_counts(Campaign.objects.all()), "campaigns/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require("campaigns.edit")
def campaign_new(request: HttpRequest) -> HttpResponse:
    """From the ready ladder, or empty."""
    form = NewCampaignForm(request.POST or None, initial={"start": "ordinary", "name": _("Graded win-back")})
    if request.method == "POST" and form.is_valid():
        campaign = _create(request, form.cleaned_data)
        messages.success(request, _("A draft is made. Nothing is sent before you launch it."))
        return redirect("campaign", public_id=campaign.public_id)
    return render(request, "campaigns/new.html", {"form": form}, status=400 if form.errors else 200)


@require("campaigns.view")
def campaign_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One campaign: for whom, its ladder, how it stands, and its doors."""
    campaign = find_campaign(public_id)
    context = page_context(request, campaign)
    if context["may_see_results"] and campaign.experiment is not None:
        zone = current_tenant().timezone
        context |= {"has_readout": True}
        context |= campaign_readout_context(campaign, as_of=clock.today(zone), zone=zone)
    return render(request, "campaigns/campaign.html", context)


@require("campaigns.view")
def campaign_live(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The figures alone, asked again every few seconds while it runs."""
    return render(request, "campaigns/_live.html", page_context(request, find_campaign(public_id)))


@require_http_methods(["GET", "HEAD", "POST"])
@require("campaigns.edit")
def campaign_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Audience, holdout, window and limits of a draft."""
    campaign = find_campaign(public_id)
    form = _plan_form(request, campaign)
    if request.method == "POST" and form.is_valid():
        change_plan(campaign=campaign, plan=form.plan(), actor=signed_in(request), now=clock.now())
        return redirect("campaign", public_id=campaign.public_id)
    context = {"form": form, "campaign": campaign, "title": in_reader_language(campaign)}
    return render(request, "campaigns/edit.html", context, status=400 if form.errors else 200)


@require_POST
@require("campaigns.edit")
def campaign_copy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A new draft like this one."""
    campaign = find_campaign(public_id)
    name_zh = f"{campaign.name_zh}（副本）" if campaign.name_zh else ""
    made = copy_campaign(
        campaign=campaign,
        name=_("%s (copy)") % campaign.name,
        name_zh=name_zh,
        actor=signed_in(request),
        now=clock.now(),
    )
    return redirect("campaign", public_id=made.public_id)


@require_POST
@require("campaigns.edit")
def campaign_texts(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Bind the ladder to the newest versions of its texts."""
    campaign = find_campaign(public_id)
    use_latest_texts(campaign=campaign, actor=signed_in(request), now=clock.now())
    messages.success(request, _("The steps use the newest texts."))
    return redirect("campaign", public_id=campaign.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@require("campaigns.edit")
def step_edit(request: HttpRequest, public_id: UUID, ordinal: int | None = None) -> HttpResponse:
    """One step of a draft, or a new one."""
    campaign = find_campaign(public_id)
    step = _find_step(campaign, ordinal)
    form = StepForm(request.POST or None, initial=_step_values(step), held=step.offer if step else None)
    if request.method == "POST" and form.is_valid():
        save_step(campaign=campaign, ordinal=ordinal, rung=form.rung(), actor=signed_in(request), now=clock.now())
        return redirect("campaign", public_id=campaign.public_id)
    context = {"form": form, "campaign": campaign, "step": step, "title": in_reader_language(campaign)}
    return render(request, "campaigns/step.html", context, status=400 if form.errors else 200)


@require_POST
@require("campaigns.edit")
def step_remove(request: HttpRequest, public_id: UUID, ordinal: int) -> HttpResponse:
    """Take a step of a draft away."""
    campaign = find_campaign(public_id)
    _find_step(campaign, ordinal)
    remove_step(campaign=campaign, ordinal=ordinal, actor=signed_in(request), now=clock.now())
    return redirect("campaign", public_id=campaign.public_id)


def page_context(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    """What the page and its swapped part read."""
    version = campaign.current
    doubts = doubts_of(campaign)
    rule, problem = _rule(campaign)
    live = live_of(campaign)
    return {
        "campaign": campaign,
        "title": in_reader_language(campaign),
        "platform": sending_state(),
        "version": version,
        "rule": rule,
        "problem": problem,
        "live": live,
        "by_rhythm": bool(version and version.band_by == BandBy.RHYTHM),
        "doubts": doubts[:DOUBTS_SHOWN],
        "can_be_launched": waits_for_launch(campaign),
        "is_draft": campaign.status == CampaignStatus.DRAFT,
        "is_running": campaign.status == CampaignStatus.RUNNING,
        "is_paused": campaign.status == CampaignStatus.PAUSED,
        "is_live": campaign.status in (CampaignStatus.RUNNING, CampaignStatus.PAUSED),
        "has_older_texts": any(
            figures.step.template and figures.step.template.number != figures.step.template_number
            for figures in live.steps
        ),
        "may_edit": may(request.user, "campaigns.edit"),
        "may_launch": may(request.user, "campaigns.launch"),
        "may_approve": may(request.user, "campaigns.approve"),
        "may_stop": may(request.user, "campaigns.stop"),
        "may_see_results": may(request.user, "experiments.view"),
    }


def waits_for_launch(campaign: Campaign) -> bool:
    """A draft, or one that paused before it began because its size had moved."""
    held = campaign.status == CampaignStatus.PAUSED and campaign.launched_at is None
    return campaign.current is not None and (campaign.status == CampaignStatus.DRAFT or held)


def _create(request: HttpRequest, found: dict[str, Any]) -> Campaign:
    actor, now = signed_in(request), clock.now()
    names = {"name": found["name"], "name_zh": found["name_zh"]}
    if found["start"] == EMPTY:
        return create_campaign(**names, segment=found["segment"], actor=actor, now=now)
    band_by = BandBy.LOGIN_GAP if found["start"] == WIN_BACK_INCIDENT else BandBy.RHYTHM
    return create_win_back(**names, band_by=band_by, actor=actor, now=now)


def _plan_form(request: HttpRequest, campaign: Campaign) -> PlanForm:
    version = campaign.current
    if version is None:
        raise Http404
    initial = {
        "name": campaign.name,
        "name_zh": campaign.name_zh,
        "segment": version.segment,
        "band_by": version.band_by,
        "holdout": round(version.holdout * 100, 2),
        "starts_at": version.starts_at,
        "ends_at": version.ends_at,
        "useful_hours": version.useful_hours,
        "budget": version.budget,
    }
    return PlanForm(request.POST or None, initial=initial, has_audience=version.audience is not None)


def _find_step(campaign: Campaign, ordinal: int | None) -> Step | None:
    if ordinal is None or campaign.current is None:
        return None
    step = campaign.current.steps.filter(ordinal=ordinal).first()
    if step is None:
        raise Http404
    return step


def _step_values(step: Step | None) -> dict[str, Any]:
    if step is None:
        return {}
    names = ("template", "content", "band_from", "band_below", "offer", "delay_minutes")
    return {name: getattr(step, name) for name in names}


def _rule(campaign: Campaign) -> tuple[Words | None, RuleError | None]:
    """The audience's rule in words; or what is wrong with one that no longer parses."""
    version = campaign.current
    if version is None:
        return None, None
    try:
        return rule_words(parse_rule(version.segment.rule if version.segment else version.audience)), None
    except RuleError as error:
        return None, error
