"""The pages of segments: all of them, one of them, why a customer is in, and its customers as a file."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from retention.common import clock
from retention.common.tables import render_table
from retention.customers.models import Customer
from retention.customers.selectors.lists import counted_customers, found_customers
from retention.customers.selectors.scopes import visible_customers
from retention.scoring.explain import reasons_of
from retention.segments.models import Segment
from retention.segments.selectors.charts import size_chart
from retention.segments.selectors.members import has_large_snapshot, segment_members, segment_reach
from retention.segments.selectors.sizes import overlaps, segment_cards
from retention.segments.selectors.standing import Standing, standing_of
from retention.segments.selectors.why import why
from retention.segments.services.audiences import PLATFORMS
from retention.segments.services.save import archive_segment
from retention.segments.tables import member_table, with_scores
from retention.segments.uses import uses_of
from retention.segments.views.shared import find_segment, page_day
from tenants.people.permissions import may, require

MOST_FOUND = 20


@require("segments.view")
def segment_list(request: HttpRequest) -> HttpResponse:
    """All living segments with size, change and line."""
    cards = segment_cards(list(Segment.objects.filter(archived_at=None)))
    context = {
        "ready": [card for card in cards if card.segment.ready],
        "own": [card for card in cards if not card.segment.ready],
        "as_of": max((card.as_of for card in cards if card.as_of), default=None),
        "may_edit": may(request.user, "segments.edit"),
    }
    return render(request, "segments/list.html", context)


@require("segments.view")
def segment_page(request: HttpRequest, code: str) -> HttpResponse:
    """One segment: its rule in words, how many it reaches, how it grew, who is in."""
    segment, as_of = find_segment(code), page_day()
    standing = standing_of(segment, as_of=as_of)
    found = segment_members(segment, as_of=as_of) if standing.has_members else Customer.objects.none()
    members = with_scores(visible_customers(found, request.user))
    htmx = getattr(request, "htmx", None)
    context: dict[str, object] = {"segment": segment, "as_of": as_of, "has_members": standing.has_members}
    if not htmx:
        context |= _page_context(request, segment, standing, as_of)
    return render_table(request, member_table(segment.code), members, "segments/segment.html", context)


def _page_context(request: HttpRequest, segment: Segment, standing: Standing, as_of: date) -> dict[str, object]:
    (card,) = segment_cards([segment])
    later = standing.has_members and has_large_snapshot(segment, as_of)
    return {
        "card": card,
        "chart": size_chart(card),
        "reach": segment_reach(segment, as_of=as_of) if standing.has_members and not later else None,
        "reach_later": later,
        "rule": standing.rule,
        "problem": standing.problem,
        "overlaps": overlaps(segment),
        "uses": uses_of(segment, request.user),
        "may_edit": may(request.user, "segments.edit"),
        "may_export": may(request.user, "segments.export"),
        "platforms": PLATFORMS.values(),
    }


@require("segments.view")
def segment_reach_part(request: HttpRequest, code: str) -> HttpResponse:
    """The reach alone: of a large segment it comes after its page."""
    segment, as_of = find_segment(code), page_day()
    context = {"reach": segment_reach(segment, as_of=as_of), "as_of": as_of}
    return render(request, "segments/_reach.html", context)


@require("segments.view")
def segment_find(request: HttpRequest, code: str) -> HttpResponse:
    """Find a customer by a word, to read why they are in the segment or not: one found is shown at once."""
    segment, text = find_segment(code), request.GET.get("q", "").strip()[:200]
    visible = visible_customers(counted_customers(), request.user)
    found = list(found_customers(visible, text)[: MOST_FOUND + 1]) if text else []
    if len(found) == 1:
        return redirect("segment-why", code=code, public_id=found[0].public_id)
    context = {"segment": segment, "text": text, "found": found[:MOST_FOUND], "more": len(found) > MOST_FOUND}
    return render(request, "segments/find.html", context)


@require("segments.view")
def segment_why(request: HttpRequest, code: str, public_id: UUID) -> HttpResponse:
    """Why a customer is in a segment, or is not: in the drawer, or as a page of its own."""
    segment, as_of = find_segment(code), page_day()
    customer = get_object_or_404(visible_customers(counted_customers(), request.user), public_id=public_id)
    reason = why(segment.rule, customer, as_of=as_of)
    template = "segments/_why.html" if getattr(request, "htmx", None) else "segments/why.html"
    context = {"segment": segment, "customer": customer, "reason": reason, "as_of": as_of}
    return render(request, template, {**context, "scores": reasons_of(customer)})


@require_POST
@require("segments.edit")
def segment_archive(request: HttpRequest, code: str) -> HttpResponse:
    """Take an own segment off the lists."""
    segment = find_segment(code)
    archive_segment(segment=segment, actor=request.user, now=clock.now())
    messages.success(request, _("“%s” is archived; its history is kept.") % segment.title)
    return redirect("segments")
