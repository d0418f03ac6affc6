"""Monitors with what they read: now, and over the last twelve weeks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from retention.alerts.detectors import Detector, detectors
from retention.alerts.detectors.base import sentence_of
from retention.alerts.models import Monitor, MonitorReading
from retention.alerts.responses import choice_label, split_choice
from retention.common import formats
from retention.common.charts import Chart, in_percent, lines

DAYS_SHOWN = 12 * 7


@dataclass(frozen=True)
class MonitorCard:
    """A monitor as its page shows it. `reading` is None before the first detection."""

    detector: Detector
    monitor: Monitor
    reading: MonitorReading | None
    history: tuple[MonitorReading, ...]

    @property
    def value(self) -> str:
        """The latest value in its unit."""
        return shown_value(self.detector, self.reading.value if self.reading else None)

    @property
    def threshold(self) -> str:
        """Where it fires, in the same unit."""
        return shown_value(self.detector, self.reading.threshold if self.reading else None)

    @property
    def sentence(self) -> str:
        """What the latest reading says."""
        if self.reading is None:
            return ""
        if self.detector.per_customer and not self.reading.quiet:
            found = round(self.reading.value or 0)
            return _("%(count)s customers entered that day.") % {"count": formats.number(found)}
        return sentence_of(self.detector.code, self.reading.quiet, self.reading.evidence)

    @property
    def fired(self) -> list[date]:
        """The days of the last twelve weeks on which it fires."""
        return [reading.as_of for reading in self.history if reading.fired]

    @property
    def responses(self) -> list[str]:
        """What an alert of it sets going, in words."""
        return [choice_label(*split_choice(choice)) for choice in self.monitor.responses]

    @property
    def chart(self) -> Chart | None:
        """The values of the last twelve weeks, where there are two."""
        return history_chart(self)


def monitor_cards() -> list[MonitorCard]:
    """All monitors, in their order."""
    rows = {monitor.code: monitor for monitor in Monitor.objects.all()}
    latest = MonitorReading.objects.order_by("-as_of").values_list("as_of", flat=True).first()
    history: dict[int, list[MonitorReading]] = defaultdict(list)
    if latest is not None:
        for reading in MonitorReading.objects.filter(as_of__gt=latest - timedelta(days=DAYS_SHOWN + 1)):
            history[reading.monitor_id].append(reading)
    cards = []
    for detector in sorted(detectors, key=lambda detector: (detector.order, detector.code)):
        monitor = rows.get(detector.code) or Monitor(
            code=detector.code, urgency=detector.urgency, owner_role=detector.owner_role
        )
        readings = sorted(history.get(monitor.pk or 0, []), key=lambda reading: reading.as_of)
        cards.append(MonitorCard(detector, monitor, readings[-1] if readings else None, tuple(readings)))
    return cards


def shown_value(detector: Detector, value: float | None) -> str:
    """A value in the monitor's unit."""
    if detector.unit == "share":
        return formats.share(value)
    if detector.unit == "money":
        return formats.money(value)
    return formats.number(value, 1 if detector.unit == "points" else 0)


def history_chart(card: MonitorCard) -> Chart | None:
    """The line of values, the threshold, and a mark where it fires; None below two values."""
    known = [reading for reading in card.history if reading.value is not None]
    if len(known) < 2:
        return None
    days = [reading.as_of.isoformat() for reading in known]
    factor = 100 if card.detector.unit == "share" else 1
    series = {
        _("Value"): [_scaled(reading.value, factor) for reading in known],
        _("Fires from"): [_scaled(reading.threshold, factor) for reading in known],
    }
    if all(value is None for value in series[_("Fires from")]):
        del series[_("Fires from")]
    option = lines(days, series)
    if factor == 100:
        option = in_percent(option)
    fired = [
        {"coord": [reading.as_of.isoformat(), _scaled(reading.value, factor)]} for reading in known if reading.fired
    ]
    option["series"][0]["markPoint"] = {"symbol": "circle", "symbolSize": 9, "data": fired, "label": {"show": False}}
    rows: list[tuple[Any, ...]] = [
        (
            formats.day(reading.as_of),
            shown_value(card.detector, reading.value),
            shown_value(card.detector, reading.threshold),
            _("yes") if reading.fired else _("no"),
        )
        for reading in reversed(known)
    ]
    summary = _("In the last twelve weeks it would have fired on %(count)s of %(days)s days looked at.") % {
        "count": formats.number(len(fired)),
        "days": formats.number(len(card.history)),
    }
    head = (_("Day"), _("Value"), _("Fires from"), _("Fires"))
    return Chart(f"monitor-{card.detector.code}", card.detector.label, summary, option, head, rows, height="sm")


def _scaled(value: float | None, factor: int) -> float | None:
    return None if value is None else round(value * factor, 4)
