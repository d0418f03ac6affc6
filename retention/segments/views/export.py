"""The doors through which a segment's customers leave: as a file, and as an audience for an ad platform."""

from __future__ import annotations

import io
from collections.abc import Callable
from tempfile import TemporaryFile
from typing import TextIO

from django.contrib import messages
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from retention.common import clock
from retention.customers.selectors.scopes import visible_customers
from retention.segments.selectors.members import segment_members
from retention.segments.services.audiences import PLATFORMS, export_audience
from retention.segments.services.export import export_members
from retention.segments.views.shared import find_segment, page_day
from tenants.people.confirmation import confirm_first
from tenants.people.permissions import require


@require_POST
@require("segments.export")
def segment_export(request: HttpRequest, code: str) -> HttpResponseBase:
    """The customers that this person may see, as CSV. A POST, because taking them is kept in the audit log."""
    segment, as_of = find_segment(code), page_day()
    members = visible_customers(segment_members(segment, as_of=as_of), request.user)

    def fill(stream: TextIO) -> None:
        export_members(
            segment=segment, members=members, stream=stream, actor=request.user, now=clock.now(), as_of=as_of
        )

    return csv_file(request, f"{segment.code}-{as_of:%Y-%m-%d}.csv", fill)


@require_POST
@require("segments.export")
def segment_audience(request: HttpRequest, code: str) -> HttpResponseBase:
    """The same customers as hashes that an ad platform takes; who did not agree to marketing is left out."""
    segment, as_of = find_segment(code), page_day()
    platform = PLATFORMS.get(request.POST.get("platform", ""))
    if platform is None:
        messages.error(request, _("Choose the platform that the file is for."))
        return redirect("segment", code)
    members = visible_customers(segment_members(segment, as_of=as_of), request.user)

    def fill(stream: TextIO) -> None:
        export_audience(
            segment=segment,
            members=members,
            platform=platform,
            stream=stream,
            actor=request.user,
            now=clock.now(),
            as_of=as_of,
        )

    return csv_file(request, f"{segment.code}-{platform.code}-{as_of:%Y-%m-%d}.csv", fill)


@confirm_first
def csv_file(_request: HttpRequest, name: str, fill: Callable[[TextIO], object]) -> FileResponse:
    """What `fill` writes, as a CSV file called `name`. Every file of customers leaves here: who did not confirm lately
    who they are does so first. Asked after the door found its segment, so that what isn't there stays a 404."""
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    fill(text)
    text.flush()
    text.detach()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
