"""All that the page of one alert shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.alerts.detectors import detectors
from retention.alerts.detectors.base import Evidence
from retention.alerts.enums import Level, Status
from retention.alerts.models import Alert
from retention.alerts.responses import choice_label, choices
from retention.alerts.selectors.lists import running
from retention.alerts.selectors.monitors import MonitorCard, monitor_cards
from retention.alerts.selectors.words import affected_url, alert_sentence, alert_title, subject_name
from retention.alerts.tables import STATES, TONES
from retention.common import formats
from tenants.policies import find_policy, policy_value

NAMES: dict[str, Promise] = {
    "customers": gettext_lazy("Customers looked at"),
    "this_week": gettext_lazy("Log-in days this week"),
    "last_week": gettext_lazy("Log-in days last week"),
    "value": gettext_lazy("Value"),
    "standard_error": gettext_lazy("Standard error"),
    "upper": gettext_lazy("At best, with chance allowed for"),
    "months": gettext_lazy("Revenue per payer, month by month"),
    "payers": gettext_lazy("Paying customers"),
    "change": gettext_lazy("Change"),
    "entered": gettext_lazy("Entered “lost”"),
    "base": gettext_lazy("Out of"),
    "silent": gettext_lazy("Silent customers"),
    "before": gettext_lazy("Value before"),
    "days": gettext_lazy("Days"),
    "part": gettext_lazy("With a complaint"),
    "of_orders": gettext_lazy("Counted in orders"),
    "answers": gettext_lazy("Answers"),
    "promoters": gettext_lazy("Promoters"),
    "detractors": gettext_lazy("Detractors"),
    "score": gettext_lazy("Score"),
    "answered_on": gettext_lazy("Answered on"),
    "last_login_on": gettext_lazy("Last log-in"),
    "entered_at": gettext_lazy("Entered at"),
    "away": gettext_lazy("Days away"),
}
"""What evidence is called on screen; a detector of another floor may show its own code."""


def alert_page_context(alert: Alert, *, now: datetime) -> dict[str, Any]:
    """Title, sentence, evidence, chart, why it fired, clock, responses, history."""
    detector = detectors.get(alert.monitor.code)
    card = next((card for card in monitor_cards() if card.detector.code == alert.monitor.code), None)
    known = {(row.code, row.option) for row in alert.responses.all()}
    unmet = [running(clock, now=now) for clock in alert.clocks.filter(met_at=None).select_related("alert__monitor")]
    return {
        "alert": alert,
        "title": alert_title(alert),
        "subject": subject_name(alert),
        "sentence": alert_sentence(alert),
        "meaning": detector.meaning if detector else "",
        "priority_tone": TONES[Level(alert.priority)],
        "status_tone": STATES[Status(alert.status)],
        "affected_url": affected_url(alert),
        "evidence": evidence_rows(alert.evidence),
        "card": card if card and not card.detector.per_customer else None,
        "rules": rules_behind(card) if card else [],
        "clocks": alert.clocks.all(),
        "unmet_clocks": unmet,
        "entries": alert.entries.select_related("actor").order_by("-at", "-id"),
        "responses": [(row, choice_label(row.code, row.option)) for row in alert.responses.all()],
        "can_respond": any(code.partition(":")[::2] not in known for code, _label in choices()),
        "notices": alert.notices.select_related("person"),
    }


def evidence_rows(evidence: Evidence) -> list[tuple[str, str]]:
    """The stored numbers as they are: what the sentence was made of."""
    return [(str(NAMES.get(name, name)), _shown(value)) for name, value in evidence.items() if value is not None]


def rules_behind(card: MonitorCard) -> list[tuple[str, str, str]]:
    """The policies that judged it: name, label, value now; of a map its numbers in the order of the label."""
    return [(name, str(find_policy(name).label), _policy_text(name)) for name in card.detector.policies]


def _policy_text(name: str) -> str:
    value, default = policy_value(name), find_policy(name).default
    if isinstance(value, dict) and isinstance(default, dict):
        return ", ".join(_shown(value.get(part, default[part])) for part in default)
    return _shown(value)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return formats.number(value) if value == int(value) else formats.number(value, 4).rstrip("0")
    return _moment(str(value))


def _moment(text: str) -> str:
    """A stored day or moment as it is written here; anything else as it is."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return formats.moment(found) if "T" in text else formats.day(found)
