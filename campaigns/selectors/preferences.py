"""What a customer chose about messages, as it is now."""

from __future__ import annotations

from dataclasses import dataclass

from retention.customers.enums import Channel, Content, Frequency, Purpose
from retention.customers.models import ConsentEntry, Customer, Preference

BY_MAIL = (Channel.EMAIL,)
BY_PHONE = (Channel.SMS, Channel.CALL)


@dataclass(frozen=True)
class Choices:
    """What is wanted: promotions at all, which content, by which channels, how often at most.

    `offered` are the channels that reach this customer or that they ever said yes or no to.
    """

    is_on: bool
    contents: tuple[str, ...]
    channels: tuple[str, ...]
    frequency: str = Frequency.USUAL
    offered: tuple[str, ...] = ()


def choices_of(customer: Customer) -> Choices:
    """What holds for `customer`: who never chose wants every content, by the channels they consented to."""
    preference = Preference.objects.filter(customer=customer).first()
    given = marketing_consents(customer)
    offered = tuple(channel for channel in Channel.values if channel in given or channel in _addresses(customer))
    listed = preference.channels if preference and preference.channels else offered
    return Choices(
        is_on=preference.personalised if preference else True,
        contents=tuple(preference.content_types if preference and preference.content_types else Content.values),
        channels=tuple(channel for channel in offered if given.get(channel) and channel in listed),
        frequency=preference.frequency if preference else Frequency.USUAL,
        offered=offered,
    )


def marketing_consents(customer: Customer) -> dict[str, bool]:
    """The latest yes or no to marketing, by channel."""
    latest = (
        ConsentEntry.objects.filter(customer=customer, purpose=Purpose.MARKETING)
        .order_by("channel", "-occurred_at", "-id")
        .distinct("channel")
    )
    return dict(latest.values_list("channel", "granted"))


def _addresses(customer: Customer) -> tuple[str, ...]:
    return (BY_MAIL if customer.email else ()) + (BY_PHONE if customer.phone else ())
