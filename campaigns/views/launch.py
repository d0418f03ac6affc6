"""The doors of a launch: look first, ask for approval, approve as a second person, launch; pause, resume, stop."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.enums import CampaignStatus
from campaigns.forms import in_reader_language
from campaigns.models import Campaign, CampaignVersion, LaunchRequest, Message
from campaigns.selectors.live import figures_of_reasons
from campaigns.selectors.returns import reach_of, would_return
from campaigns.services import launching
from campaigns.services.unknowns import resolve_unknown
from campaigns.views.campaigns import page_context, waits_for_launch
from campaigns.views.shared import find_campaign, signed_in
from retention.common import clock
from retention.common.errors import Conflict, DomainError, Forbidden
from retention.common.formats import number
from retention.segments.views.shared import page_day
from tenants.people.confirmation import confirm_changes
from tenants.people.models import User
from tenants.people.permissions import may, require
from tenants.people.services.second_factor import has_second_factor
from tenants.policies import policy_number

ACTS = {"request": "campaigns.launch", "approve": "campaigns.approve", "launch": "campaigns.launch"}


@require_http_methods(["GET", "HEAD", "POST"])
@require("campaigns.view")
def campaign_launch(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """How many, who is left out and why, who would return anyway; and the three acts, each with its own right."""
    campaign = find_campaign(public_id)
    if not waits_for_launch(campaign):
        return redirect("campaign", public_id=campaign.public_id)
    if request.method == "POST":
        act = request.POST.get("do", "")
        if not may(request.user, ACTS.get(act, "campaigns.launch")):
            raise PermissionDenied(act)
    return _launch_page(request, campaign)


@confirm_changes
def _launch_page(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    error: DomainError | None = None
    if request.method == "POST":
        try:
            return _act(request, campaign, request.POST.get("do", ""))
        except DomainError as refused:
            error = refused
    context = _look(campaign) | {"error": error, "may_launch": may(request.user, "campaigns.launch")}
    context["may_approve"] = may(request.user, "campaigns.approve")
    context["asked_myself"] = bool(context["asked"] and context["asked"].requested_by_id == request.user.pk)
    return render(request, "campaigns/launch.html", context, status=409 if error else 200)


@require_POST
@require("campaigns.launch")
def campaign_pause(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Nothing new until it is resumed."""
    campaign = find_campaign(public_id)
    if launching.pause(campaign=campaign, actor=request.user, now=clock.now()):
        messages.success(request, _("Paused: nothing new goes out until you resume it."))
    return redirect("campaign", public_id=campaign.public_id)


@require_POST
@require("campaigns.launch")
def campaign_resume(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Go on."""
    campaign = find_campaign(public_id)
    launching.resume(campaign=campaign, actor=signed_in(request), now=clock.now())
    messages.success(request, _("Resumed: what is still of use goes out."))
    return redirect("campaign", public_id=campaign.public_id)


@require_POST
@require("campaigns.stop")
def campaign_stop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End it for good. Needs no confirmation of who is there: seconds count."""
    campaign = find_campaign(public_id)
    withheld = launching.stop(campaign=campaign, actor=request.user, now=clock.now())
    words = ngettext("Stopped: %(count)s message is withheld.", "Stopped: %(count)s messages are withheld.", withheld)
    messages.success(request, words % {"count": number(withheld)})
    return redirect("campaign", public_id=campaign.public_id)


@require_POST
@require("campaigns.stop")
def doubt_resolve(request: HttpRequest, public_id: UUID, message: UUID) -> HttpResponse:
    """A person says whether a message of unknown outcome went out."""
    campaign = find_campaign(public_id)
    doubt = get_object_or_404(Message, public_id=message, campaign=campaign)
    was_sent = request.POST.get("was_sent") == "yes"
    resolve_unknown(message=doubt, was_sent=was_sent, actor=request.user, now=clock.now())
    if getattr(request, "htmx", None):
        return render(request, "campaigns/_live.html", page_context(request, campaign))
    return redirect("campaign", public_id=campaign.public_id)


def _look(campaign: Campaign) -> dict[str, Any]:
    version, as_of, now = campaign.current, page_day(), clock.now()
    assert version is not None
    found: dict[str, Any] = {
        "campaign": campaign,
        "title": in_reader_language(campaign),
        "version": version,
        "as_of": as_of,
        "asked": standing_request(version),
        "refused": None,
        "steps": list(version.steps.select_related("template", "offer")),
    }
    try:
        audience = launching.preview(version=version, as_of=as_of)
    except DomainError as refused:
        return found | {"refused": refused}
    reach = reach_of(version, as_of=as_of)
    held = round(audience.size * version.holdout)
    return found | {
        "audience": audience,
        "of_all": reach.customers,
        "reach": reach,
        "held_out": held,
        "reached": audience.size - held,
        "left_out": figures_of_reasons(audience.left_out),
        "left_out_count": sum(audience.left_out.values()),
        "by_step": [(step, audience.by_step.get(str(step.pk), 0)) for step in found["steps"]],
        "unasked": would_return(version, size=audience.size, as_of=as_of, now=now),
        "approval_size": int(policy_number("launch.approval_size")),
        "approval_share": policy_number("launch.approval_share"),
    }


def standing_request(version: CampaignVersion) -> LaunchRequest | None:
    """The latest request for this version that was not launched yet."""
    waiting = LaunchRequest.objects.filter(version=version, launched_at=None)
    return waiting.select_related("requested_by", "approved_by").order_by("-requested_at", "-id").first()


def _act(request: HttpRequest, campaign: Campaign, act: str) -> HttpResponse:
    actor, now, version = signed_in(request), clock.now(), campaign.current
    assert version is not None
    if act == "request":
        launching.request_approval(version=version, actor=actor, now=now, as_of=page_day())
        return redirect("campaign-launch", public_id=campaign.public_id)
    asked = standing_request(version)
    if asked is None or str(asked.public_id) != request.POST.get("request", ""):
        raise Conflict(
            "request_changed",
            _("What you looked at is not what stands now."),
            mend=_("Look at the numbers again."),
        )
    if act == "approve":
        launching.approve(request=asked, actor=actor, now=now)
        messages.success(request, _("Approved. Whoever asked can launch it now."))
        return redirect("campaign-launch", public_id=campaign.public_id)
    _need_second_factor(actor, asked)
    launched = launching.launch(request=asked, actor=actor, now=now, as_of=page_day())
    if launched.status == CampaignStatus.PAUSED:
        messages.warning(request, _("The audience’s size moved since it was looked at. Look again before you launch."))
        return redirect("campaign-launch", public_id=campaign.public_id)
    messages.success(request, _("Launched. The first messages are on their way."))
    return redirect("campaign", public_id=campaign.public_id)


def _need_second_factor(actor: User, asked: LaunchRequest) -> None:
    if asked.size > policy_number("launch.approval_size") and not has_second_factor(actor):
        raise Forbidden(
            "second_factor_needed",
            _("A launch of this size needs a second factor."),
            mend=_("Set it up on your own page, then launch."),
        )
