"""What the doors of this app share: the day that pages speak of, a segment by its code."""

from __future__ import annotations

from datetime import date

from django.shortcuts import get_object_or_404

from retention.common import clock
from retention.scoring.selectors.current import current_run
from retention.segments.models import Segment
from tenants.context import current_tenant


def page_day() -> date:
    """The day of the run in force; before the first one, the last complete day."""
    run = current_run()
    return run.as_of if run else clock.last_complete_day(current_tenant().timezone)


def find_segment(code: str) -> Segment:
    """The living segment called `code`, else 404."""
    return get_object_or_404(Segment, code=code, archived_at=None)
