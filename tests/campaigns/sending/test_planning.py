"""Planning: who is fit, who is held out, what is decided and planned; in batches, each once; and launching it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from campaigns.enums import CampaignStatus, PauseReason
from campaigns.models import Campaign, CampaignPlan, Decision, Enrollment, Exposure, LaunchRequest, Message
from campaigns.sandbox.server import Sandbox
from campaigns.services import launching
from campaigns.services.planning import count_audience, plan_batch, plan_campaign
from campaigns.services.sending import send_due
from retention.common.errors import DomainError, Forbidden
from retention.customers.models import Customer
from tenants.governance.models import Policy
from tenants.people.models import User
from tests.campaigns.sending.world import (
    AS_OF,
    NOW,
    clock,
    make_campaign,
    make_message,
    make_people,
    said_no,
    sandbox_running,
    states,
)

pytestmark = pytest.mark.usefixtures("tenant")


@pytest.fixture(autouse=True)
def no_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks are woken on commit, which a test's transaction never reaches."""


def launched(campaign: Campaign, ada: User, max_: User) -> Campaign:
    assert campaign.current is not None
    request = launching.request_approval(version=campaign.current, actor=ada, now=NOW, as_of=AS_OF)
    if request.needs_approval:
        request = launching.approve(request=request, actor=max_, now=NOW)
    return launching.launch(request=request, actor=ada, now=NOW)


def test_a_launch_plans_everybody_once_in_batches_with_decisions_and_exposures(ada: User, max_: User) -> None:
    Policy.objects.create(name="campaigns.global_holdout", value=0.1)
    people = make_people(200)
    for person in people[:5]:
        said_no(person)
    campaign = make_campaign(holdout=0.3)
    assert campaign.current is not None
    assert count_audience(campaign.current, as_of=AS_OF).left_out == {"no_consent": 5}
    campaign = launched(campaign, ada, max_)
    assert campaign.status == CampaignStatus.RUNNING
    steps = 0
    while plan_batch(campaign.pk, now=NOW, batch=60):
        steps += 1
    plan = CampaignPlan.objects.get(campaign=campaign)
    assert (steps, plan.done_at) == (3, NOW)
    left_out = Decision.objects.filter(campaign=campaign, reasons=["global_holdout"]).count()
    assert 5 < left_out < 40
    assert plan.enrolled + plan.held_out + left_out == 195
    assert Enrollment.objects.filter(held_out=True).count() == plan.held_out > 30
    assert Message.objects.count() == plan.enrolled
    assert Decision.objects.count() == 200
    assert Exposure.objects.filter(experiment=campaign.experiment).count() == plan.enrolled + plan.held_out
    assert plan_campaign(campaign.pk, clock=clock).messages == plan.messages  # type: ignore[union-attr]
    assert Message.objects.count() == plan.enrolled


def test_nobody_is_planned_twice_by_a_second_launch(ada: User, max_: User) -> None:
    Policy.objects.create(name="campaigns.global_holdout", value=0)
    make_people(10)
    campaign = launched(make_campaign(), ada, max_)
    plan_campaign(campaign.pk, clock=clock)
    CampaignPlan.objects.update(cursor=0, done_at=None)
    plan_campaign(campaign.pk, clock=clock)
    assert (Message.objects.count(), Decision.objects.count()) == (10, 10)


