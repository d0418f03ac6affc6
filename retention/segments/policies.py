"""The numbers of the ready segments, as policies of the tenant. DEFINITIONS §5 gives the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from phonenumbers import SUPPORTED_REGIONS

from retention.common.errors import DomainError
from retention.segments.policy_check import check_ready
from tenants.policies import JSONValue, PolicyGroup, PolicySpec, groups, register

GROUP = "segments"


def _numbers(segment: str, label: Promise, default: Mapping[str, JSONValue], help_: Promise | str = "") -> PolicySpec:
    check = partial(check_ready, segment)
    return PolicySpec(
        f"segments.{segment}", "numbers", dict(default), label, help_, group=GROUP, minimum=0, check=check
    )


def _some_country(value: JSONValue) -> None:
    if value and str(value).upper() not in SUPPORTED_REGIONS:
        raise DomainError(
            "policy_invalid",
            gettext("segments.phone_region: “%s” is no country.") % value,
            mend=gettext("Give its two letters, such as CN or US."),
        )


SPECS = (
    _numbers("high_value_quiet", _("High value, quiet: days without order and log-in"), {"days": 30}),
    _numbers("silent_browsing", _("Silent but browsing: view days in a window of days"), {"views": 2, "window": 14}),
    _numbers("browsed_no_order", _("Browsed, no order: days without an order in the category"), {"days": 7}),
    _numbers("unfinished_order", _("Unfinished order: hours old, from and to"), {"from_hours": 1, "to_hours": 168}),
    _numbers(
        "nps_low_away",
        _("Low score and away: score below, answer's age and log-in gap in days"),
        {"below": 6, "age": 90, "gap": 7},
    ),
    _numbers("spend_falling", _("Spend falling: share kept at most"), {"kept": 0.7}),
    _numbers("login_fading", _("Logging in less: log-in days before, pace below"), {"days": 8, "pace": 0.5}),
    _numbers(
        "price_lost",
        _("Lost on price: confidence in %, orders in the year, share with coupon"),
        {"confidence": 70, "orders": 3, "coupon_share": 0.7, "days": 365},
    ),
    _numbers("service_lost", _("Hurt by service: days before the last order or log-in"), {"before": 60}),
    _numbers("category_moved", _("Moved category: days with an order in the one left"), {"order_days": 3}),
    _numbers(
        "deal_dependent",
        _("Waits for deals: orders in the year, share with coupon, days after the grant, most"),
        {"orders": 4, "days": 365, "coupon_share": 0.8, "within": 7, "most": 0.5},
    ),
    _numbers("back_watch", _("Just back: days since leaving hibernating or lost"), {"days": 30}),
    _numbers(
        "renewal_at_risk",
        _("Renewal at risk: days to the end, days since the consultant changed"),
        {"days": 90, "consultant": 90},
    ),
)

COUNTS = (
    PolicySpec(
        "segments.count_seconds",
        "integer",
        10,
        _("Seconds after which the live count of a rule is given up"),
        _("An estimate by a sample of customers is shown instead."),
        group=GROUP,
        minimum=1,
        maximum=14,
    ),
)

HISTORY = (
    PolicySpec(
        "segments.history_days",
        "integer",
        1095,
        _("Days for which it is kept who was in a segment and left"),
        _("Sizes of the time before are dropped as well. Who is in now is kept."),
        group=GROUP,
        minimum=90,
    ),
    PolicySpec(
        "segments.snapshot_days",
        "integer",
        730,
        _("Days for which a snapshot of a segment is kept"),
        group=GROUP,
        minimum=1,
    ),
)

AUDIENCES = (
    PolicySpec(
        "segments.phone_region",
        "text",
        "",
        _("Country of phone numbers that name none"),
        _("Two letters, such as CN or US. Empty: such numbers are left out of audiences."),
        group=GROUP,
        check=_some_country,
    ),
)

OVERVIEW = (
    PolicySpec(
        "overview.churn_entries",
        "integer",
        20,
        _("Customers who must enter “lost” on a day to say its churn"),
        group="overview",
        minimum=0,
    ),
    PolicySpec(
        "overview.feed_share",
        "share",
        0.4,
        _("A feed is missing under this share of its usual amount"),
        _("The usual amount is the median of the last four same weekdays."),
        group="overview",
        minimum=0,
        maximum=1,
    ),
)

groups.register(PolicyGroup(GROUP, _("Ready segments")))
groups.register(PolicyGroup("overview", _("Overview")))
register(*SPECS, *COUNTS, *HISTORY, *AUDIENCES, *OVERVIEW)
