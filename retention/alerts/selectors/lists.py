"""Alerts as lists: what lives, how many at each level, which clocks run, the cells of the matrix."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count, Prefetch, QuerySet
from django.urls import reverse

from retention.alerts.enums import LIVING, Level, Reach
from retention.alerts.models import Alert, Clock
from retention.alerts.selectors.scopes import visible_alerts
from retention.alerts.selectors.words import alert_title


@dataclass(frozen=True)
class LevelCount:
    """How many living alerts have a priority, and where they are listed."""

    level: Level
    alerts: int
    url: str


@dataclass(frozen=True)
class RunningClock:
    """A clock that nobody has met: `minutes` of plain time are left, negative when it ran out."""

    alert: Alert
    title: str
    deadline: datetime
    minutes: int

    @property
    def ran_out(self) -> bool:
        """Whether the deadline has passed."""
        return self.minutes < 0


@dataclass(frozen=True)
class MatrixCell:
    """A cell of urgency × reach."""

    urgency: Level
    reach: Reach
    priority: Level
    alerts: int
    url: str


def shown(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """`alerts` with what a row of the list reads, newest first."""
    unmet = Clock.objects.filter(met_at=None).order_by("deadline")
    related = ("monitor", "customer", "account", "category", "taken_by")
    return (
        alerts.select_related(*related)
        .prefetch_related(Prefetch("clocks", unmet, to_attr="unmet"))
        .order_by("-opened_at", "-id")
    )


def living_alerts(user: object) -> QuerySet[Alert]:
    """The alerts that are not resolved, those that `user` may see."""
    return visible_alerts(Alert.objects.filter(status__in=LIVING), user)


def priority_counts(alerts: QuerySet[Alert]) -> list[LevelCount]:
    """Alerts by priority, gravest first."""
    counts = dict(alerts.order_by().values_list("priority").annotate(Count("pk")))
    return [LevelCount(level, counts.get(level, 0), alerts_url(priority=level)) for level in Level]


def matrix_cells(alerts: QuerySet[Alert], priorities: dict[str, float]) -> list[tuple[Level, list[MatrixCell]]]:
    """Rows of urgency, columns of reach; `priorities` is the tenant's matrix policy."""
    found = alerts.order_by().values_list("urgency", "reach").annotate(Count("pk"))
    counts = {(urgency, reach): count for urgency, reach, count in found}
    levels = {1: Level.LOW, 2: Level.MEDIUM, 3: Level.HIGH}
    return [
        (
            urgency,
            [
                MatrixCell(
                    urgency,
                    reach,
                    levels[round(priorities[f"{urgency}_{reach}"])],
                    counts.get((urgency, reach), 0),
                    alerts_url(urgency=urgency, reach=reach),
                )
                for reach in Reach
            ],
        )
        for urgency in Level
    ]


def running_clocks(alerts: QuerySet[Alert], *, now: datetime) -> list[RunningClock]:
    """The unmet clocks of `alerts`, the one that is due first leading."""
    unmet = Clock.objects.filter(met_at=None, alert__in=alerts)
    related = ("alert__monitor", "alert__customer", "alert__account", "alert__category")
    return [running(clock, now=now) for clock in unmet.select_related(*related).order_by("deadline", "pk")[:50]]


def running(clock: Clock, *, now: datetime) -> RunningClock:
    """One clock as it is shown at `now`."""
    minutes = int((clock.deadline - now).total_seconds() // 60)
    return RunningClock(clock.alert, alert_title(clock.alert), clock.deadline, minutes)


def alerts_url(**filters: str) -> str:
    """The list of alerts, filtered."""
    return f"{reverse('alerts')}?{urlencode(filters)}"
