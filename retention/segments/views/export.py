"""The door through which a segment's customers leave as a file."""

from __future__ import annotations

import io
from tempfile import TemporaryFile

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_POST

from retention.common import clock
from retention.customers.selectors.scopes import visible_customers
from retention.segments.selectors.members import segment_members
from retention.segments.services.export import export_members
from retention.segments.views.shared import find_segment, page_day
from tenants.people.permissions import require


@require_POST
@require("segments.export")
def segment_export(request: HttpRequest, code: str) -> FileResponse:
    """The customers that this person may see, as CSV. A POST, because taking them is kept in the audit log."""
    segment, as_of = find_segment(code), page_day()
    members = visible_customers(segment_members(segment, as_of=as_of), request.user)
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    export_members(segment=segment, members=members, stream=text, actor=request.user, now=clock.now(), as_of=as_of)
    text.flush()
    text.detach()
    file.seek(0)
    name = f"{segment.code}-{as_of:%Y-%m-%d}.csv"
    return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
