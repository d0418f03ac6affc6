"""What a text will look like: for made-up values, or for a real customer. Nothing is sent, no coupon is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from campaigns.links import base_address
from campaigns.services.templates import Text
from campaigns.templating.values import values_of
from campaigns.templating.variables import samples, variables
from retention.common.errors import DomainError
from retention.customers.models import Customer


@dataclass(frozen=True)
class Preview:
    """A text as a customer would read it, or what is wrong with it."""

    language: str
    who: str
    subject: str = ""
    text: str = ""
    html: str = ""
    error: DomainError | None = None
    lent: tuple[str, ...] = ()
    """Labels of the variables for which nothing is known, so that the fall-back stands there."""

    @property
    def line(self) -> int | None:
        """On which line the fault is."""
        return getattr(self.error, "line", None)


def preview_texts(
    *, channel: str, purpose: str, texts: Mapping[str, Text], customers: Sequence[Customer], now: datetime
) -> list[Preview]:
    """Each text for made-up values and for each of `customers`, in its own language."""
    found = []
    for language, text in texts.items():
        values = values_of({customer.pk: language for customer in customers}, now=now) if customers else {}
        found.append(_preview(channel, purpose, language, text, samples(language), _("made-up values")))
        for customer in customers:
            known = values[customer.pk] | _made_up(language)
            found.append(_preview(channel, purpose, language, text, known, str(customer)))
    return found


def _preview(channel: str, purpose: str, language: str, text: Text, values: dict[str, str], who: str) -> Preview:
    from campaigns.templating.compose import Wording, check_wording, compose

    wording = Wording(channel, purpose, language, text.body, text.subject)
    try:
        mentioned = check_wording(wording)
        made = compose(wording, values)
    except DomainError as error:
        return Preview(language, who, error=error)
    lent = tuple(str(each.label) for each in variables if each.name in mentioned and not values.get(each.name))
    return Preview(language, who, made.subject, made.text, made.html, lent=lent)


def _made_up(language: str) -> dict[str, str]:
    """Coupons and links come with a message; a preview has samples, whose links lead to the tenant's own host."""
    sample, base = samples(language), base_address()
    given = {each.name: sample[each.name] for each in variables if each.by_sending}
    return {name: value.replace("https://shop.example", base) for name, value in given.items()}
