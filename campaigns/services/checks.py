"""May this message go out now? Every check at the moment of sending, with its reasons. Any doubt means no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.enums import CampaignStatus, Reason, Verdict
from campaigns.science.quiet_hours import Window, next_open
from campaigns.selectors.at_send import Known
from retention.customers.enums import Channel, Purpose
from tenants.policies import JSONValue

HOLD = timedelta(minutes=15)
"""How long a message waits that an open complaint or a pause holds, before it is asked about again."""


@dataclass(frozen=True)
class SendRules:
    """The tenant's policies for sending, and its zone."""

    zone: ZoneInfo
    windows: tuple[Window, ...]
    call_windows: tuple[Window, ...]
    tries: int

    @classmethod
    def of(cls, values: Mapping[str, JSONValue], zone: ZoneInfo) -> SendRules:
        """Read from `values`, all policies of the tenant."""
        window, calls = _numbers(values["sending.window"]), _numbers(values["sending.call_window"])
        tries = values["sending.tries"]
        assert isinstance(tries, int)
        return cls(
            zone,
            (Window(window["from"], window["to"]),),
            (
                Window(calls["morning_from"], calls["morning_to"]),
                Window(calls["afternoon_from"], calls["afternoon_to"]),
            ),
            tries,
        )


@dataclass(frozen=True)
class Answer:
    """Yes; no for good; or later, when it is due again. `zone_lent`: the customer's zone is missing or no zone."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    due_at: datetime | None = None
    zone_lent: bool = False
    beside: str = ""
    """The code of the live offer that this one can't be combined with."""


def check(known: Known, rules: SendRules, now: datetime, *, has_provider: bool) -> Answer:
    """The answer for one message, but for the caps and the coupon: those are reserved, not asked."""
    noes = [reason for reason, holds in _noes(known, rules, now, has_provider) if holds]
    if noes:
        return Answer(Verdict.NO, tuple(noes))
    zone, lent = zone_of(known.zone, rules.zone)
    waits, due_at = [], now
    if known.purpose != Purpose.SERVICE:
        opens = next_open(now, zone, rules.call_windows if known.channel == Channel.CALL else rules.windows)
        if opens is None:
            return Answer(Verdict.NO, (Reason.QUIET_HOURS,), zone_lent=lent)
        if opens > now:
            waits.append(Reason.QUIET_HOURS)
            due_at = opens
    if known.purpose == Purpose.MARKETING and known.complaint_open:
        waits.append(Reason.OPEN_COMPLAINT)
        due_at = max(due_at, now + HOLD)
    if known.status == CampaignStatus.PAUSED:
        waits.append(Reason.CAMPAIGN_PAUSED)
        due_at = max(due_at, now + HOLD)
    if not waits:
        return Answer(Verdict.YES, (Reason.CHECKED,), zone_lent=lent)
    return later_or_never(known, tuple(waits), due_at, zone_lent=lent)


def later_or_never(
    known: Known, reasons: tuple[Reason, ...], due_at: datetime | None, *, zone_lent: bool = False
) -> Answer:
    """Later, unless it would be of no use any more then."""
    if due_at is None:
        return Answer(Verdict.NO, reasons, zone_lent=zone_lent)
    if due_at >= known.not_after:
        return Answer(Verdict.NO, (*reasons, Reason.TOO_LATE), zone_lent=zone_lent)
    return Answer(Verdict.LATER, reasons, due_at, zone_lent=zone_lent)


def zone_of(name: str, tenant: ZoneInfo) -> tuple[ZoneInfo, bool]:
    """The customer's zone, and whether the tenant's had to be lent."""
    try:
        return (ZoneInfo(name), False) if name else (tenant, True)
    except (ValueError, KeyError, OSError):  # no such zone, or no name of one
        return tenant, True


def _noes(known: Known, rules: SendRules, now: datetime, has_provider: bool) -> list[tuple[Reason, bool]]:
    marketing = known.purpose == Purpose.MARKETING
    of_campaign = known.campaign is not None
    return [
        (Reason.ERASED, known.erased),
        (Reason.NOT_COUNTED, not known.erased and not known.counts),
        (Reason.NO_ADDRESS, not known.address and not known.erased),
        (Reason.NO_CHANNEL, not has_provider),
        (Reason.SUPPRESSED, known.suppressed),
        (Reason.NO_CONSENT, not consented(known.purpose, known.consent)),
        (Reason.REFUSED_ALL, marketing and not known.personalised),
        (Reason.CONTENT_OFF, marketing and bool(known.contents) and known.content not in (None, *known.contents)),
        (Reason.CHANNEL_OFF, marketing and bool(known.channels) and known.channel not in known.channels),
        (Reason.CAMPAIGN_STOPPED, known.status in (CampaignStatus.STOPPED, CampaignStatus.FINISHED)),
        (Reason.OLD_VERSION, of_campaign and not known.is_current),
        (Reason.NOT_APPROVED, of_campaign and not known.launched),
        (Reason.CAMPAIGN_ENDED, known.window_ends_at is not None and known.window_ends_at <= now),
        (Reason.TOO_LATE, known.not_after <= now),
        (Reason.TRIED_OUT, known.attempts >= rules.tries),
    ]


def consented(purpose: str, latest: bool | None) -> bool:
    """Promotions need a yes; surveys and success must not have met a no; service needs no consent."""
    if purpose == Purpose.MARKETING:
        return latest is True
    return purpose == Purpose.SERVICE or latest is not False


def _numbers(value: JSONValue) -> dict[str, float]:
    assert isinstance(value, dict)
    return {name: float(number) for name, number in value.items() if isinstance(number, int | float)}
