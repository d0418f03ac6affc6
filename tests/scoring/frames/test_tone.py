"""The tone of feedback: text that is no number says nothing, and no word of anybody's ends a run."""

from __future__ import annotations

import json
from datetime import date

import pytest

from retention.scoring.features.events import MESSAGES
from retention.scoring.frames.features import load_features
from retention.scoring.frames.states import category_ids_by_code, load_states
from retention.scoring.moment import Moment
from retention.scoring.rules import rules_in_force
from retention.scoring.services.ranges import ranges_of_customers
from tenants.models import Tenant
from tests.scoring.loading import load_events

DAY = date(2024, 3, 1)
SAID = [
    ("0.8333333333333334", 0.8333333333333334),
    ("4.2e-05", 4.2e-05),
    (-0.25, -0.25),
    ("+.5", 0.5),
    ("1.", 1),
    ("85", 1),
    ("-3", -1),
    ("9e99", 1),
    (".", None),
    ("1.2.3", None),
    ("-", None),
    ("", None),
    ("1e", None),
    ("1e999", None),
    ("Infinity", None),
    ("NaN", None),
    ("1\n", None),
    (True, None),
    (None, None),
]


def test_only_numbers_are_a_tone_and_none_goes_beyond_one(tenant: Tenant) -> None:
    load_events(
        (f"c{n:02d}", "feedback_received", "2024-02-20T08:00:00+00:00", json.dumps({"sentiment": said}))
        for n, (said, _tone) in enumerate(SAID)
    )
    moment, rules = Moment(DAY, "UTC"), rules_in_force()
    (everybody,) = ranges_of_customers(100)
    states = load_states(moment, everybody, category_ids_by_code())
    tone = load_features(moment, everybody, rules, states, only=[MESSAGES])["tone"].tolist()
    assert tone == pytest.approx(
        [float("nan") if expected is None else expected for _said, expected in SAID], nan_ok=True
    )
