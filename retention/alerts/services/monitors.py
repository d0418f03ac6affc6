"""Monitors as rows: each detector has one; a person changes whose it is, how urgent, and what it sets going."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from retention.alerts.detectors import Detector, detectors
from retention.alerts.models import Monitor
from retention.alerts.responses import choices
from retention.common.errors import DomainError
from tenants.governance.services.audit import record_act


@dataclass(frozen=True)
class Settings:
    """What a person may say about a monitor."""

    enabled: bool
    urgency: str
    owner_role: str
    responses: Sequence[str]


def monitor_of(detector: Detector) -> Monitor:
    """The row of `detector`, made with its defaults when a tenant meets it for the first time."""
    defaults = {"urgency": detector.urgency, "owner_role": detector.owner_role}
    return Monitor.objects.get_or_create(code=detector.code, defaults=defaults)[0]


def ensure_monitors() -> list[Monitor]:
    """A row for each detector, in their order."""
    known = sorted(detectors, key=lambda detector: (detector.order, detector.code))
    return [monitor_of(detector) for detector in known]


def change_monitor(*, monitor: Monitor, settings: Settings, actor: object, now: datetime) -> Monitor:
    """Change a monitor; raises DomainError for a response that nobody registered."""
    allowed = {code for code, _label in choices()}
    strange = [choice for choice in settings.responses if choice not in allowed]
    if strange:
        raise DomainError(
            "unknown_response",
            _("There is no response called “%(code)s”.") % {"code": strange[0]},
            mend=_("Choose from the list."),
        )
    with transaction.atomic():
        monitor.enabled, monitor.urgency = settings.enabled, settings.urgency
        monitor.owner_role, monitor.responses = settings.owner_role, list(settings.responses)
        monitor.save()
        detail = {
            "enabled": settings.enabled,
            "urgency": settings.urgency,
            "owner": settings.owner_role,
            "responses": list(settings.responses),
        }
        record_act(actor=actor, action="monitor.change", target=f"monitor:{monitor.code}", detail=detail, at=now)
    return monitor
