"""A segment as an audience that ad platforms accept: hashed mail addresses and phone numbers, nothing else.

For brand advertising to those who are gone for good, or for keeping them out of it. An address leaves only where its
customer agreed to marketing by that channel, and nobody leaves who refused personalised outreach as a whole. What
cannot be hashed as the platform wants it (a number without a country, a broken address) stays out and is counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TextIO

import phonenumbers
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from retention.common.tabular import write_csv
from retention.customers.enums import Channel, Purpose
from retention.customers.models import Customer
from retention.customers.selectors.consent import consent_sql
from retention.segments.models import Segment
from tenants.governance.services.audit import record_act
from tenants.policies import policy_value

CHUNK = 2_000
DOTLESS = frozenset({"gmail.com", "googlemail.com"})
"""Mail services that read a name with and without its dots alike: Google hashes it without."""


@dataclass(frozen=True)
class Platform:
    """What a platform's file looks like; `email` and `phone` give the text to hash. None: it has no such column."""

    code: str
    label: Promise
    header: tuple[str, ...]
    email: Callable[[str], str] | None
    phone: Callable[[phonenumbers.PhoneNumber], str] | None


@dataclass
class AudienceCount:
    """Customers in the segment, in the file, and left out: who refused or never agreed, and who can't be matched."""

    members: int = 0
    written: int = 0
    refused: int = 0
    unmatched: int = 0
    detail: dict[str, object] = field(default_factory=dict)


def plain_email(address: str) -> str:
    """Blanks off, lower case; "" for what is no address."""
    text = address.strip().lower()
    name, at, host = text.partition("@")
    return text if name and at and "." in host and " " not in text else ""


def google_email(address: str) -> str:
    """The same, and without dots in names of Google's own mail."""
    name, _at, host = plain_email(address).partition("@")
    return f"{name.replace('.', '') if host in DOTLESS else name}@{host}" if host else ""


def with_plus(number: phonenumbers.PhoneNumber) -> str:
    """E.164: +8613800138000."""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def digits(number: phonenumbers.PhoneNumber) -> str:
    """Country and number, no plus: 8613800138000."""
    return with_plus(number).removeprefix("+")


def mainland(number: phonenumbers.PhoneNumber) -> str:
    """The eleven digits of a number of mainland China; "" for one of elsewhere."""
    return str(number.national_number) if number.country_code == 86 else ""


PLATFORMS = {
    platform.code: platform
    for platform in (
        Platform("google", _("Google (Customer Match)"), ("Email", "Phone"), google_email, with_plus),
        Platform("meta", _("Meta (custom audience)"), ("email", "phone"), plain_email, digits),
        Platform("china", _("Tencent, Ocean Engine (phone, SHA-256)"), ("phone_sha256",), None, mainland),
    )
}


def export_audience(
    *,
    segment: Segment,
    members: QuerySet[Customer],
    platform: Platform,
    stream: TextIO,
    actor: object,
    now: datetime,
    as_of: date,
) -> AudienceCount:
    """Write `members` as `platform` takes them, and keep in the audit log who took how many."""
    count = AudienceCount()
    with transaction.atomic():
        write_csv(stream, platform.header, _rows(members, platform, count), mark=False)
        count.detail = {
            "platform": platform.code,
            "as_of": as_of.isoformat(),
            **{name: getattr(count, name) for name in ("members", "written", "refused", "unmatched")},
        }
        record_act(
            actor=actor, action="segment.audience", target=f"segment:{segment.code}", detail=count.detail, at=now
        )
    return count


def _rows(members: QuerySet[Customer], platform: Platform, count: AudienceCount) -> Iterator[tuple[str, ...]]:
    region = str(policy_value("segments.phone_region") or "").upper() or None
    asked = members.annotate(
        agrees_email=_agrees(Channel.EMAIL), agrees_sms=_agrees(Channel.SMS), wants=F("preference__personalised")
    ).values_list("pk", "email", "phone", "agrees_email", "agrees_sms", "wants")
    last = 0
    while chunk := list(asked.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        for _pk, email, phone, agrees_email, agrees_sms, wants in chunk:
            count.members += 1
            if wants is False or not (agrees_email or agrees_sms):
                count.refused += 1
                continue
            row = _hashed(platform, email if agrees_email else "", phone if agrees_sms else "", region)
            if any(row):
                count.written += 1
                yield row
            else:
                count.unmatched += 1
        last = chunk[-1][0]


def _agrees(channel: Channel) -> RawSQL:
    sql = consent_sql('"customers_customer"."id"', "%s", "%s")
    return RawSQL(sql, [channel.value, Purpose.MARKETING.value])  # noqa: S611 - SQL of ours, values are parameters


def _hashed(platform: Platform, email: str, phone: str, region: str | None) -> tuple[str, ...]:
    cells = [] if platform.email is None else [_sha256(platform.email(email))]
    if platform.phone is not None:
        number = _number(phone, region)
        cells.append(_sha256("" if number is None else platform.phone(number)))
    return tuple(cells)


def _number(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    """A number that can exist, else None; one without a country is of `region`."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest() if text else ""
