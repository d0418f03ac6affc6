"""Which scorecard scores whom: the first, by priority, whose audience holds the customer or account; else everybody's.

A run fixes it once, when it is prepared, so that all its shards agree; it is kept with each score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db import connection, transaction

from retention.common.copying import ColumnKind, read_columns
from retention.common.errors import DomainError
from retention.customers.services.state import planned_for_sets
from retention.scoring.card_audiences import Members, audiences
from retention.scoring.frames.frame import Array, Frame
from retention.scoring.frames.whose import Chosen, whose_params, whose_sql
from retention.scoring.models import ScoreRun
from retention.scoring.moment import Moment
from retention.scoring.own_cards import OwnCard, own_cards
from retention.scoring.rules import Rules
from retention.scoring.science.health import Health, merged
from retention.scoring.services.scorecards import Inputs, scorecard

ID = {"id": ColumnKind.WHOLE}


@dataclass(frozen=True)
class Assignment:
    """Keys of the members of each card, the first to match first."""

    codes: tuple[str, ...]
    members: tuple[Array, ...]

    def places(self, ids: Array) -> Array:
        """For each of `ids` the place of its card: 0 for everybody's, 1 for the first, …"""
        place = np.zeros(len(ids), dtype=np.int64)
        for position in range(len(self.codes), 0, -1):
            place[np.isin(ids, self.members[position - 1])] = position
        return place

    def code_of(self, key: int) -> str:
        """The code of the card of one customer or account; empty for everybody's."""
        return ("", *self.codes)[int(self.places(np.array([key]))[0])]


def members_of(card: OwnCard, moment: Moment) -> Members | None:
    """Who is in a card's audience; None where that can't be told any more: then nobody is."""
    code, key = card.audience
    audience = audiences.get(code)
    try:
        return None if audience is None else audience.members(key, moment)
    except DomainError:
        return None


def assignment_at(kind: str, rules: Rules, moment: Moment) -> Assignment:
    """As of a moment, by the audiences as they are defined now."""
    cards = own_cards(kind, rules)
    nobody = np.empty(0, dtype=np.int64)
    members = []
    for card in cards:
        found = members_of(card, moment)
        with transaction.atomic(), planned_for_sets():
            members.append(nobody if found is None else read_columns(*found, ID)["id"])
    return Assignment(tuple(card.code for card in cards), tuple(members))


def fix_customers(run: ScoreRun, rules: Rules, moment: Moment) -> None:
    """Keep for the shards of `run` which customer has which card of its own; whoever is left out has everybody's."""
    for place, card in enumerate(own_cards("shop", rules), start=1):
        found = members_of(card, moment)
        if found is None:
            continue
        sql, params = found
        with planned_for_sets(), connection.cursor() as cursor:
            cursor.execute(
                f"""INSERT INTO scoring_cardmember (run_id, customer_id, place)
                SELECT %(card_run)s, m.id, %(card_place)s FROM ({sql}) AS m ON CONFLICT DO NOTHING""",
                {**params, "card_run": run.pk, "card_place": place},
            )


def fixed_places(run: ScoreRun, shard: Chosen, frame: Frame, rules: Rules) -> Array:
    """The place of each customer's card, as fixed for `run`."""
    if not own_cards("shop", rules):
        return np.zeros(len(frame), dtype=np.int64)
    read = read_columns(
        f"""SELECT m.customer_id, m.place FROM scoring_cardmember m
        WHERE m.run_id = %(run)s AND {whose_sql("m", shard)}""",
        {"run": run.pk, **whose_params(shard)},
        {"customer_id": ColumnKind.WHOLE, "place": ColumnKind.WHOLE},
    )
    return frame.aligned(read["customer_id"], read["place"], missing=0)


def score_by_cards(kind: str, rules: Rules, inputs: Inputs, places: Array) -> Health:
    """Health of everybody, each by the card at its place."""
    everybody = scorecard(kind, rules)
    if not places.any():
        return inputs.score(everybody)
    cards = [everybody, *(scorecard(kind, rules, card.code) for card in own_cards(kind, rules))]
    parts = []
    for place in np.unique(places):
        here = np.flatnonzero(places == place)
        parts.append((here, inputs.of(here).score(cards[place])))
    return merged(everybody, parts)


def card_labels(kind: str, rules: Rules) -> tuple[str, ...]:
    """The codes by place; everybody's is empty."""
    return ("", *(card.code for card in own_cards(kind, rules)))
