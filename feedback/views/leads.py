"""The board of product leads, one lead, and putting a voice to one."""

from __future__ import annotations

from datetime import date
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from feedback.forms import LeadForm
from feedback.models import FeedbackItem, ProductLead
from feedback.selectors.inbox import inbox
from feedback.selectors.leads import board, staked_leads
from feedback.services.leads import create_lead, link_item, link_items, plan_lead
from feedback.tables import InboxTable
from retention.common import clock
from retention.common.errors import DomainError
from retention.customers.selectors.lists import as_uuid
from tenants.context import current_tenant
from tenants.people.models import User
from tenants.people.permissions import may, require

SHOWN = 50


def _today() -> date:
    return clock.today(current_tenant().timezone)


@require_GET
@require("leads.view")
def lead_board(request: HttpRequest) -> HttpResponse:
    """From idea to shipped, with customers and revenue at stake."""
    context = {"columns": board(_today()), "may_edit": may(request.user, "leads.edit")}
    return render(request, "feedback/leads.html", context)


@require_POST
@require("leads.edit")
def lead_new(request: HttpRequest) -> HttpResponse:
    """A new idea, from a voice or from nobody's."""
    item = _item(request, request.POST.get("item", ""))
    try:
        actor = cast("User", request.user)
        lead = create_lead(title=request.POST.get("title", ""), item=item, actor=actor, now=clock.now())
    except DomainError as error:
        messages.error(request, error.words)
        return redirect("leads")
    return redirect("lead", public_id=lead.public_id)


@require_GET
@require("leads.view")
def lead_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One lead: what is at stake, who asks, whose it is; shipped: whom to tell."""
    lead = get_object_or_404(staked_leads(_today()), public_id=public_id)
    initial = {
        "title": lead.title,
        "summary": lead.summary,
        "status": lead.status,
        "owner": str(lead.owner.public_id) if lead.owner else "",
        "department": lead.department,
        "due_on": lead.due_on,
    }
    return _page(request, lead, LeadForm(initial=initial))


@require_POST
@require("leads.edit")
def lead_plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Its words, its status, and whose it is until when."""
    lead = get_object_or_404(staked_leads(_today()), public_id=public_id)
    form = LeadForm(request.POST)
    if not form.is_valid():
        return _page(request, lead, form, status=400)
    _plan(request, lead, form)
    return redirect("lead", public_id=public_id)


@require_POST
@require("leads.edit")
def feedback_link(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put a voice to a lead that is there, or to a new one."""
    item, actor, now = get_object_or_404(inbox(request.user), public_id=public_id), request.user, clock.now()
    person = cast("User", actor)
    try:
        if chosen := request.POST.get("lead", ""):
            lead = get_object_or_404(ProductLead, public_id=as_uuid(chosen))
            link_item(lead=lead, item=item, actor=person, now=now)
        else:
            lead = create_lead(title=request.POST.get("title", ""), item=item, actor=person, now=now)
        messages.success(request, _("Put to the lead “%(lead)s”.") % {"lead": lead})
    except DomainError as error:
        messages.error(request, error.words)
    return redirect("feedback-item", public_id=public_id)


@require_POST
@require("leads.edit")
def feedback_link_all(request: HttpRequest) -> HttpResponse:
    """Put all voices that the inbox shows by its search and filters to a lead that is there, or to a new one."""
    table, actor, now = InboxTable(request, inbox(request.user)), cast("User", request.user), clock.now()
    try:
        if not table.is_narrowed:
            raise DomainError(
                "too_wide",
                _("That would be the whole inbox."),
                mend=_("Search or filter first, then put it to a lead."),
            )
        if chosen := request.POST.get("lead", ""):
            lead = get_object_or_404(ProductLead, public_id=as_uuid(chosen))
        else:
            lead = create_lead(title=request.POST.get("title", ""), item=None, actor=actor, now=now)
        count = link_items(lead=lead, items=table.queryset, actor=actor, now=now)
    except DomainError as error:
        messages.error(request, error.words)
        return redirect(f"{reverse('feedback')}?{request.GET.urlencode()}")
    said = ngettext("%(n)d more voice asks for it.", "%(n)d more voices ask for it.", count) % {"n": count}
    messages.success(request, said)
    return redirect("lead", public_id=lead.public_id)


def _page(request: HttpRequest, lead: ProductLead, form: LeadForm, *, status: int = 200) -> HttpResponse:
    items = inbox(request.user).filter(lead_links__lead=lead)
    context = {"lead": lead, "form": form, "items": items[:SHOWN], "may_edit": may(request.user, "leads.edit")}
    return render(request, "feedback/lead.html", context, status=status)


def _plan(request: HttpRequest, lead: ProductLead, form: LeadForm) -> None:
    given = dict(form.cleaned_data)
    named = given.pop("owner")
    owner = get_object_or_404(User, public_id=named) if named else None
    try:
        plan_lead(lead=lead, owner=owner, actor=cast("User", request.user), now=clock.now(), **given)
        messages.success(request, _("Kept."))
    except DomainError as error:
        messages.error(request, error.words)


def _item(request: HttpRequest, public_id: str) -> FeedbackItem | None:
    return get_object_or_404(inbox(request.user), public_id=as_uuid(public_id)) if public_id else None
