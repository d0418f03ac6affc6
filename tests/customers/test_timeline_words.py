"""Facts of Stay's own on a timeline: a name in both languages, and what is worth saying; others stand as they came."""

from __future__ import annotations

import pytest
from django.utils import translation

from retention.customers.timeline.words import RESOLVED, TITLES, details_of, title_of


@pytest.mark.parametrize(
    ("name", "properties", "said"),
    [
        ("nps_answered", {"score": 0, "survey": "NPS"}, "0 of 10 · NPS"),
        ("complaint_opened", {"complaint_id": "t-1", "severe": True, "topic": "service.refund"}, "severe"),
        ("complaint_opened", {"complaint_id": "t-1", "severe": False}, ""),
        ("complaint_closed", {RESOLVED: False, "rating": 2}, "2 of 5 · the matter is not mended"),
        ("consultant_changed", {"from": "Iris", "to": "Omar"}, "from Iris to Omar"),
        ("message_clicked", {"channel": "email", "message_id": "m-1"}, "E-mail"),
        ("message_clicked", {"channel": "pigeon"}, "pigeon"),
        ("csm_pulse", {"rating": 4, "reason": "x" * 500}, "4 of 5 · " + "x" * 120),
    ],
)
def test_what_is_worth_saying(name: str, properties: dict[str, object], said: str) -> None:
    assert details_of(name, properties) == said


def test_an_event_of_the_customers_own_is_left_as_it_is() -> None:
    assert (title_of("Product Viewed"), details_of("Product Viewed", {"page": "x"})) == ("Product Viewed", None)


def test_every_name_is_said_in_chinese() -> None:
    with translation.override("zh-hans"):
        assert all(any("一" <= letter <= "鿿" for letter in str(title)) for title in TITLES.values())
