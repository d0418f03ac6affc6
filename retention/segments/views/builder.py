"""The doors of the rule builder: a new segment, a change, the form's parts, the live count."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from retention.common import clock
from retention.common.errors import Busy, DomainError
from retention.common.ids import uuid7
from retention.customers.models import Customer
from retention.customers.selectors.scopes import visible_customers
from retention.segments.builder.convert import Rule, draft_of, rule_of
from retention.segments.builder.draft import DraftGroup, act_on, new_draft, next_focus, read_draft
from retention.segments.builder.present import show_draft
from retention.segments.builder.stored import draft_of_stored
from retention.segments.forms import SegmentForm
from retention.segments.models import Segment, SegmentRefresh
from retention.segments.rules.parse import parse_rule
from retention.segments.rules.tree import RuleError
from retention.segments.selectors.counting import (
    CountStopped,
    CountTooLong,
    count_draft,
    count_tag,
    estimate_count,
    stop_counting,
)
from retention.segments.selectors.words import rule_words
from retention.segments.services.save import Draft, change_segment, create_segment
from retention.segments.views.shared import find_segment, page_day
from tenants.people.permissions import require
from tenants.policies import policy_number

SAMPLE = 5


@require("segments.edit")
def segment_new(request: HttpRequest) -> HttpResponse:
    """Write a new segment, perhaps from a copy (``?from=code``)."""
    if request.method == "POST":
        return _save(request, None)
    source = request.GET.get("from", "")
    if not source:
        return _page(request, SegmentForm(), new_draft(), None)
    copied = find_segment(source)
    initial = {
        "name": _("%s (copy)") % copied.name,
        "name_zh": f"{copied.name_zh}（副本）" if copied.name_zh else "",
        "description": copied.description,
        "description_zh": copied.description_zh,
    }
    return _open(request, SegmentForm(initial=initial), copied.rule, None)


@require("segments.edit")
def segment_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change an own segment."""
    segment = find_segment(code)
    if request.method == "POST":
        return _save(request, segment)
    return _open(request, SegmentForm(instance=segment), segment.rule, segment)


@require_POST
@require("segments.edit")
def segment_builder(request: HttpRequest) -> HttpResponse:
    """The form's parts after one step: a condition added or removed, another field chosen."""
    do = request.POST.get("do", "")
    draft = act_on(read_draft(request.POST), do)
    response = render(request, "segments/_builder.html", {"part": show_draft(draft)})
    response["HX-Trigger-After-Settle"] = json.dumps({"draft-changed": "", "focus-on": next_focus(draft, do)})
    return response


@require_POST
@require("segments.edit")
def segment_preview(request: HttpRequest) -> HttpResponse:
    """How many the draft holds and reaches, and some of them; or what it lacks, or why it was not counted.

    Nothing, where the count was stopped: whoever stopped it knows, and what is shown stays.
    """
    written, as_of = rule_of(read_draft(request.POST)), page_day()
    context: dict[str, Any] = {"as_of": as_of}
    try:
        context["rule"] = rule_words(parse_rule(written.rule))
        context |= _counted(request, written.rule, as_of)
    except RuleError as error:
        context["error"], context["path"] = error, written.path_of(error.place)
    except CountStopped:
        return HttpResponse(status=204)
    return render(request, "segments/_preview.html", context)


@require_POST
@require("segments.edit")
def segment_count_stop(request: HttpRequest) -> HttpResponse:
    """Stop what is counted for this form of this person: by the button, a change of the rule, or leaving the page."""
    stop_counting(count_tag(request.user, request.POST.get("counting", "")))
    return render(request, "segments/_uncounted.html", {"uncounted": CountStopped()})


def _counted(request: HttpRequest, rule: Rule, as_of: date) -> dict[str, Any]:
    """The count and some of the members that this person may see; or an estimate. Raises CountStopped."""
    tag = count_tag(request.user, request.POST.get("counting", ""))
    try:
        counted = count_draft(rule, as_of=as_of, tag=tag, seconds=int(policy_number("segments.count_seconds")))
        some = visible_customers(Customer.objects.filter(pk__in=counted.ids), request.user)
        return {"reach": counted.reach, "sample": some.order_by("pk")[:SAMPLE]}
    except CountTooLong as error:
        return {"uncounted": error, "estimate": estimate_count(rule, as_of=as_of, tag=tag)}


def _open(request: HttpRequest, form: SegmentForm, rule: object, segment: Segment | None) -> HttpResponse:
    """The form with a stored rule. One that no longer parses is shown as far as it can be read, with what is wrong."""
    try:
        return _page(request, form, draft_of(parse_rule(rule)), segment)
    except RuleError as error:
        draft = draft_of_stored(rule)
        return _page(request, form, draft, segment, error=error, wrong=rule_of(draft).path_of(error.place))


def _page(
    request: HttpRequest,
    form: SegmentForm,
    draft: DraftGroup,
    segment: Segment | None,
    *,
    error: DomainError | None = None,
    wrong: str = "",
) -> HttpResponse:
    context = {
        "form": form,
        "part": show_draft(draft, wrong=wrong),
        "segment": segment,
        "seen": segment.updated_at.isoformat() if segment else "",
        "error": error,
        "counting": str(uuid7()),
    }
    refused = request.method == "POST" and (error or form.errors)
    status = (error.status if error else 400) if refused else 200
    return render(request, "segments/builder.html", context, status=status)


def _save(request: HttpRequest, segment: Segment | None) -> HttpResponse:
    form, draft = SegmentForm(request.POST), read_draft(request.POST)
    written = rule_of(draft)
    if not form.is_valid():
        return _page(request, form, draft, segment)
    content = Draft(rule=written.rule, **form.cleaned_data)
    actor, now, as_of = request.user, clock.now(), page_day()
    try:
        if segment is None:
            segment = create_segment(draft=content, actor=actor, now=now, as_of=as_of)
        else:
            segment.updated_at = _seen(request, segment)
            segment = change_segment(segment=segment, draft=content, actor=actor, now=now, as_of=as_of)
    except RuleError as error:
        return _page(request, form, draft, segment, error=error, wrong=written.path_of(error.place))
    except Busy as error:
        return _page(request, form, draft, segment, error=error)
    if SegmentRefresh.objects.filter(segment=segment, problem="").exists():
        messages.success(request, _("“%s” is saved and counted.") % segment.title)
    else:
        messages.warning(request, _("“%s” is saved. It is counted with the next run.") % segment.title)
    return redirect("segment", code=segment.code)


def _seen(request: HttpRequest, segment: Segment) -> datetime:
    """When the segment that this form shows was last changed."""
    try:
        return datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError:
        return segment.updated_at
