"""The inbox and an item's page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from feedback.enums import Intent, ItemStatus, LeadStatus
from feedback.models import FeedbackItem, ProductLead, Topic
from feedback.selectors.inbox import inbox
from feedback.services.triage import answer_item, close_item, put_back_item, reopen_item, tag_item, take_item
from feedback.tables import InboxTable, item_url
from retention.common import clock
from retention.common.errors import DomainError
from retention.common.tables import render_table
from tenants.people.permissions import may, require


@require_GET
@require("feedback.view")
def feedback_list(request: HttpRequest) -> HttpResponse:
    """Everything said, to be filtered."""
    return render_table(request, InboxTable, inbox(request.user), "feedback/list.html")


@require_GET
@require("feedback.view")
def feedback_item(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One voice, who it is of, and what was decided about it."""
    item = _item_of(request, public_id)
    tags = list(item.tags.all())
    context = {
        "item": item,
        "tags": tags,
        "chosen": [*(tag.topic.code for tag in tags), "", "", ""][:3],
        "topics": Topic.objects.filter(retired_at=None).exclude(parent=None).select_related("parent"),
        "intents": Intent.choices,
        "may_tag": may(request.user, "feedback.tag"),
        "may_lead": may(request.user, "leads.edit"),
        "leads": ProductLead.objects.filter(links__item=item),
        "open_leads": ProductLead.objects.exclude(status__in=[LeadStatus.SHIPPED, LeadStatus.DECLINED])[:200],
        "is_over": item.status in (ItemStatus.ANSWERED, ItemStatus.CLOSED),
    }
    return render(request, "feedback/item.html", context)


@require_POST
@require("feedback.tag")
def feedback_tag(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put it under its topics."""
    item = _item_of(request, public_id)
    topics = [code for code in request.POST.getlist("topic") if code]
    try:
        tag_item(
            item=item,
            topics=topics,
            intent=request.POST.get("intent", ""),
            severe=request.POST.get("severe") == "on",
            actor=request.user,  # type: ignore[arg-type]
            now=clock.now(),
        )
        messages.success(request, _("Kept."))
    except DomainError as error:
        messages.error(request, f"{error.message} {error.mend}")
    return HttpResponseRedirect(_next_of(request, item))


@require_POST
@require("feedback.tag")
def feedback_move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answered, closed, open again; in somebody's hands, or nobody's."""
    item = _item_of(request, public_id)
    act = request.POST.get("act", "")
    known = {"actor": request.user, "now": clock.now()}
    try:
        if act == "answer":
            answer_item(item=item, **known)  # type: ignore[arg-type]
        elif act in ("resolve", "close"):
            close_item(item=item, resolved=act == "resolve", **known)  # type: ignore[arg-type]
        elif act == "reopen":
            reopen_item(item=item, **known)  # type: ignore[arg-type]
        elif act == "take":
            take_item(item=item, **known)  # type: ignore[arg-type]
        elif act == "put_back":
            put_back_item(item=item, **known)  # type: ignore[arg-type]
        else:
            raise DomainError("unknown_act", _("There is no such act."), mend=_("Use a button of the page."))
    except DomainError as error:
        messages.error(request, f"{error.message} {error.mend}")
    return HttpResponseRedirect(item_url(item))


def _item_of(request: HttpRequest, public_id: UUID) -> FeedbackItem:
    return get_object_or_404(inbox(request.user), public_id=public_id)


def _next_of(request: HttpRequest, item: FeedbackItem) -> str:
    """The next item that nobody took up, where the person asked for it; else the same."""
    if request.POST.get("then") != "next":
        return item_url(item)
    waiting = inbox(request.user).filter(status=ItemStatus.NEW).exclude(pk=item.pk).first()
    return item_url(waiting) if waiting else reverse("feedback")
