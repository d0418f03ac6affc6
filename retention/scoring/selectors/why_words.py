"""Why a health changed, in words: a sentence, a waterfall, a reason for each part, and the metrics then and now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils.translation import gettext as _

from retention.common import formats
from retention.common.charts import Chart, waterfall
from retention.scoring.enums import HealthBand
from retention.scoring.science.health_change import rounded_to_total
from retention.scoring.selectors.factors import Factor, factors_of
from retention.scoring.selectors.why_reasons import FEW_POINTS, Reason, signed, told_reasons
from retention.scoring.services.mean_change import MeanChange
from retention.scoring.services.why_changed import Cause, Change, End
from tenants.governance.words import changed_in_words
from tenants.policies import find_policy


@dataclass(frozen=True)
class MetricRow:
    """One metric on both days; `adds` are its points by effective weight, `data` what the facts did by its own."""

    label: str
    then: Factor
    now: Factor
    data: str


@dataclass(frozen=True)
class Told:
    """Everything that the page says of a change."""

    sentences: list[str]
    reasons: list[Reason]
    metrics: list[MetricRow]
    chart: Chart | None


def tell_change(change: Change) -> Told:
    """In the language in force."""
    reasons = told_reasons(change)
    chart = _chart(change, reasons) if change.bars else None
    return Told([*_sentences(change), *_notes(change)], reasons, _metrics(change), chart)


def _sentences(change: Change) -> list[str]:
    then, now = change.then, change.now
    if change.difference is None:
        return [_unknown(end) for end in (then, now) if end.health is None]
    words = {
        "then": formats.number(then.health, 1),
        "now": formats.number(now.health, 1),
        "from": formats.day(then.side.moment.as_of),
        "until": formats.day(now.side.moment.as_of),
    }
    if abs(change.difference) < FEW_POINTS:
        first = _("Health stayed at %(now)s between %(from)s and %(until)s.") % words
    elif change.difference < 0:
        first = _("Health fell from %(then)s on %(from)s to %(now)s on %(until)s.") % words
    else:
        first = _("Health rose from %(then)s on %(from)s to %(now)s on %(until)s.") % words
    if not change.bars:
        return [first, _("By what is known now, too little was known on one of these days to split the change.")]
    return [first, split_sentence(change)]


def split_sentence(change: Change | MeanChange) -> str:
    """What each kind of cause did, adding up to the rounded change."""
    points = [change.total(cause) for cause in (Cause.DATA, Cause.THRESHOLD, Cause.POLICY, Cause.LATE)]
    data, threshold, policy, late = rounded_to_total(np.array(points), change.difference or 0.0).tolist()
    parts = [_("what happened: %s") % signed(data), _("changed policies: %s") % signed(policy)]
    if threshold:
        parts.append(_("changed silence thresholds: %s") % signed(threshold))
    if late:
        parts.append(_("facts that came in later: %s") % signed(late))
    return _("In points, %(parts)s.") % {"parts": _(", ").join(parts)}


def _unknown(end: End) -> str:
    return _("On %(day)s too little was known for a health: %(present)s of 100 weight, %(least)s are needed.") % {
        "day": formats.day(end.side.moment.as_of),
        "present": formats.number(float(end.parts.present[0])),
        "least": formats.number(end.parts.card.least_weight),
    }


def _notes(change: Change) -> list[str]:
    """Bands that moved: they change the word, not the number."""
    name = f"health.{change.subject.card}.bands"
    old, new = (end.side.rules.values[name] for end in (change.then, change.now))
    if old == new:
        return []
    words = {
        "changes": changed_in_words(find_policy(name), old, new),
        "then": _band(change.then),
        "now": _band(change.now),
    }
    return [_("The bands moved too (%(changes)s): it was “%(then)s” then and is “%(now)s” now.") % words]


def _band(end: End) -> str:
    return str(HealthBand(end.band).label) if end.band else _("too little known")


def _metrics(change: Change) -> list[MetricRow]:
    did = {bar.code: bar.points for bar in change.bars if bar.cause == Cause.DATA}
    then = factors_of(change.then.parts, change.then.absence)
    now = factors_of(change.now.parts, change.now.absence)
    return [
        MetricRow(b.label, a, b, signed(did[b.code]) if change.bars else formats.NOTHING)
        for a, b in zip(then, now, strict=True)
    ]


def _chart(change: Change, reasons: list[Reason]) -> Chart:
    ends = [(end.side.moment.as_of, end.health or 0.0) for end in (change.then, change.now)]
    return change_chart(ends[0], ends[1], reasons, _sentences(change)[0])


def change_chart(then: tuple[date, float], now: tuple[date, float], reasons: list[Reason], summary: str) -> Chart:
    """From the health of a day to that of another, reason by reason."""
    first, last = (formats.day(day) for day, _health in (then, now))
    steps: list[tuple[str, float, float, str, str]] = [(first, 0.0, then[1], "info", formats.number(then[1], 1))]
    level = then[1]
    for reason in reasons:
        tone = "good" if reason.points > 0 else "bad"
        steps.append((reason.label, level, level + reason.points, tone, reason.signed))
        level += reason.points
    steps.append((last, 0.0, now[1], "info", formats.number(now[1], 1)))
    rows = [
        (first, formats.number(then[1], 1)),
        *((reason.label, reason.signed) for reason in reasons),
        (last, formats.number(now[1], 1)),
    ]
    return Chart(
        "why-changed",
        _("Why it changed"),
        summary,
        waterfall(steps),
        (_("Part"), _("Points")),
        rows,
        height="lg" if len(steps) > 6 else "md",
    )
