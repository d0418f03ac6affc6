"""Caps over rolling windows: whatever comes in whatever order, no window ever holds more than the cap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from retention.customers.caps import Cap, CapRules, Contact, room_from, room_under_all

START = datetime(2026, 1, 1, tzinfo=UTC)
RULES = CapRules(
    Cap(2, timedelta(days=7), "all"), Cap(1, timedelta(days=30), "calls"), Cap(1, timedelta(days=90), "surveys")
)
WISHES = st.tuples(
    st.integers(0, 60 * 24 * 120),
    st.sampled_from(["email", "sms", "call"]),
    st.sampled_from(["marketing", "service", "survey", "success"]),
)


def most_in_a_window(moments: list[datetime], window: timedelta) -> int:
    """The fullest window that begins with a contact."""
    return max((sum(begin <= moment < begin + window for moment in moments) for begin in moments), default=0)


@given(st.lists(WISHES, max_size=60), st.sampled_from([None, 7, 30]))
def test_no_rolling_window_holds_more_than_the_cap(wishes: list[tuple[int, str, str]], wish_days: int | None) -> None:
    held: list[Contact] = []
    for minutes, channel, purpose in wishes:
        at = START + timedelta(minutes=minutes)
        if room_under_all(held, RULES.of(channel, purpose, wish_days=wish_days), at) == at:
            held.append(Contact(at, channel, purpose))
    promotions = [c.at for c in held if c.purpose == "marketing"]
    calls = [c.at for c in held if c.channel == "call" and c.purpose != "service"]
    assert most_in_a_window(promotions, RULES.promotions.window) <= RULES.promotions.most
    assert most_in_a_window(calls, RULES.calls.window) <= RULES.calls.most
    assert most_in_a_window([c.at for c in held if c.purpose == "survey"], RULES.surveys.window) <= RULES.surveys.most
    if wish_days:
        assert most_in_a_window(promotions, timedelta(days=wish_days)) <= 1


@given(st.lists(st.integers(0, 60 * 24 * 30), max_size=20), st.integers(0, 60 * 24 * 30))
def test_what_waits_fits_at_the_moment_it_was_told_and_not_before(minutes: list[int], wanted: int) -> None:
    held = [Contact(START + timedelta(minutes=each), "sms", "marketing") for each in minutes]
    at, cap = START + timedelta(minutes=wanted), RULES.promotions
    room = room_from(held, cap, at)
    assert room is not None
    assert room >= at
    assert room_from(held, cap, room) == room
    if room > at:
        before = room - timedelta(minutes=1)
        assert room_from(held, cap, before) != before or before < at


def test_service_is_never_held_and_counts_against_promotions() -> None:
    held = [Contact(START, "sms", "service"), Contact(START, "call", "success")]
    assert RULES.of("sms", "service") == []
    later = START + timedelta(days=1)
    assert room_under_all(held, RULES.of("sms", "marketing"), later) == START + timedelta(days=7)
    assert room_from(held, Cap(0, timedelta(days=7), "all"), later) is None
