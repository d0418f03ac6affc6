"""What uses segments on this floor and below: rules of other segments, and scorecards for a segment."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import ngettext

from retention.scoring.own_cards import POLICY, OwnCard
from retention.segments.models import Segment
from retention.segments.selectors.references import asked_by
from retention.segments.uses import Use, Used, register
from tenants.policies import policy_value


def tell_segments(count: int) -> str:
    """Segments in words."""
    return ngettext("%d segment", "%d segments", count) % count


def find_segments(segment: Segment) -> list[Used]:
    """Living segments whose rules ask who is in `segment`."""
    return [Used(one.title, reverse("segment", args=[one.code])) for one in asked_by(segment)]


def tell_cards(count: int) -> str:
    """Scorecards in words."""
    return ngettext("%d scorecard", "%d scorecards", count) % count


def find_cards(segment: Segment) -> list[Used]:
    """Scorecards whose audience is `segment`: without it the next run could not score by them."""
    stored = policy_value(POLICY)
    cards = [OwnCard(record) for record in stored if isinstance(record, dict)] if isinstance(stored, list) else []
    return [
        Used(card.name, reverse("scorecard", args=[card.code]))
        for card in cards
        if card.audience == ("segment", segment.code)
    ]


register(Use("segments", "segments.view", tell_segments, find_segments))
register(Use("scorecards", "scores.view", tell_cards, find_cards))
