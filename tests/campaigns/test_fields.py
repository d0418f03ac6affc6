"""What came of a campaign for a customer, and whether their address is suppressed: as of a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns.models import Enrollment, Suppression
from campaigns.services.suppressing import suppress_addresses
from retention.customers.models import Customer
from retention.segments.rules.compile import Moment, compile_rule
from retention.segments.rules.parse import parse_rule
from tests.campaigns.sending.world import make_campaign, make_message
from tests.segments.fields.everything import ask, clause
from tests.segments.world import D, World, at


@pytest.fixture
def world(tenant: object) -> World:
    return World()


@pytest.fixture
def someone(world: World) -> Customer:
    return world.customer("c", email="C@Example.com", phone="+86 139 0000 0001")


def test_outcomes_are_those_of_the_campaign_and_of_the_window(world: World, someone: Customer) -> None:
    first, second = (make_campaign(name, launched=True) for name in ("First", "Second"))
    for campaign, held_out, day in [(first, False, 20), (second, True, 10)]:
        Enrollment.objects.create(
            campaign=campaign, version=campaign.current, customer=someone, held_out=held_out, enrolled_at=at(day)
        )
    make_message(first, someone, state="delivered", accepted_at=at(19), ended_at=at(18), clicked_at=at(-1))
    of_first = {"campaign": str(first.public_id)}
    assert sorted(ask("campaign_outcomes", someone, **of_first)) == ["delivered", "enrolled", "sent"]
    assert sorted(ask("campaign_outcomes", someone)) == ["delivered", "enrolled", "held_out", "sent"]
    assert sorted(ask("campaign_outcomes", someone, D + timedelta(days=1), **of_first, days=10)) == ["clicked"]
    assert [ask("campaign_messages", someone, days=days) for days in (19, 20)] == [0, 1]
    silent = {"all": [
        {"field": "campaign_outcomes", "op": "any", "value": ["sent"], "params": of_first},
        {"field": "campaign_outcomes", "op": "none", "value": ["clicked", "returned"], "params": of_first},
    ]}  # fmt: skip
    assert world.matching(silent) == ["c"]
    assert world.matching(silent, D + timedelta(days=1)) == []


def test_suppressed_from_the_day_it_began_to_the_day_it_was_lifted(someone: Customer) -> None:
    suppress_addresses(["c@example.com"], channel="email", reason="bounced", now=at(10))  # type: ignore[arg-type]
    Suppression.objects.update(lifted_at=at(2))
    assert [ask("suppressed", someone, D - timedelta(days=n)) for n in (11, 10, 3, 2)] == [False, True, True, False]
    assert ask("suppressed", someone, D - timedelta(days=5), channel="sms") is False
    suppress_addresses(["8613900000001"], channel="sms", reason="bounced", now=at(1))  # type: ignore[arg-type]
    assert ask("suppressed", someone, channel="sms") is True


def test_nobody_without_an_address_is_suppressed_and_the_salt_is_in_no_statement(world: World) -> None:
    someone = world.customer("no address")
    assert ask("suppressed", someone) is False
    compiled = compile_rule(parse_rule(clause("suppressed")), Moment.of(D))
    salts = [value for value in compiled.params.values() if isinstance(value, str) and value.endswith(":email:")]
    assert len(salts) == 1
    assert salts[0] not in compiled.select()
