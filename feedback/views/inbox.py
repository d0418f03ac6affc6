"""The inbox and an item's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from feedback.enums import Intent, ItemStatus
from feedback.models import FeedbackItem, ProductLead
from feedback.selectors.inbox import inbox, waiting_after, waiting_before
from feedback.selectors.leads import open_leads
from feedback.selectors.topics import topic_kinds
from feedback.services.triage import (
    Was,
    answer_item,
    close_item,
    give_item,
    put_back_item,
    reopen_item,
    restore_item,
    separate_item,
    state_of,
    tag_item,
    take_item,
)
from feedback.tables import InboxTable, item_url
from retention.common import clock
from retention.common.errors import DomainError
from retention.common.tables import render_table
from retention.customers.selectors.lists import as_uuid
from tenants.people.models import User
from tenants.people.permissions import may, require
from tenants.people.selectors.people import people_to_choose

UNDO = "feedback_undo"
MOVES: dict[str, Callable[..., FeedbackItem]] = {
    "answer": answer_item,
    "reopen": reopen_item,
    "separate": separate_item,
    "take": take_item,
    "put_back": put_back_item,
}


@require_GET
@require("feedback.view")
def feedback_list(request: HttpRequest) -> HttpResponse:
    """Everything said, to be filtered; what is filtered can be put to a lead together."""
    may_lead = may(request.user, "leads.edit")
    context = {"undo": request.session.get(UNDO), "may_lead": may_lead, "open_leads": open_leads() if may_lead else []}
    return render_table(request, InboxTable, inbox(request.user), "feedback/list.html", context)


@require_GET
@require("feedback.view")
def feedback_item(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One voice, who it is of, and what was decided about it."""
    item = _item_of(request, public_id)
    tags, items = list(item.tags.all()), inbox(request.user)
    context = {
        "item": item,
        "tags": tags,
        "chosen": [*(tag.topic.code for tag in tags), "", "", ""][:3],
        "kinds": topic_kinds(),
        "intents": Intent.choices,
        "may_tag": may(request.user, "feedback.tag"),
        "may_lead": may(request.user, "leads.edit"),
        "leads": ProductLead.objects.filter(links__item=item),
        "open_leads": open_leads(),
        "people": people_to_choose("feedback.tag"),
        "next_item": waiting_after(items, item),
        "previous_item": waiting_before(items, item),
        "undo": request.session.get(UNDO),
        "again": items.filter(duplicate_of=item).order_by("received_at", "pk"),
        "is_over": item.status in (ItemStatus.ANSWERED, ItemStatus.CLOSED),
    }
    return render(request, "feedback/item.html", context)


@require_POST
@require("feedback.tag")
def feedback_tag(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put it under its topics."""
    item = _item_of(request, public_id)
    topics, was = [code for code in request.POST.getlist("topic") if code], state_of(item)
    try:
        moved = tag_item(
            item=item,
            topics=topics,
            intent=request.POST.get("intent", ""),
            severe=request.POST.get("severe") == "on",
            actor=request.user,  # type: ignore[arg-type]
            now=clock.now(),
        )
        _can_undo(request, moved, was)
        messages.success(request, _("Kept."))
    except DomainError as error:
        messages.error(request, error.words)
    return HttpResponseRedirect(_next_of(request, item))


@require_POST
@require("feedback.tag")
def feedback_move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answered, closed, open again; in somebody's hands, or nobody's."""
    item = _item_of(request, public_id)
    was = state_of(item)
    try:
        _can_undo(request, _move(request, item), was)
    except DomainError as error:
        messages.error(request, error.words)
    return HttpResponseRedirect(item_url(item))


@require_POST
@require("feedback.tag")
def feedback_undo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take back what this person did last, if nobody has worked on the item since."""
    item, kept = _item_of(request, public_id), request.session.pop(UNDO, None)
    if kept is None or kept["item"] != str(public_id):
        messages.error(request, _("There is nothing to undo."))
        return HttpResponseRedirect(item_url(item))
    try:
        restore_item(
            item=item,
            was=Was.from_json(kept["was"]),
            unless_moved_since=datetime.fromisoformat(kept["since"]),
            actor=request.user,  # type: ignore[arg-type]
            now=clock.now(),
        )
        messages.success(request, _("Undone: it is as it was."))
    except DomainError as error:
        messages.error(request, error.words)
    return HttpResponseRedirect(item_url(item))


def _move(request: HttpRequest, item: FeedbackItem) -> FeedbackItem:
    act, known = request.POST.get("act", ""), {"actor": request.user, "now": clock.now()}
    if act == "give":
        chosen = as_uuid(request.POST.get("person", ""))
        person = User.objects.filter(public_id=chosen).first() if chosen else None
        if person is None:
            raise DomainError("unknown_person", _("Nobody was chosen."), mend=_("Choose a person."))
        return give_item(item=item, to=person, **known)  # type: ignore[arg-type]
    if act in ("resolve", "close"):
        return close_item(item=item, resolved=act == "resolve", **known)  # type: ignore[arg-type]
    if act not in MOVES:
        raise DomainError("unknown_act", _("There is no such act."), mend=_("Use a button of the page."))
    return MOVES[act](item=item, **known)


def _can_undo(request: HttpRequest, item: FeedbackItem, was: Was) -> None:
    said = " ".join(item.text.split())[:40]
    request.session[UNDO] = {
        "item": str(item.public_id), "said": said, "since": item.updated_at.isoformat(), "was": was.as_json(),
    }  # fmt: skip


def _item_of(request: HttpRequest, public_id: UUID) -> FeedbackItem:
    return get_object_or_404(inbox(request.user), public_id=public_id)


def _next_of(request: HttpRequest, item: FeedbackItem) -> str:
    """The next item that nobody took up, where the person asked for it; else the same."""
    if request.POST.get("then") != "next":
        return item_url(item)
    waiting = waiting_after(inbox(request.user), item)
    return item_url(waiting) if waiting else reverse("feedback")
