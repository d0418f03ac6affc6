"""The numbers of monitors, the priority matrix and the clock, as policies. DEFINITIONS §6 gives the defaults."""

from __future__ import annotations

from typing import cast

from django.utils.translation import gettext_lazy as _

from retention.common.errors import DomainError
from tenants.policies import JSONValue, PolicyGroup, PolicySpec, groups, register

MONITORS, WORK = "monitors", "alerts"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _some_day(value: JSONValue) -> None:
    if not any(cast("dict[str, float]", value).get(day) for day in DAYS):
        raise DomainError("no_working_day", "At least one day must be a working day.", mend="Set one of them to 1.")


def _hours_in_order(value: JSONValue) -> None:
    hours = cast("dict[str, float]", value)
    if not 0 <= hours.get("from", 9) < hours.get("to", 18) <= 24:
        raise DomainError("hours_out_of_order", "Working hours must end after they begin.", mend="As 9 and 18.")


MONITOR_SPECS = (
    PolicySpec(
        "monitors.login_decay",
        "numbers",
        {"fall": 0.15, "z": 1.645, "week": 7, "before": 28},
        _("Log-in decay: fall as a share, certainty, days of a week, days before that pick the customers"),
        _("Fires when log-in days fell by more than this against the week before, and chance can't explain it."),
        group=MONITORS,
        minimum=0,
    ),
    PolicySpec(
        "monitors.arppu",
        "numbers",
        {"kept": 0.98},
        _("Revenue per payer: share kept at most after two falling months"),
        group=MONITORS,
        minimum=0,
        maximum=1,
    ),
    PolicySpec(
        "monitors.silent_share",
        "numbers",
        {"rise": 0.03, "days": 28},
        _("Silent share: rise as a share, days to compare with"),
        group=MONITORS,
        minimum=0,
    ),
    PolicySpec(
        "monitors.daily_churn",
        "numbers",
        {"share": 0.03},
        _("One-day churn: share of customers who enter “lost” on one day"),
        group=MONITORS,
        minimum=0,
        maximum=1,
    ),
    PolicySpec(
        "monitors.complaint_rate",
        "numbers",
        {"share": 0.005, "days": 7, "base": 500, "complaints": 5},
        _("Complaint rate: share of orders, days, orders needed, complaints needed"),
        group=MONITORS,
        minimum=0,
    ),
    PolicySpec(
        "monitors.nps_red",
        "numbers",
        {"below": 0, "fall": 15, "days": 30, "z": 1.645, "answers": 50, "single": 2, "fresh_hours": 72},
        _("NPS red alert: below, points fallen, days, certainty, answers needed, a single score, hours it is fresh"),
        group=MONITORS,
    ),
    PolicySpec(
        "monitors.nps_low_away",
        "numbers",
        {"fresh_hours": 72},
        _("Low score and away: hours after which an entry that nobody saw is old"),
        _("Answers that arrive later than this, as by a file of last year's surveys, open no alert."),
        group=MONITORS,
        minimum=1,
        maximum=720,
    ),
    PolicySpec(
        "monitors.again_days",
        "numbers",
        {
            "login_decay": 7,
            "arppu": 28,
            "silent_share": 28,
            "daily_churn": 1,
            "complaint_rate": 7,
            "nps_red": 30,
            "nps_low_away": 30,
        },
        _("Days for which a resolved alert of the same subject and cause stays quiet"),
        group=MONITORS,
        minimum=0,
        maximum=366,
    ),
)
WORK_SPECS = (
    PolicySpec(
        "alerts.matrix",
        "numbers",
        {
            "high_many": 3, "high_some": 3, "high_few": 2,
            "medium_many": 3, "medium_some": 2, "medium_few": 1,
            "low_many": 2, "low_some": 1, "low_few": 1,
        },
        _("Priority by urgency and reach: 3 is high, 2 medium, 1 low"),
        group=WORK,
        minimum=1,
        maximum=3,
    ),
    PolicySpec(
        "alerts.reach",
        "numbers",
        {"many": 0.1, "some": 0.01},
        _("Reach: share of all customers from which it is “many”, and “some”"),
        _("What is about the whole business is “some” at least."),
        group=WORK,
        minimum=0,
        maximum=1,
    ),
    PolicySpec(
        "alerts.take_minutes",
        "numbers",
        {"high": 30, "medium": 0, "low": 0},
        _("Minutes in which a person must take an alert, by priority; 0 is without a clock"),
        group=WORK,
        minimum=0,
        maximum=10080,
    ),
    PolicySpec(
        "alerts.working_days",
        "numbers",
        dict(zip(DAYS, (1, 1, 1, 1, 1, 0, 0), strict=True)),
        _("Working days: 1 is one, 0 is none"),
        group=WORK,
        minimum=0,
        maximum=1,
        check=_some_day,
    ),
    PolicySpec(
        "alerts.working_hours",
        "numbers",
        {"from": 9, "to": 18},
        _("Working hours of a day, from and to"),
        _("Half an hour is .5. The clock of an alert stands still outside them."),
        group=WORK,
        minimum=0,
        maximum=24,
        check=_hours_in_order,
    ),
    PolicySpec(
        "alerts.round_the_clock",
        "boolean",
        False,
        _("Somebody is on duty day and night"),
        _("Then the clock of an alert never stands still."),
        group=WORK,
    ),
)  # fmt: skip

groups.register(PolicyGroup(MONITORS, _("Monitors")))
groups.register(PolicyGroup(WORK, _("Alerts and clocks")))
register(*MONITOR_SPECS, *WORK_SPECS)