def test_many_need_a_second_person_who_is_not_the_first(ada: User, max_: User) -> None:
    make_people(30)
    campaign = make_campaign()
    assert campaign.current is not None
    request = launching.request_approval(version=campaign.current, actor=ada, now=NOW, as_of=AS_OF)
    assert (request.size, request.of_all, request.needs_approval) == (30, 30, True)
    with pytest.raises(Forbidden):
        launching.launch(request=request, actor=ada, now=NOW)
    with pytest.raises(Forbidden):
        launching.approve(request=request, actor=ada, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        LaunchRequest.objects.filter(pk=request.pk).update(approved_by=ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        LaunchRequest.objects.filter(pk=request.pk).update(launched_at=NOW)
    request = launching.approve(request=request, actor=max_, now=NOW)
    assert launching.launch(request=request, actor=ada, now=NOW).status == CampaignStatus.RUNNING


def test_a_launch_whose_size_moved_pauses_and_sends_nothing(ada: User, max_: User) -> None:
    make_people(10)
    campaign = make_campaign()
    assert campaign.current is not None
    request = launching.request_approval(version=campaign.current, actor=ada, now=NOW, as_of=AS_OF)
    request = launching.approve(request=request, actor=max_, now=NOW)
    make_people(3, "more")
    campaign = launching.launch(request=request, actor=ada, now=NOW)
    assert (campaign.status, campaign.pause_reason) == (CampaignStatus.PAUSED, PauseReason.SIZE_MOVED)
    assert not CampaignPlan.objects.exists()


@pytest.mark.parametrize("rule", [{"all": []}, []])
def test_an_empty_rule_is_an_error_never_everybody(ada: User, rule: Any) -> None:
    make_people(3)
    campaign = make_campaign()
    assert campaign.current is not None
    campaign.current.audience = rule
    with pytest.raises(DomainError):
        launching.preview(version=campaign.current, as_of=AS_OF)


def test_the_canary_goes_first_then_ten_times_as_many_then_the_rest(ada: User, max_: User) -> None:
    Policy.objects.create(name="campaigns.global_holdout", value=0)
    Policy.objects.create(name="launch.canary", value={"share": 0.05, "minutes": 10, "ramp": 5, "from_size": 100})
    make_people(400)
    campaign = launched(make_campaign(), ada, max_)
    plan_campaign(campaign.pk, clock=clock)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM due_at - planned_at)::int / 60, count(*)"
            " FROM campaigns_message GROUP BY 1 ORDER BY 1"
        )
        waves = dict(cursor.fetchall())
    assert list(waves) == [0, 10, 20]
    assert 5 <= waves[0] <= 40
    assert 50 <= waves[10] <= 120


def test_a_stop_withholds_what_waits(ada: User, max_: User, sandbox: Sandbox) -> None:
    Policy.objects.create(name="campaigns.global_holdout", value=0)
    make_people(10)
    campaign = launched(make_campaign(), ada, max_)
    plan_campaign(campaign.pk, clock=clock)
    assert launching.stop(campaign=campaign, actor=ada, now=NOW) == 10
    assert launching.stop(campaign=campaign, actor=ada, now=NOW) == 0
    send_due(clock=clock)
    assert (states(), sandbox.ledger.all()) == ({"withheld": 10}, [])


def test_too_many_bounces_pause_a_campaign_by_themselves(ada: User) -> None:
    from campaigns.services.harm import pause_harmful

    campaign = make_campaign(launched=True)
    messages = [make_message(campaign, person, state="delivered") for person in make_people(40)]
    Message.objects.filter(pk__in=[m.pk for m in messages[:2]]).update(state="failed")
    assert pause_harmful([campaign.pk], now=NOW) == []
    Message.objects.filter(pk=messages[2].pk).update(state="failed")
    assert pause_harmful([campaign.pk], now=NOW) == [campaign.pk]
    campaign.refresh_from_db()
    assert (campaign.status, campaign.pause_reason) == ("paused", "bounces")
    launching.resume(campaign=campaign, actor=ada, now=NOW)
    Message.objects.filter(pk=messages[2].pk).update(state="delivered", complained_at=NOW)
    pause_harmful([campaign.pk], now=NOW)
    campaign.refresh_from_db()
    assert campaign.pause_reason == "complaints"


def test_the_sandbox_without_people_is_never_asked() -> None:
    with sandbox_running() as server:
        assert send_due(clock=clock).looked_at == 0
        assert server.ledger.all() == []
    assert not Customer.objects.exists()
