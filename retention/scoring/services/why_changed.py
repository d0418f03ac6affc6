"""Why a health changed between two days: what the facts did, metric by metric, and what changed policies did.

Everything that may have changed is switched from then to now in every combination, and `science.health_change` shares
the change out among them. What a run showed and what is known of that day now may differ, when facts came later: that
is a part of its own, so that the parts add up to the change that people saw.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from django.utils.translation import gettext as _

from retention.common import formats
from retention.common.errors import DomainError
from retention.scoring.own_cards import POLICY
from retention.scoring.rules import Rules
from retention.scoring.science.arrays import FloatArray
from retention.scoring.science.health import Health
from retention.scoring.science.health_change import CAP, SHARED, mean_terms, split_change
from retention.scoring.science.health_metrics import Scorecard
from retention.scoring.services.health_sides import Side, Subject, Whose
from retention.scoring.services.scorecards import Inputs, scorecard

CARD_PARTS = ("weights", "bad", "good", "cap")
"""What a card is made of; each that changed is a cause of its own. Bands and the least weight move no score."""
NO_INPUT = (*CARD_PARTS, "bands")


class Cause(StrEnum):
    """Who did it: the facts, the silence thresholds, a policy, or facts that came later."""

    DATA = "data"
    THRESHOLD = "threshold"
    POLICY = "policy"
    LATE = "late"


@dataclass(frozen=True)
class Bar:
    """Points that a cause gave or took.

    `code` is a metric, "shared" or "cap" (data); a policy's name, or "inputs" for those that say how inputs are
    measured (policy); else the cause itself.
    """

    cause: Cause
    code: str
    points: float


@dataclass(frozen=True)
class End:
    """One of the two days. `card` is the code of its own scorecard, empty for everybody's.

    `health` is what was shown: the run's, else computed; None where too little was known.
    """

    side: Side
    card: str
    inputs: Inputs
    parts: Health

    @property
    def absence(self) -> str:
        """Per metric a digit: why there is nothing."""
        parts = ((self.inputs.x[code][0], self.inputs.absence[code][0]) for code in self.parts.card.codes)
        return "".join(str(int(reason)) if np.isnan(x) else "0" for x, reason in parts)

    @property
    def band(self) -> str:
        """The band that was shown; empty without a health."""
        return str(self.parts.band[0]) if self.side.score is None else self.side.score.health_band

    @property
    def computed(self) -> float | None:
        """From the facts as they are known now."""
        score = float(self.parts.score[0])
        return None if np.isnan(score) else score

    @property
    def health(self) -> float | None:
        """What was shown."""
        return self.computed if self.side.score is None else self.side.score.health


@dataclass(frozen=True)
class Change:
    """Between two days. `bars` add up to now − then, and are empty where one of the two is not known."""

    subject: Subject
    then: End
    now: End
    bars: tuple[Bar, ...]

    @property
    def difference(self) -> float | None:
        """now − then."""
        before, after = self.then.health, self.now.health
        return None if before is None or after is None else after - before

    def total(self, *causes: Cause) -> float:
        """What these causes did together."""
        return sum(bar.points for bar in self.bars if bar.cause in causes)


def why_changed(subject: Subject, then: Side, now: Side) -> Change:
    """Split the change of `subject`. Raises DomainError where nothing was known of it on one of the days."""
    before, after = _end(subject, then), _end(subject, now)
    return Change(subject, before, after, _bars(subject, before, after))


def changed_inputs(card: str, then: Rules, now: Rules) -> list[str]:
    """Names of the policies that say how inputs are measured, as far as they differ."""
    kept = {f"health.{card}.{part}" for part in NO_INPUT}
    names = [name for name in now.values if name.startswith(f"health.{card}.") and name not in kept]
    return [name for name in names if then.values.get(name) != now.values[name]]


def _end(subject: Subject, side: Side) -> End:
    inputs = subject.inputs(side, side, side.rules)
    if inputs is None:
        since = subject.known_since()
        raise DomainError(
            "nothing_known_then",
            _("Nothing was known yet on %s.") % formats.day(side.moment.as_of),
            mend=_("Choose a day from %s on.") % formats.day(since) if since else _("Choose a later day."),
        )
    card = subject.card_of(side)
    return End(side, card, inputs, inputs.score(scorecard(subject.card, side.rules, card)))


@dataclass(frozen=True)
class Player:
    """What can be switched from then to now."""

    cause: Cause
    code: str


def _bars(subject: Subject, then: End, now: End) -> tuple[Bar, ...]:
    if then.health is None or now.health is None or then.computed is None or now.computed is None:
        return ()
    late = (now.health - now.computed) - (then.health - then.computed)
    return (*split_bars(subject, then, now), Bar(Cause.LATE, "late", late))


def split_bars(whose: Whose, then: End, now: End) -> list[Bar]:
    """The change of what is computed of one, or on average of many whose rows are in the same order at both ends."""
    players = _players(whose, then, now)
    split = split_change(_values(whose, then, now, players))
    bars = list(_data_bars(then.parts.card.codes, split.parts[0]))
    for player, points in zip(players[1:], split.by_player[1:], strict=True):
        bars.append(Bar(player.cause, player.code, float(points)))
    return bars


def _data_bars(codes: tuple[str, ...], parts: FloatArray) -> list[Bar]:
    names = (*codes, "shared", "cap")
    assert (names[SHARED], names[CAP]) == ("shared", "cap")
    return [Bar(Cause.DATA, name, float(points)) for name, points in zip(names, parts, strict=True)]


def _players(subject: Whose, then: End, now: End) -> list[Player]:
    """The facts, and whatever else differs between the two days."""
    players = [Player(Cause.DATA, "facts")]
    if subject.on_rhythm and not then.side.rhythm.same_as(now.side.rhythm):
        players.append(Player(Cause.THRESHOLD, "threshold"))
    if changed_inputs(subject.card, then.side.rules, now.side.rules):
        players.append(Player(Cause.POLICY, "inputs"))
    return [*players, *(Player(Cause.POLICY, name) for name in _changed_card(subject, then, now))]


def _changed_card(subject: Whose, then: End, now: End) -> list[str]:
    """The policies that changed everybody's card; where one is not everybody's, both are taken as a whole."""
    if then.card or now.card:
        same = then.card == now.card and _moves(then.parts.card) == _moves(now.parts.card)
        return [] if same else [POLICY]
    names = [f"health.{subject.card}.{part}" for part in CARD_PARTS]
    return [name for name in names if then.side.rules.values[name] != now.side.rules.values[name]]


def _moves(card: Scorecard) -> tuple[object, ...]:
    """What of a card moves scores."""
    return card.metrics, card.caps


def _values(subject: Whose, then: End, now: End, players: list[Player]) -> FloatArray:
    """Terms of the score, on average, for every set of players that are switched to now."""
    cards = [player.code for player in players if player.code.startswith("health.")]
    measured = [player.code for player in players if player.code not in cards]
    rows = Inputs.joined([_measured(subject, then, now, measured, chosen) for chosen in _subsets(measured)])
    healths = [rows.score(_card(subject, then, now, chosen)) for chosen in _subsets(cards)]
    return mean_terms(healths, len(then.parts.score))


def _measured(subject: Whose, then: End, now: End, players: list[str], switched: list[str]) -> Inputs:
    """Inputs with those players at now that are switched; what is no player goes with the facts: it is the same."""

    def end(code: str) -> End:
        return now if (code if code in players else "facts") in switched else then

    facts, rhythm, rules = end("facts"), end("threshold"), end("inputs")
    if facts is rhythm is rules:
        return facts.inputs
    mixed = subject.inputs(facts.side, rhythm.side, rules.side.rules)
    assert mixed is not None, "both ends have some"
    return mixed


def _subsets(names: list[str]) -> list[list[str]]:
    """In the order of bits."""
    return [[name for place, name in enumerate(names) if one >> place & 1] for one in range(1 << len(names))]


def _card(subject: Whose, then: End, now: End, switched: list[str]) -> Scorecard:
    if then.card or now.card:
        return replace((now if switched else then).parts.card, least_weight=0)
    rules = Rules({**then.side.rules.values, **{name: now.side.rules.values[name] for name in switched}})
    return replace(scorecard(subject.card, rules), least_weight=0)
