"""A health over time: what each kept run measured and made of it, and the days on which a policy of health changed.

Older runs have left only the score at each change of band: there the families are not known any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from retention.common import formats
from retention.common.charts import Chart, every_day, lines
from retention.common.errors import sentences
from retention.scoring.own_cards import POLICY
from retention.scoring.selectors.factors import Breakdown, breakdown_of
from retention.scoring.services.health_sides import Score, Subject
from tenants.governance.models import PolicyRevision
from tenants.governance.words import changed_in_words, in_words, who_changed
from tenants.policies import find_policy, policies

SHOWN_RUNS = 6
SHOWN_CHANGES = 20


@dataclass(frozen=True)
class Point:
    """One day. `parts` are those of the run that is kept; None where only the score was."""

    day: date
    health: float | None
    parts: Breakdown | None


@dataclass(frozen=True)
class ConfigurationChange:
    """A policy of health that somebody changed."""

    at: datetime
    label: str
    detail: str
    who: str


@dataclass(frozen=True)
class InputRow:
    """One metric: what was measured at each run that is shown."""

    label: str
    measured: list[str]


@dataclass(frozen=True)
class HealthHistory:
    """`runs` are the days of the columns of `inputs`, the newest last."""

    points: list[Point]
    changes: list[ConfigurationChange]
    runs: list[date]
    inputs: list[InputRow]
    chart: Chart | None


def health_history(subject: Subject) -> HealthHistory:
    """All that is kept of the subject's health."""
    points = _points(subject)
    kept = [point for point in points if point.parts is not None][-SHOWN_RUNS:]
    changes = _changes(subject.card, points[0].day) if points else []
    chart = _chart(points, changes) if len(points) > 1 else None
    return HealthHistory(points, changes, [point.day for point in kept], _inputs(kept), chart)


def _points(subject: Subject) -> list[Point]:
    """One a day: the run's while it is kept, else what the trail says."""
    found = {day: Point(day, health, None) for day, health in subject.trail()}
    kept: dict[date, Score] = {score.as_of: score for score in subject.kept()}
    found |= {day: Point(day, score.health, breakdown_of(subject.card, score)) for day, score in kept.items()}
    return [found[day] for day in sorted(found)]


def _changes(card: str, since: date) -> list[ConfigurationChange]:
    names = [spec.name for spec in policies if spec.name.startswith(f"health.{card}.")]
    rows = PolicyRevision.objects.filter(
        name__in=[*names, POLICY, "health.minimum_weight"], changed_at__date__gte=since
    )
    newest = rows.select_related("changed_by").order_by("-changed_at", "-id")[:SHOWN_CHANGES]
    return [_change(row) for row in newest]


def _change(row: PolicyRevision) -> ConfigurationChange:
    spec = find_policy(row.name)
    old, new = (spec.default if value is None else value for value in (row.old_value, row.new_value))
    detail = changed_in_words(spec, old, new) or f"{in_words(spec, old)} → {in_words(spec, new)}"
    return ConfigurationChange(row.changed_at, str(spec.label), detail, who_changed(row))


def _inputs(kept: list[Point]) -> list[InputRow]:
    parts = [point.parts.factors for point in kept if point.parts is not None]
    return [InputRow(row[0].label, [factor.why or factor.shown for factor in row]) for row in zip(*parts, strict=True)]


def _chart(points: list[Point], changes: list[ConfigurationChange]) -> Chart:
    """Health and the families over days; a line stands where a policy changed."""
    marked = {timezone.localtime(change.at).date() for change in changes}
    days = every_day({point.day for point in points} | {day for day in marked if day <= points[-1].day})
    of_day = {point.day: point for point in points}
    series: dict[str, list[float | None]] = {_("Health"): [_rounded(of_day, day) for day in days]}
    for place, (_family, label, _points_now) in enumerate(_families(points)):
        series[label] = [_family_points(of_day, day, place) for day in days]
    option = lines([formats.day(day) for day in days], series)
    for one in option["series"]:
        one |= {"connectNulls": True, "showSymbol": True, "showAllSymbol": True}
    option["series"][0] |= {
        "lineStyle": {"width": 3},
        "markLine": {
            "symbol": "none",
            "label": {"show": False},
            "data": [{"xAxis": formats.day(day)} for day in days if day in marked],
        },
    }
    rows = [(formats.day(point.day), *(_cell(series, days.index(point.day)))) for point in points]
    return Chart("health-history", _("Health over time"), _summary(points, marked), option, (_("Day"), *series), rows)


def _families(points: list[Point]) -> list[tuple[object, str, float | None]]:
    parts = next((point.parts for point in reversed(points) if point.parts is not None), None)
    return [] if parts is None else [*parts.families]


def _summary(points: list[Point], marked: set[date]) -> str:
    words = {
        "first": formats.day(points[0].day),
        "last": formats.day(points[-1].day),
        "then": formats.reached(points[0].health),
        "now": formats.reached(points[-1].health),
    }
    text = _("Health was %(then)s on %(first)s and is %(now)s on %(last)s.") % words
    if not marked:
        return text
    return sentences(text, _("An upright line marks a day on which a policy of health was changed."))


def _rounded(of_day: dict[date, Point], day: date) -> float | None:
    point = of_day.get(day)
    return None if point is None or point.health is None else round(point.health, 1)


def _family_points(of_day: dict[date, Point], day: date, place: int) -> float | None:
    point = of_day.get(day)
    known = None if point is None or point.parts is None else point.parts.families[place][2]
    return None if known is None else round(known, 1)


def _cell(series: dict[str, list[float | None]], place: int) -> list[str]:
    return [formats.number(values[place], 1) for values in series.values()]
