"""The page on which two segments are laid over each other."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from retention.common.tables import render_table
from retention.customers.selectors.scopes import visible_customers
from retention.segments.models import Segment
from retention.segments.selectors.overlap import PARTS, Part, part_of, shared_between
from retention.segments.tables import PartTable, with_scores
from retention.segments.views.shared import find_segment
from tenants.people.permissions import require


@require("segments.view")
def segment_overlap(request: HttpRequest, code: str) -> HttpResponse:
    """``?with=code`` names the other segment and ``?part=`` whose list is shown; without it a segment is chosen."""
    segment = find_segment(code)
    others = Segment.objects.filter(archived_at=None).exclude(pk=segment.pk)
    context: dict[str, object] = {"segment": segment, "others": others}
    chosen = request.GET.get("with", "")
    if not chosen:
        return render(request, "segments/overlap.html", context)
    other = find_segment(chosen)
    part = next((one for one in PARTS if one == request.GET.get("part")), PARTS[0])
    rows = with_scores(visible_customers(part_of(segment, other, part), request.user))
    if not getattr(request, "htmx", None):
        shared = shared_between(segment, other)
        labels = part_labels(segment, other)
        context |= {
            "other": other,
            "part": part,
            "shared": shared,
            "parts": [(one, labels[one], shared.count(one)) for one in PARTS],
        }
    return render_table(request, PartTable, rows, "segments/overlap.html", context)


def part_labels(one: Segment, other: Segment) -> dict[Part, str]:
    """What each part is called."""
    return {
        "both": _("In both"),
        "one": _("Only in “%s”") % one.title,
        "other": _("Only in “%s”") % other.title,
    }
