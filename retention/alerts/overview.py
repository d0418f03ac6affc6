"""Alerts on the first page: how many are open at each level, and the clocks that run."""

from __future__ import annotations

from typing import Any

from retention.alerts.selectors.lists import living_alerts, priority_counts, running_clocks
from retention.common import clock
from retention.segments.overview.parts import OverviewPart, register

CLOCKS = 5


def _context(user: Any) -> dict[str, Any]:
    now = clock.now()
    alerts = living_alerts(user)
    return {"levels": priority_counts(alerts), "clocks": running_clocks(alerts, now=now)[:CLOCKS]}


register(OverviewPart("alerts", 10, "alerts.view", "alerts/_overview.html", _context))
