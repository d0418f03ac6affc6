"""The parts of a change of health in words: what it was then and is now, and who changed which policy in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.common import formats
from retention.scoring.own_cards import POLICY
from retention.scoring.science.health_change import rounded_to_total
from retention.scoring.selectors.card_words import card_change
from retention.scoring.selectors.factors import Factor, cap_words, factors_of
from retention.scoring.selectors.thresholds import override_between
from retention.scoring.services.health_sides import Side
from retention.scoring.services.why_changed import Bar, Cause, Change, End, changed_inputs
from tenants.governance.models import PolicyRevision
from tenants.governance.selectors.policies import last_changes
from tenants.governance.words import changed_in_words, in_words, who_changed
from tenants.policies import find_policy

FEW_POINTS = 0.05
"""A part under this is rounded to nothing, and not shown."""


PARTS: dict[str, Promise] = {
    "weights": gettext_lazy("Weights"),
    "bad": gettext_lazy("Values worth 0 points"),
    "good": gettext_lazy("Values worth 100 points"),
    "cap": gettext_lazy("Highest health with a wound"),
    "scorecards": gettext_lazy("Scorecard"),
    "inputs": gettext_lazy("How metrics are measured"),
}
"""What each part of a scorecard is called for short."""


@dataclass(frozen=True)
class Reason:
    """One part of the change: points that add up with the others' after rounding, what it is, and who changed it."""

    cause: Cause
    code: str
    points: float
    label: str
    detail: str
    changed_at: datetime | None = None
    changed_by: str = ""

    @property
    def signed(self) -> str:
        """The points with their sign."""
        return signed(self.points)


def signed(points: float) -> str:
    """``+3.4``, ``−12.0``."""
    return f"{'+' if points > 0 else ''}{formats.number(points, 1)}"


def told_reasons(change: Change) -> list[Reason]:
    """Those that show, the largest first; their rounded points add up to the rounded change."""
    return reasons_of(change.bars, _Teller(change).reason)


def reasons_of(bars: Sequence[Bar], tell: Callable[[Bar, float], Reason]) -> list[Reason]:
    """The bars that show, each told with its points after rounding, the largest first."""
    shown = [bar for bar in bars if abs(bar.points) >= FEW_POINTS]
    if not shown:
        return []
    points = rounded_to_total(np.array([bar.points for bar in shown]), sum(bar.points for bar in shown))
    reasons = [tell(bar, float(one)) for bar, one in zip(shown, points, strict=True)]
    return sorted(reasons, key=lambda reason: -abs(reason.points))


class _Teller:
    """Knows both days' metrics and who changed which policy in between."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self.then = {factor.code: factor for factor in factors_of(change.then.parts, change.then.absence)}
        self.now = {factor.code: factor for factor in factors_of(change.now.parts, change.now.absence)}
        self.policies = PolicyTeller(change.subject.card, change.then.side, change.now.side)

    def reason(self, bar: Bar, points: float) -> Reason:
        """`bar` in words."""
        if bar.cause == Cause.POLICY:
            return self._policy(bar, points)
        if bar.cause == Cause.THRESHOLD:
            return self._threshold(bar, points)
        label, detail = self._words(bar)
        return Reason(bar.cause, bar.code, points, label, detail)

    def _words(self, bar: Bar) -> tuple[str, str]:
        if bar.cause == Cause.LATE:
            return _("Facts that came in later"), _("not known yet when the scores of these days were shown")
        if bar.code == "shared":
            return _("Metrics that gained or lost data"), self._shared()
        if bar.code == "cap":
            return _("Cap"), self._cap()
        then, now = self.then[bar.code], self.now[bar.code]
        return now.label, f"{_measured(then)} → {_measured(now)}"

    def _shared(self) -> str:
        gone = [
            now.label for code, now in self.now.items() if now.points is None and self.then[code].points is not None
        ]
        back = [
            now.label for code, now in self.now.items() if now.points is not None and self.then[code].points is None
        ]
        comma = _(", ")
        said = []
        if gone:
            said.append(_("now without data: %s") % comma.join(gone))
        if back:
            said.append(_("now with data: %s") % comma.join(back))
        return " · ".join(said) or _("some had data only as they were measured on one of the days")

    def _cap(self) -> str:
        ends = (self.change.then, self.change.now)
        words = {"then": _held(ends[0]), "now": _held(ends[1])}
        why = " · ".join(dict.fromkeys(cap_words(str(end.parts.cap[0])) for end in ends if end.parts.cap[0]))
        return _("takes off %(then)s points then, %(now)s now: %(why)s") % {**words, "why": why}

    def _policy(self, bar: Bar, points: float) -> Reason:
        return self.policies.reason(
            bar, points, card_change(self.change.subject.card, self.change.then, self.change.now)
        )

    def _threshold(self, bar: Bar, points: float) -> Reason:
        subject, then, now = self.change.subject, self.change.then.side, self.change.now.side
        old, new = subject.thresholds(now, then), subject.thresholds(now, now)
        pairs = ((_("of orders"), old.orders, new.orders), (_("of log-ins"), old.log_ins, new.log_ins))
        detail = " · ".join(f"{kind}: {_days(a)} → {_days(b)}" for kind, a, b in pairs if a != b)
        after, until = sorted((then.decided_at, now.decided_at))
        hand = override_between(new.category_id, after=after, until=until)
        by = "" if hand is None or hand.set_by is None else str(hand.set_by)
        return Reason(bar.cause, bar.code, points, _("Silence threshold"), detail, hand.set_at if hand else None, by)


class PolicyTeller:
    """Knows what the policies of a card were on two days, and who changed which in between."""

    def __init__(self, card: str, then: Side, now: Side) -> None:
        self.card, self.then, self.now = card, then.rules, now.rules
        after, until = sorted((then.decided_at, now.decided_at))
        names = [name for name in now.rules.values if name.startswith(f"health.{card}.")]
        self.revisions = last_changes([*names, POLICY], after=after, until=until)

    def reason(self, bar: Bar, points: float, otherwise: str = "") -> Reason:
        """`bar` in words; `otherwise` says what changed of a scorecard of its own."""
        names = changed_inputs(self.card, self.then, self.now) if bar.code == "inputs" else [bar.code]
        label = str(PARTS[bar.code.rpartition(".")[2]])
        said = (_changed(name, self.then.values[name], self.now.values[name]) for name in names if name != POLICY)
        by = max((self.revisions[name] for name in names if name in self.revisions), key=_when, default=None)
        at, who = (by.changed_at, who_changed(by)) if by else (None, "")
        return Reason(bar.cause, bar.code, points, label, " · ".join(said) or otherwise, at, who)


def _changed(name: str, old: Any, new: Any) -> str:
    spec = find_policy(name)
    return changed_in_words(spec, old, new) or f"{in_words(spec, old)} → {in_words(spec, new)}"


def _when(revision: PolicyRevision) -> datetime:
    return revision.changed_at


def _days(days: float) -> str:
    return formats.days(days) if float(days).is_integer() else formats.number(days, 1)


def _measured(factor: Factor) -> str:
    return factor.why or factor.shown


def _held(end: End) -> str:
    return formats.number(float(end.parts.uncapped[0] - end.parts.score[0]), 1)
