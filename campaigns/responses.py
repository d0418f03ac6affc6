"""What an alert can set going here: a graded win-back for those who stay away, as a draft.

It sends nothing: whom it reaches and when is for a person to look at and launch.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.enums import BandBy
from campaigns.ready.win_back import create_win_back
from retention.alerts.responses import Response, register

if TYPE_CHECKING:
    from retention.alerts.models import Alert


def prepare_win_back(alert: Alert, *, actor: object, now: datetime, option: str) -> str:
    """A draft named after the alert, cut by days since the last log-in; its address."""
    name = f"{alert.monitor.code} {now:%Y-%m-%d}"
    campaign = create_win_back(name=name, name_zh="", band_by=BandBy.LOGIN_GAP, actor=actor, now=now)
    return reverse("campaign", args=[campaign.public_id])


register(Response("enroll", _("Prepare a graded win-back"), prepare_win_back))
