"""Why a mean health changed, in words: sentences, a waterfall, and a reason for each part."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from retention.common import formats
from retention.common.charts import Chart
from retention.scoring.own_cards import CARDS
from retention.scoring.selectors.factors import metric_label
from retention.scoring.selectors.why_reasons import FEW_POINTS, PolicyTeller, Reason, reasons_of
from retention.scoring.selectors.why_words import change_chart, split_sentence
from retention.scoring.services.mean_change import MeanChange
from retention.scoring.services.why_changed import Bar, Cause


@dataclass(frozen=True)
class MeanTold:
    """What the page says of a mean change."""

    sentences: list[str]
    reasons: list[Reason]
    chart: Chart | None


def tell_mean_change(change: MeanChange) -> MeanTold:
    """In the language in force."""
    if change.then is None or change.now is None:
        return MeanTold([_("Of nobody here a health is known on both days.")], [], None)
    reasons = reasons_of(change.bars, _Teller(change).reason)
    sentences = [_difference(change), split_sentence(change), *_left_out(change)]
    then, now = ((side.moment.as_of, mean) for side, mean in zip(change.sides, (change.then, change.now), strict=True))
    return MeanTold(sentences, reasons, change_chart(then, now, reasons, sentences[0]))


def _difference(change: MeanChange) -> str:
    first, last = (formats.day(side.moment.as_of) for side in change.sides)
    words = {
        "then": formats.number(change.then, 1),
        "now": formats.number(change.now, 1),
        "from": first,
        "until": last,
        "count": formats.number(change.known),
    }
    moved = change.difference or 0.0
    if change.card == "software":
        if abs(moved) < FEW_POINTS:
            return _("Over %(count)s accounts mean health stayed at %(now)s between %(from)s and %(until)s.") % words
        if moved < 0:
            return (
                _("Over %(count)s accounts mean health fell from %(then)s on %(from)s to %(now)s on %(until)s.")
                % words
            )
        return _("Over %(count)s accounts mean health rose from %(then)s on %(from)s to %(now)s on %(until)s.") % words
    if abs(moved) < FEW_POINTS:
        return _("Over %(count)s customers mean health stayed at %(now)s between %(from)s and %(until)s.") % words
    if moved < 0:
        return (
            _("Over %(count)s customers mean health fell from %(then)s on %(from)s to %(now)s on %(until)s.") % words
        )
    return _("Over %(count)s customers mean health rose from %(then)s on %(from)s to %(now)s on %(until)s.") % words


def _left_out(change: MeanChange) -> list[str]:
    said = []
    if missing := change.asked - change.known:
        words = {"count": formats.number(missing)}
        said.append(
            ngettext(
                "%(count)s is left out: too little was known on one of the days.",
                "%(count)s are left out: too little was known on one of the days.",
                missing,
            )
            % words
        )
    if change.sampled:
        said.append(_("There are more: %(count)s of them, spread evenly, were asked.") % {
            "count": formats.number(change.asked)
        })  # fmt: skip
    return said


class _Teller:
    def __init__(self, change: MeanChange) -> None:
        self.metrics = {metric.code: metric for metric in CARDS[change.card].metrics}
        self.policies = PolicyTeller(change.card, *change.sides)

    def reason(self, bar: Bar, points: float) -> Reason:
        """`bar` in words."""
        if bar.cause == Cause.POLICY:
            return self.policies.reason(bar, points)
        return Reason(bar.cause, bar.code, points, self._label(bar), "")

    def _label(self, bar: Bar) -> str:
        if bar.cause == Cause.LATE:
            return _("Facts that came in later")
        if bar.cause == Cause.THRESHOLD:
            return _("Silence threshold")
        if bar.code == "shared":
            return _("Metrics that gained or lost data")
        return _("Cap") if bar.code == "cap" else metric_label(self.metrics[bar.code])
