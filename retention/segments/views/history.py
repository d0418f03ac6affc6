"""The pages of a segment's past: who entered and left between two days, and what was frozen under a name."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from retention.common import clock
from retention.common.errors import DomainError
from retention.common.tables import render_table
from retention.customers.models import Customer
from retention.customers.selectors.lists import counted_customers
from retention.customers.selectors.scopes import visible_customers
from retention.segments.forms import PeriodForm
from retention.segments.models import Segment, SegmentSnapshot
from retention.segments.selectors.charts import flow_chart, sizes_chart
from retention.segments.selectors.history import WAYS, Way, changed, history_of
from retention.segments.services.export import export_members
from retention.segments.services.snapshots import freeze_segment, remove_snapshot
from retention.segments.tables import MemberTable, PartTable, member_table, with_scores
from retention.segments.views.export import csv_file
from retention.segments.views.shared import find_segment, page_day
from tenants.people.permissions import may, require

SINCE_DAYS = 28


@require("segments.view")
def segment_history(request: HttpRequest, code: str) -> HttpResponse:
    """Size over time, who entered and left between two days, and the snapshots."""
    segment, way = find_segment(code), _way(request)
    since, until, form = _period(request)
    customers = changed(segment, way, since=since, until=until)
    rows = with_scores(visible_customers(customers, request.user))
    context: dict[str, object] = {"segment": segment, "way": way}
    if not getattr(request, "htmx", None):
        history = history_of(segment, since=since, until=until)
        context |= {
            "form": form,
            "history": history,
            "ways": [(one, history.count(one)) for one in WAYS],
            "size_chart": sizes_chart(history.sizes),
            "flow_chart": flow_chart(history),
            "snapshots": segment.snapshots.select_related("created_by"),
            "may_edit": may(request.user, "segments.edit"),
            "may_export": may(request.user, "segments.export"),
        }
    return render_table(request, member_table(segment.code, PartTable), rows, "segments/history.html", context)


@require_POST
@require("segments.export")
def segment_changes_export(request: HttpRequest, code: str) -> HttpResponseBase:
    """Those who entered, or left, as a file; taking them is kept in the audit log."""
    segment, way = find_segment(code), _way(request)
    since, until, _form = _period(request)
    customers = visible_customers(changed(segment, way, since=since, until=until), request.user)
    name = f"{segment.code}-{way}-{since:%Y-%m-%d}-{until:%Y-%m-%d}.csv"
    return csv_file(
        request,
        name,
        lambda stream: export_members(
            segment=segment,
            members=customers,
            stream=stream,
            actor=request.user,
            now=clock.now(),
            as_of=until,
            what={"way": way, "since": since.isoformat()},
        ),
    )


@require_POST
@require("segments.edit")
def snapshot_freeze(request: HttpRequest, code: str) -> HttpResponse:
    """Keep who is in now under a name."""
    segment = find_segment(code)
    name = request.POST.get("name", "")
    try:
        made = freeze_segment(segment=segment, name=name, actor=request.user, now=clock.now(), as_of=page_day())
    except DomainError as error:
        messages.error(request, error.words)
        return redirect("segment-history", code)
    messages.success(request, _("“%s” is kept.") % made.name)
    return redirect("segment-snapshot", code, made.public_id)


@require("segments.view")
def snapshot_page(request: HttpRequest, code: str, public_id: UUID) -> HttpResponse:
    """Who was frozen. Whoever was erased since is gone from it; the count stays."""
    segment, snapshot = _found(code, public_id)
    rows = with_scores(visible_customers(_members(snapshot), request.user))
    context = {
        "segment": segment,
        "snapshot": snapshot,
        "may_edit": may(request.user, "segments.edit"),
        "may_export": may(request.user, "segments.export"),
    }
    return render_table(request, MemberTable, rows, "segments/snapshot.html", context)


@require_POST
@require("segments.export")
def snapshot_export(request: HttpRequest, code: str, public_id: UUID) -> HttpResponseBase:
    """A snapshot's customers as a file, with their scores of now."""
    segment, snapshot = _found(code, public_id)
    customers = visible_customers(_members(snapshot), request.user)
    return csv_file(
        request,
        f"{segment.code}-{snapshot.as_of:%Y-%m-%d}-snapshot.csv",
        lambda stream: export_members(
            segment=segment,
            members=customers,
            stream=stream,
            actor=request.user,
            now=clock.now(),
            as_of=snapshot.as_of,
            what={"snapshot": str(snapshot.public_id)},
        ),
    )


@require_POST
@require("segments.edit")
def snapshot_remove(request: HttpRequest, code: str, public_id: UUID) -> HttpResponse:
    """Let go of a snapshot."""
    _segment, snapshot = _found(code, public_id)
    remove_snapshot(snapshot=snapshot, actor=request.user, now=clock.now())
    messages.success(request, _("“%s” is removed.") % snapshot.name)
    return redirect("segment-history", code)


def _found(code: str, public_id: UUID) -> tuple[Segment, SegmentSnapshot]:
    segment = find_segment(code)
    return segment, get_object_or_404(SegmentSnapshot, segment=segment, public_id=public_id)


def _members(snapshot: SegmentSnapshot) -> QuerySet[Customer]:
    return counted_customers().filter(pk__in=snapshot.members.values("customer_id")).order_by("id")


def _way(request: HttpRequest) -> Way:
    return "left" if _given(request).get("show") == "left" else "entered"


def _period(request: HttpRequest) -> tuple[date, date, PeriodForm]:
    """From when to when: by default the 28 days up to the day that pages speak of."""
    until = page_day()
    usual = {"from": until - timedelta(days=SINCE_DAYS), "to": until}
    form = PeriodForm({name: _given(request).get(name) or day for name, day in usual.items()})
    if form.is_valid():
        return form.cleaned_data["from"], form.cleaned_data["to"], form
    return usual["from"], usual["to"], form


def _given(request: HttpRequest) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET
