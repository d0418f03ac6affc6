"""Messages with their fate on the customer's timeline."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.enums import SENT, MessageState
from campaigns.forms import in_reader_language
from campaigns.models import Message
from campaigns.selectors.live import reason_label
from retention.customers.models import Customer
from retention.customers.timeline import Entry, Source, register

ICONS = {"email": "mail", "sms": "message", "push": "bell", "call": "phone", "letter": "file-text"}
TONES = {MessageState.DELIVERED: "good", MessageState.ACCEPTED: "good", MessageState.UNKNOWN: "warn"}
BAD = (MessageState.FAILED, MessageState.REJECTED)


def messages_of(customer: Customer) -> QuerySet[Any]:
    """At the moment they were taken by the provider, else at which they were planned."""
    rows = Message.objects.filter(customer=customer).select_related("campaign")
    return rows.annotate(happened_at=Coalesce("accepted_at", "planned_at"))


def message_entry(message: Message) -> Entry:
    """What was said, and what became of it."""
    name = in_reader_language(message.campaign) if message.campaign else _("Answer or service")
    done = [
        words
        for moment, words in (
            (message.opened_at, _("opened")),
            (message.clicked_at, _("clicked")),
            (message.answered_at, _("answered")),
            (message.complained_at, _("marked as spam")),
        )
        if moment is not None
    ]
    why = reason_label(message.reason) if message.reason and message.state not in SENT else ""
    state = MessageState(message.state)
    return Entry(
        f"{message.get_channel_display()} · {name}",
        detail=" · ".join(words for words in (message.subject, why, *done) if words),
        href=reverse("campaign", args=[message.campaign.public_id]) if message.campaign else "",
        badge=state.label,
        tone="bad" if state in BAD else TONES.get(state, "secondary"),
        icon=ICONS.get(message.channel, "send"),
    )


register(Source("message", gettext_lazy("Messages"), "send", "campaigns.view", messages_of, message_entry,
                "happened_at"))  # fmt: skip
