"""Why a customer got a message, in words that the customer understands: from what was stored when it was decided."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.enums import SENT, BandBy
from campaigns.models import Decision, Message
from retention.common.formats import day
from retention.customers.enums import Channel, Content, Purpose
from retention.customers.models import ConsentEntry, Customer


@dataclass(frozen=True)
class WhyThis:
    """One message explained: what it was, the reasons, what was used of the customer's record."""

    message: Message
    reasons: list[str]
    used: list[str]


def explain_message(customer: Customer, message: str) -> WhyThis | None:
    """The message with this id that `customer` got, else their latest one; None when they never got any."""
    got = Message.objects.filter(customer=customer, state__in=SENT).select_related(
        "enrollment__version", "step", "template", "campaign"
    )
    found = got.filter(public_id=message).first() if _is_uuid(message) else None
    found = found or got.order_by("-accepted_at", "-id").first()
    if found is None:
        return None
    return WhyThis(found, _reasons(found), _used(found))


def _reasons(message: Message) -> list[str]:
    given = [_chosen(message), _content(message), *_consent(message)]
    if Decision.objects.filter(message=message, verdict="yes").exists():
        given.append(_("Before it went out we checked your wishes, our limits and the hour where you are."))
    return [words for words in given if words]


def _chosen(message: Message) -> str:
    """By what the campaign chose: how long ago the customer was last here, in its own measure."""
    enrollment = message.enrollment
    if enrollment is None:
        return _("It answers something that you asked or did.")
    if enrollment.measure is None or enrollment.version.band_by != BandBy.LOGIN_GAP:
        return _("You had not been with us for longer than is usual for you.")
    days = round(enrollment.measure)
    return ngettext(
        "When we chose, you had last been with us %(count)s day before.",
        "When we chose, you had last been with us %(count)s days before.",
        days,
    ) % {"count": days}


def _content(message: Message) -> str:
    if message.step is None:
        return ""
    return _("It is about: %(content)s.") % {"content": Content(message.step.content).label}


def _consent(message: Message) -> list[str]:
    entry = (
        ConsentEntry.objects.filter(
            customer=message.customer_id, channel=message.channel, purpose=Purpose.MARKETING, granted=True
        )
        .filter(occurred_at__lte=message.accepted_at or message.planned_at)
        .order_by("-occurred_at", "-id")
        .first()
    )
    if entry is None:
        return []
    words = {"channel": Channel(message.channel).label, "day": day(entry.occurred_at), "source": entry.source}
    return [_("You agreed to hear from us by %(channel)s on %(day)s (%(source)s).") % words]


def _used(message: Message) -> list[str]:
    """The kinds of data that the text mentions."""
    if message.template is None:
        return []
    from campaigns.templating.check import mentioned
    from campaigns.templating.variables import variables

    language = message.template.language
    names = mentioned(f"{message.template.subject}\n{message.template.body}", language=language)
    return [str(each.label) for each in variables if each.name in names and not each.by_sending]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
