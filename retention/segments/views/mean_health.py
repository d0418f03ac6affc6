"""The page of the mean health of a segment: why it changed between two days."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from retention.customers.selectors.scopes import visible_customers
from retention.scoring.services.mean_change import MeanChange, mean_change_of_customers
from retention.scoring.views.mean_health import asked_change
from retention.segments.selectors.members import segment_members
from retention.segments.views.shared import find_segment, page_day
from tenants.people.permissions import require


@require("segments.view")
@require("scores.view")
def segment_health(request: HttpRequest, code: str) -> HttpResponse:
    """Of those who are in it now, on both days."""
    segment, day = find_segment(code), page_day()

    def between(first: date, last: date, zone: str) -> MeanChange:
        members = visible_customers(segment_members(segment, as_of=day), request.user).order_by("pk")
        return mean_change_of_customers(list(members.values_list("pk", flat=True)), first, last, zone)

    context = {"segment": segment, "day": day, **asked_change(request, between)}
    return render(request, "segments/health.html", context)
