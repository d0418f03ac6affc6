"""Scorecards in words: for whom each is, how many it scores now, and what differs between two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext as _

from retention.common import formats
from retention.scoring.card_audiences import audiences
from retention.scoring.models import AccountScore, CustomerScore
from retention.scoring.own_cards import POLICY, OwnCard, card_name, own_cards
from retention.scoring.rules import Rules
from retention.scoring.science.health_metrics import Metric, Scorecard
from retention.scoring.selectors.factors import metric_label
from retention.scoring.services.why_changed import End
from tenants.governance.selectors.policies import history
from tenants.governance.words import who_changed


@dataclass(frozen=True)
class CardRow:
    """One card of a list. `scored` are those whom it scores in the run in force."""

    card: OwnCard
    audience: str
    scored: int


def card_rows(kind: str, rules: Rules) -> list[CardRow]:
    """Those of `kind` by priority."""
    scores = CustomerScore if kind == "shop" else AccountScore
    counted = scores.current.exclude(health_card="").order_by().values_list("health_card").annotate(Count("run"))
    scored = dict(counted)
    choices = {audience.code: audience.choices() for audience in audiences if audience.card == kind}
    rows = []
    for card in own_cards(kind, rules):
        code, key = card.audience
        known = choices.get(code, {}).get(key)
        words = str(known) if known else _("nobody: “%s” is no audience any more") % key
        rows.append(CardRow(card, words, scored.get(card.code, 0)))
    return rows


def last_changed() -> tuple[datetime, str] | None:
    """When the scorecards were last changed, and by whom."""
    latest = history(POLICY).first()
    return None if latest is None else (latest.changed_at, who_changed(latest))


def card_change(kind: str, then: End, now: End) -> str:
    """From which card to which; of one and the same, which metrics' weights and ends, and which cap, differ."""
    if then.card != now.card:
        names = (card_name(kind, end.side.rules, end.card) or _("the one for all") for end in (then, now))
        return " → ".join(names)
    return " · ".join(_differences(then.parts.card, now.parts.card))


def _differences(old: Scorecard, new: Scorecard) -> list[str]:
    pairs = [(a, b) for a, b in zip(old.metrics, new.metrics, strict=True) if a != b]
    said = [f"{metric_label(b)} {_metric(a)} → {_metric(b)}" for a, b in pairs]
    caps = [(a.at_most, b.at_most) for a, b in zip(old.caps, new.caps, strict=True) if a != b]
    return said + [_("cap %(old)s → %(new)s") % {"old": _number(a), "new": _number(b)} for a, b in caps[:1]]


def _metric(metric: Metric) -> str:
    return _("%(weight)s (%(bad)s to %(good)s)") % {
        "weight": _number(metric.weight),
        "bad": _number(metric.bad),
        "good": _number(metric.good),
    }


def _number(value: float) -> str:
    return formats.number(value, 0 if float(value).is_integer() else 2)
