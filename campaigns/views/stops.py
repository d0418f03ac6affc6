"""The page of stop switches: everything or one channel, at once, with what it means in numbers."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.enums import CampaignStatus
from campaigns.forms import StopForm
from campaigns.models import Campaign, Message, StopSwitch
from campaigns.selectors.live import WAITING
from campaigns.services.switches import resume_sending, stop_sending
from retention.common import clock
from retention.customers.enums import Channel
from tenants.people.confirmation import confirm_first
from tenants.people.permissions import may, require
from tenants.selectors.platform import sending_state

PAST = 20


@require_http_methods(["GET", "HEAD", "POST"])
@require("campaigns.stop")
def stop_page(request: HttpRequest) -> HttpResponse:
    """What is stopped now, what was, and the buttons."""
    form = StopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        stop_sending(actor=request.user, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("Stopped. Within two seconds nothing new goes out."))
        return redirect("stop")
    switches = StopSwitch.objects.select_related("campaign", "on_by", "off_by")
    context = {
        "form": form,
        "platform": sending_state(),
        "on": switches.filter(off_at=None),
        "past": switches.exclude(off_at=None)[:PAST],
        "waiting": _waiting(),
        "waiting_count": Message.objects.filter(state__in=WAITING).count(),
        "running": Campaign.objects.filter(status=CampaignStatus.RUNNING).count(),
        "may_resume": may(request.user, "campaigns.launch"),
    }
    return render(request, "campaigns/stop.html", context, status=400 if form.errors else 200)


@require_POST
@require("campaigns.launch")
def stop_off(request: HttpRequest, switch: int) -> HttpResponseBase:
    """Let messages go again."""
    return _turn_off(request, get_object_or_404(StopSwitch, pk=switch))


@confirm_first
def _turn_off(request: HttpRequest, found: StopSwitch) -> HttpResponse:
    resume_sending(switch=found, actor=request.user, now=clock.now())
    messages.success(request, _("Sending goes on."))
    return redirect("stop")


def _waiting() -> list[tuple[str, int]]:
    """Messages that wait, by channel: what a stop holds back."""
    rows = Message.objects.filter(state__in=WAITING).order_by().values_list("channel").annotate(count=Count("id"))
    counts = dict(rows)
    return [(str(channel.label), counts[channel]) for channel in Channel if counts.get(channel)]
