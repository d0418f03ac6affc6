"""What a customer chooses about messages: kept as preference, as consent with its wording, and as a fact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.selectors.preferences import Choices, choices_of, marketing_consents
from retention.customers.enums import Channel, Content, Purpose
from retention.customers.models import ConsentEntry, Customer, Preference
from retention.customers.services.own_facts import OwnFact, record_facts


@dataclass(frozen=True)
class Origin:
    """By which link the customer came: its message and channel, "" where there was none; and the page's name."""

    source: str
    channel: str = ""
    message: str = ""


@transaction.atomic
def save_choices(*, customer: Customer, choices: Choices, origin: Origin, now: datetime) -> None:
    """Keep what `customer` chose. Nothing ticked under content or channels turns promotions off as a whole."""
    held = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    before = choices_of(held)
    wanted = choices.is_on and bool(choices.contents) and bool(choices.channels)
    channels = choices.channels if wanted else ()
    Preference.objects.update_or_create(
        customer=held,
        defaults={
            "personalised": wanted,
            "content_types": _chosen(choices.contents, list(Content.values)) if wanted else [],
            "channels": _chosen(channels, list(before.offered)) if wanted else [],
            "frequency": choices.frequency,
            "updated_at": now,
        },
    )
    refused = _write_consents(held, before, channels, origin, now)
    if refused or (before.is_on and not wanted):
        _record_refusal(held, sorted(refused), origin, now)


@transaction.atomic
def unsubscribe(*, customer: Customer, origin: Origin, now: datetime) -> bool:
    """Turn marketing by the origin's channel off (all channels where it names none); False when it was off before."""
    held = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    before = choices_of(held)
    channels = [origin.channel] if origin.channel in Channel.values else list(before.offered)
    given = marketing_consents(held)
    refused = [channel for channel in channels if given.get(channel) is not False]
    if not refused:
        return False
    for channel in refused:
        _entry(held, channel, False, origin, now, _("unsubscribed by the link in a message"))
    preference = Preference.objects.filter(customer=held).first()
    if preference is not None and preference.channels:
        preference.channels = [channel for channel in preference.channels if channel not in refused]
        preference.personalised = preference.personalised and bool(preference.channels)
        preference.updated_at = now
        preference.save(update_fields=["channels", "personalised", "updated_at"])
    _record_refusal(held, refused, origin, now)
    return True


def _write_consents(
    customer: Customer, before: Choices, channels: Iterable[str], origin: Origin, now: datetime
) -> set[str]:
    """An entry for each channel that changed; the channels that were taken back."""
    chosen, given = set(channels), marketing_consents(customer)
    refused = set()
    for channel in before.offered:
        if channel in chosen and not given.get(channel):
            _entry(customer, channel, True, origin, now, _("ticked on the preference page"))
        elif channel not in chosen and given.get(channel) is not False:
            _entry(customer, channel, False, origin, now, _("not ticked on the preference page"))
            refused.add(channel)
    return refused


def _entry(customer: Customer, channel: str, granted: bool, origin: Origin, now: datetime, wording: str) -> None:
    ConsentEntry.objects.create(
        customer=customer,
        channel=channel,
        purpose=Purpose.MARKETING,
        granted=granted,
        wording=wording,
        source=origin.source,
        occurred_at=now,
        recorded_at=now,
    )


def _record_refusal(customer: Customer, channels: list[str], origin: Origin, now: datetime) -> None:
    """The fact that scoring and segments read."""
    fact = OwnFact(
        event_id=f"messages_refused:{customer.public_id}:{now.isoformat()}",
        name="messages_refused",
        occurred_at=now,
        customer=customer.pk,
        properties={"message_id": origin.message, "channel": origin.channel, "channels": ",".join(channels)},
    )
    record_facts([fact], now=now)


def _chosen(chosen: Iterable[str], offered: list[str]) -> list[str]:
    """`chosen` in the order of `offered`; empty when it is all of them, as nothing is limited then."""
    kept = [each for each in offered if each in set(chosen)]
    return [] if len(kept) == len(offered) else kept
