"""Scorecards beside the two that hold for everybody: each for an audience, the first that matches scores.

They are one policy, `health.scorecards`: a list in which each card says its kind, priority (the smaller number comes
first), audience, and whatever it says otherwise than the card that holds for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.scoring.card_audiences import audiences
from retention.scoring.moment import EPOCH, Moment
from retention.scoring.rules import Rules
from retention.scoring.science.health_cards import SHOP, SOFTWARE
from retention.scoring.science.health_metrics import Missing, Scorecard

POLICY = "health.scorecards"
CARDS = {"shop": SHOP, "software": SOFTWARE}
MAPS = ("weights", "bad", "good")
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
Record = Mapping[str, Any]


@dataclass(frozen=True)
class OwnCard:
    """One of them, as stored."""

    record: Record

    @property
    def code(self) -> str:
        return str(self.record["code"])

    @property
    def name(self) -> str:
        return str(self.record["name"])

    @property
    def kind(self) -> str:
        """shop or software."""
        return str(self.record["card"])

    @property
    def priority(self) -> int:
        return int(self.record["priority"])

    @property
    def audience(self) -> tuple[str, str]:
        """The kind of audience, and its key."""
        return str(self.record["audience"]), str(self.record["key"])

    def over(self, card: Scorecard) -> Scorecard:
        """`card` with what this one says otherwise."""
        said = {name: self.record.get(name) or {} for name in (*MAPS, "missing")}
        metrics = tuple(
            replace(
                metric,
                weight=said["weights"].get(metric.code, metric.weight),
                bad=said["bad"].get(metric.code, metric.bad),
                good=said["good"].get(metric.code, metric.good),
                **_missing(said["missing"].get(metric.code)),
            )
            for metric in card.metrics
        )
        bands = self.record.get("bands") or {"healthy": card.healthy_from, "watch": card.watch_from}
        caps = tuple(replace(cap, at_most=self.record.get("cap", cap.at_most)) for cap in card.caps)
        return replace(card, metrics=metrics, caps=caps, healthy_from=bands["healthy"], watch_from=bands["watch"])


def _missing(rule: str | None) -> dict[str, Any]:
    """A rule of its own replaces the exceptions as well; data that nobody sends are dropped all the same."""
    return {} if rule is None else {"missing": Missing(rule), "absences": {}}


def own_cards(kind: str, rules: Rules) -> list[OwnCard]:
    """Those of `kind`, the first to match first."""
    records = cast("list[Record]", rules.values.get(POLICY) or [])
    cards = [OwnCard(record) for record in records if record["card"] == kind]
    return sorted(cards, key=lambda card: card.priority)


def card_name(kind: str, rules: Rules, code: str) -> str:
    """The name of the card `code`; empty for everybody's."""
    return next((card.name for card in own_cards(kind, rules) if card.code == code), "")


def check_own_cards(value: object) -> None:
    """Raises DomainError with a sentence when these can't be scorecards."""
    records = cast("list[Record]", value)
    for record in records:
        _check(record)
    for kind in CARDS:
        mine = [record for record in records if record["card"] == kind]
        _unique([record["priority"] for record in mine], _("two scorecards have the same priority"))
    _unique([record["code"] for record in records], _("two scorecards have the same code"))


def _check(record: Record) -> None:
    name = str(record.get("name") or record.get("code") or "?")
    if not CODE.fullmatch(str(record.get("code", ""))) or not str(record.get("name", "")).strip():
        raise _refusal(name, _("it needs a code of small letters and digits, and a name"))
    if record.get("card") not in CARDS:
        raise _refusal(name, _("its card is neither shop nor software"))
    if not isinstance(record.get("priority"), int) or isinstance(record["priority"], bool) or record["priority"] < 1:
        raise _refusal(name, _("its priority is no whole number from 1 on"))
    audience = audiences.get(str(record.get("audience", "")))
    if audience is None or audience.card != record["card"] or not record.get("key"):
        raise _refusal(name, _("its audience is not known"))
    audience.members(str(record["key"]), Moment(EPOCH, "UTC"))  # asks nobody: it refuses what can be no audience
    _check_numbers(name, record)
    _check_card(name, record)


def _check_numbers(name: str, record: Record) -> None:
    known = {*MAPS, "code", "name", "card", "priority", "audience", "key", "bands", "cap", "missing"}
    codes = set(CARDS[record["card"]].codes)
    wanted = {**dict.fromkeys(MAPS, codes), "bands": {"healthy", "watch"}}
    if set(record) - known:
        raise _refusal(name, _("unknown names: %s") % ", ".join(sorted(set(record) - known)))
    for part, names in wanted.items():
        if part in record and (set(record[part]) != names or not all(map(_is_number, record[part].values()))):
            raise _refusal(name, _("“%s” needs a number for each of its names") % part)
    if "cap" in record and not _is_number(record["cap"]):
        raise _refusal(name, _("“%s” needs a number for each of its names") % "cap")
    rules = record.get("missing", {})
    if set(rules) - codes or not set(rules.values()) <= {rule.value for rule in Missing}:
        raise _refusal(name, _("a rule for missing data is drop, zero or full"))
    if ("bad" in record) != ("good" in record):
        raise _refusal(name, _("“bad” and “good” come together"))


def _check_card(name: str, record: Record) -> None:
    total = sum(record["weights"].values()) if "weights" in record else 100.0
    if abs(total - 100) > 1e-9:
        words = {"total": f"{total:g}"}
        mend = _("Raise or lower some of them until they total 100.")
        raise _refusal(name, _("the weights total %(total)s, not 100") % words, mend)
    if any(weight < 0 for weight in record.get("weights", {}).values()):
        raise _refusal(name, _("a weight is negative"))
    if any(record["bad"][code] == good for code, good in record.get("good", {}).items()):
        raise _refusal(name, _("a metric’s values for 0 and for 100 points must differ"))
    bands = record.get("bands", {"watch": 0, "healthy": 1})
    if not 0 <= bands["watch"] < bands["healthy"] <= 100:
        raise _refusal(name, _("the band “watch” must begin below the band “healthy”, both within 0 to 100"))


def _unique(values: list[Any], message: str) -> None:
    if len(set(values)) < len(values):
        raise DomainError("policy_invalid", f"{message}.", mend=_("Give each its own."))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _refusal(name: str, what: str, mend: str = "") -> DomainError:
    return DomainError("policy_invalid", f"{name}: {what}.", mend=mend or _("Correct it and save again."))


def cards_in_words(value: object) -> str:
    """The list for a person: names in order, or that there is none."""
    records = sorted(cast("list[Record]", value or []), key=lambda record: (record["card"], record["priority"]))
    return " · ".join(f"{record['priority']}. {record['name']}" for record in records) or _("none")
