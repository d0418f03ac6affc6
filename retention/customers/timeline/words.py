"""Facts of Stay's own in words: what they are called on a timeline, and what is worth saying of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.customers.enums import Channel

RESOLVED = "resolved"
"""The property of a complaint's end: whether the matter itself is mended."""
TITLES: dict[str, Promise] = {
    "complaint_opened": gettext_lazy("Complaint opened"),
    "complaint_answered": gettext_lazy("Complaint answered"),
    "complaint_closed": gettext_lazy("Complaint closed"),
    "feedback_received": gettext_lazy("Feedback received"),
    "nps_answered": gettext_lazy("Survey answered"),
    "message_delivered": gettext_lazy("Message delivered"),
    "message_opened": gettext_lazy("Message opened"),
    "message_clicked": gettext_lazy("Link in a message opened"),
    "message_answered": gettext_lazy("Message answered"),
    "messages_refused": gettext_lazy("Promotions turned off"),
    "benefit_granted": gettext_lazy("Benefit granted"),
    "benefit_used": gettext_lazy("Benefit used"),
    "meeting_held": gettext_lazy("Meeting held"),
    "call_answered": gettext_lazy("Call answered"),
    "consultant_changed": gettext_lazy("Consultant changed"),
    "handover_closed": gettext_lazy("Hand-over closed"),
    "milestone_due": gettext_lazy("Milestone due"),
    "milestone_accepted": gettext_lazy("Milestone accepted"),
    "csm_pulse": gettext_lazy("CSM’s rating"),
    "note_added": gettext_lazy("Note"),
}


def title_of(name: str) -> Promise | str:
    """What the event `name` is called; an event of a customer's own keeps its name."""
    return TITLES.get(name, name)


def details_of(name: str, properties: Mapping[str, Any]) -> str | None:
    """One line of what is worth saying; None for an event that is not Stay's own."""
    if name not in TITLES:
        return None
    said = [write(properties[key]) for key, write in SAID.items() if properties.get(key) not in (None, "")]
    if properties.get("from") and properties.get("to"):
        said.append(_("from %(former)s to %(next)s") % {"former": properties["from"], "next": properties["to"]})
    return " · ".join(str(text)[:120] for text in said if text)


def _yes(words: Promise) -> Any:
    return lambda value: str(words) if value is True else ""


SAID: dict[str, Any] = {
    "score": lambda value: _("%(score)s of 10") % {"score": value},
    "rating": lambda value: _("%(rating)s of 5") % {"rating": value},
    "survey": str,
    "severe": _yes(gettext_lazy("severe")),
    RESOLVED: lambda value: _("the matter is mended") if value is True else _("the matter is not mended"),
    "in_sla": lambda value: _("in time") if value is True else _("late"),
    "summary": str,
    "reason": str,
    "channel": lambda value: Channel(value).label if value in Channel.values else str(value),
    "milestone_id": str,
    "coupon": str,
}
