"""Silence thresholds of the run in force, as a list."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from retention.common import formats
from retention.common.tables import Column, Filter, Search, Table, badge
from retention.customers.enums import Clock
from retention.customers.models import Category
from retention.scoring.enums import ThresholdSource
from retention.scoring.models import SilenceThreshold, ThresholdOverride
from retention.scoring.selectors.threshold_words import signed_share

TONES = {"observed": "good", "parent": "info", "floor": "secondary", "override": "warn"}


def thresholds_in_force() -> QuerySet[SilenceThreshold]:
    """Those of the run in force."""
    return SilenceThreshold.objects.filter(run__is_current=True).select_related("category", "run")


def moved_thresholds(limit: int = 10) -> list[SilenceThreshold]:
    """Those whose rhythm changed, most gaps first."""
    return list(thresholds_in_force().filter(drift__moved=True).order_by("-gaps", "id")[:limit])


def override_of(category: Category | None, clock: str) -> ThresholdOverride | None:
    """What a person set and nobody ended."""
    return ThresholdOverride.objects.filter(category=category, clock=clock, ended_at=None).first()


def edit_url(threshold: SilenceThreshold) -> str:
    """Where this threshold is set by hand."""
    code = threshold.category.code if threshold.category else ""
    return f"{reverse('threshold-edit')}?{urlencode({'category': code, 'clock': threshold.clock})}"


def _source(threshold: SilenceThreshold) -> str:
    return badge(threshold.get_source_display(), TONES[threshold.source])


def _interval(threshold: SilenceThreshold) -> str:
    low, high = threshold.interval_low, threshold.interval_high
    if low is None or high is None:
        return formats.NOTHING
    return f"{formats.number(low)}–{formats.number(high)}"


def _beside(threshold: SilenceThreshold) -> str:
    """The Kaplan–Meier figure; "never" where so many never come back that it is not reached."""
    if threshold.km_p90 is not None:
        return formats.number(threshold.km_p90, 1)
    return _t("not reached") if threshold.gaps else formats.NOTHING


def _pooled(threshold: SilenceThreshold) -> str:
    return formats.NOTHING if threshold.pooled is None else formats.number(threshold.pooled["days"], 1)


def _drift(threshold: SilenceThreshold) -> str:
    """The change between the halves of the window, marked where it is more than chance and large."""
    drift = threshold.drift
    if drift is None or drift["change"] is None:
        return formats.NOTHING
    said = signed_share(drift["change"])
    return badge(said, "warn") if drift["moved"] else said


def _by_source(rows: QuerySet[Any], source: str) -> QuerySet[Any]:
    return rows.filter(source=source)


def _by_drift(rows: QuerySet[Any], answer: str) -> QuerySet[Any]:
    moved = rows.filter(drift__moved=True)
    return moved if answer == "moved" else rows.exclude(pk__in=moved.values("pk"))


def _found(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    return rows.filter(category__code__icontains=words) | rows.filter(category__name__icontains=words)


class ThresholdTable(Table):
    """Categories with what was learned of them."""

    name = "thresholds"
    columns = (
        Column("category", _("Category"), value="category", sort="category__code"),
        Column("days", _("Threshold"), kind="days", sort="days"),
        Column("source", _("Source"), kind="html", value=_source),
        Column("gaps", _("Gaps"), kind="number", sort="gaps", falls_first=True),
        Column("p50", _("Half come back within"), kind="decimal"),
        Column("p90", _("Nine of ten within"), kind="decimal"),
        Column("interval", _("95-percent interval"), value=_interval),
        Column(
            "km",
            _("Counting who is still silent"),
            value=_beside,
            help=_("Kaplan–Meier: those who have not come back yet are counted too. It does not set the threshold."),
        ),
        Column(
            "pooled",
            _("Pooled"),
            value=_pooled,
            help=_("Drawn towards its neighbours, the less is known of it the more. It does not set the threshold."),
        ),
        Column(
            "drift",
            _("Drift"),
            kind="html",
            value=_drift,
            help=_("Newer half of the window against the older. Marked: more than chance, and large."),
        ),
    )
    filters = (
        Filter("source", _("Source"), choices=ThresholdSource.choices, apply=_by_source),
        Filter("drift", _("Drift"), choices=(("moved", _("moved")), ("steady", _("steady"))), apply=_by_drift),
    )
    search = Search(_("Category"), _found)
    default_sort = "-gaps"
    empty_title = _("No category yet")
    empty_text = _("Thresholds of categories come with orders that name them, at the next run.")


class EditableThresholdTable(ThresholdTable):
    """The same for whoever may set one by hand: each category leads there."""

    columns: ClassVar[Any] = (replace(ThresholdTable.columns[0], link=edit_url), *ThresholdTable.columns[1:])


def override_between(category_id: int | None, *, after: datetime, until: datetime) -> ThresholdOverride | None:
    """The last threshold set by hand in that time for the category (None: for orders of any) or for log-ins."""
    own = Q(category=category_id) | Q(category=None, clock=Clock.VISIT)
    rows = ThresholdOverride.objects.filter(own, set_at__gt=after, set_at__lte=until)
    return rows.select_related("set_by").order_by("-set_at").first()
