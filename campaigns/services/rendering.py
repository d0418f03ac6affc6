"""From claimed messages to what goes out: text, values and links in the customer's language, a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.utils import translation

from campaigns.channels import Outgoing, channels
from campaigns.links import base_address, links_of
from campaigns.models import TemplateVersion
from campaigns.services.attempting import Written
from campaigns.services.claiming import Ready
from campaigns.services.coupons import Given
from campaigns.templating.compose import Wording, compose
from campaigns.templating.values import values_of
from feedback.links import asked_survey, survey_path
from retention.common.errors import DomainError
from retention.common.formats import day, money
from retention.customers.languages import is_chinese, language_of
from tenants.context import current_tenant
from tenants.governance.erased_marks import mark_digests

Texts = Mapping[tuple[int, int], Mapping[str, TemplateVersion]]
SURVEY_LINK = "survey_link"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Rendered:
    """A message that may be sent, as it goes out and as it is kept."""

    outgoing: Outgoing
    written: Written


def render_batch(ready: Sequence[Ready], *, now: datetime) -> tuple[list[Rendered], list[int]]:
    """What can be sent, and the messages (keys inside) for which no text could be made."""
    texts = _texts(ready)
    chosen = {each.known.id: _text_for(each, texts) for each in ready}
    languages = {each.known.customer: text.language for each in ready if (text := chosen[each.known.id]) is not None}
    values = values_of(languages, now=now) if languages else {}
    base = base_address()
    survey = asked_survey() if any(SURVEY_LINK in text.body for text in chosen.values() if text) else ""
    digests = _digests(ready)
    rendered, failed = [], []
    for each in ready:
        text = chosen[each.known.id]
        known = {**values.get(each.known.customer, {}), **_survey(each, survey, base)}
        made = text and _render(each, text, known, base, digests)
        if made:
            rendered.append(made)
        else:
            failed.append(each.known.id)
    return rendered, failed


def _render(
    ready: Ready, text: TemplateVersion, values: Mapping[str, str], base: str, digests: Mapping[tuple[str, str], bytes]
) -> Rendered | None:
    known = ready.known
    links = links_of(known.customer_public_id, channel=known.channel, message=known.public_id, base=base)
    wording = Wording(known.channel, known.purpose, text.language, text.body, text.subject)
    try:
        made = compose(wording, {**values, **links, **_coupon(ready.coupon, text.language)})
    except DomainError as error:
        log.warning("message_not_rendered", message=str(known.public_id), why=error.code)
        return None
    outgoing = Outgoing(
        known.public_id,
        known.channel,
        known.purpose,
        known.customer,
        known.address,
        made.subject,
        made.text,
        made.html,
        links,
    )
    digest = digests.get((known.channel, known.address))
    return Rendered(outgoing, Written(known.id, digest, text.pk, made.subject, made.text))


def _survey(ready: Ready, survey: str, base: str) -> dict[str, str]:
    """Where this customer answers `survey` once for this message."""
    if not survey:
        return {}
    path = survey_path(ready.known.customer_public_id, survey=survey, occasion=str(ready.known.public_id))
    return {SURVEY_LINK: f"{base}{path}"}


def _coupon(coupon: Given | None, language: str) -> dict[str, str]:
    if coupon is None:
        return {}
    with translation.override("zh-hans" if is_chinese(language) else "en"):
        return {
            "coupon_code": coupon.code,
            "coupon_worth": money(coupon.value, current_tenant().currency),
            "coupon_until": day(coupon.expires_at.astimezone(current_tenant().zone).date()),
        }


def _texts(ready: Sequence[Ready]) -> Texts:
    """By template and number, then by language."""
    found: dict[tuple[int, int], dict[str, TemplateVersion]] = defaultdict(dict)
    templates = {each.known.template for each in ready if each.known.template is not None}
    for text in TemplateVersion.objects.filter(template__in=templates).order_by("pk"):
        found[text.template_id, text.number]["zh" if is_chinese(text.language) else "en"] = text
    return found


def _text_for(ready: Ready, texts: Texts) -> TemplateVersion | None:
    """In the customer's language, else in the tenant's, else in the one there is."""
    known = ready.known
    if known.template is None or known.template_number is None:
        return None
    there = texts.get((known.template, known.template_number), {})
    wishes = (language_of(known.language), current_tenant().language, "en", "zh")
    return next((there[key] for wish in wishes if (key := "zh" if is_chinese(wish) else "en") in there), None)


def _digests(ready: Sequence[Ready]) -> dict[tuple[str, str], bytes]:
    found: dict[tuple[str, str], bytes] = {}
    for channel in {each.known.channel for each in ready}:
        addresses = {each.known.address for each in ready if each.known.channel == channel}
        for address, digest in mark_digests(channels[channel].mark, addresses).items():
            found[channel, address] = digest
    return found
