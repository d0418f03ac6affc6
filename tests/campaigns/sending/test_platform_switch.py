"""The platform's own switch, and the way back after a restore: nobody gets anything before an operator says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from campaigns.enums import CampaignStatus, Lane, PauseReason
from campaigns.models import Campaign, Decision, Message
from campaigns.sandbox.server import Sandbox
from campaigns.services.claiming import claim_batch
from campaigns.services.sending import deliver, send_due
from retention.customers.models import Touch
from tenants.context import as_owner, connection, use_public, use_tenant
from tenants.governance.models import AuditEntry
from tenants.models import Tenant
from tenants.selectors.platform import sending_state
from tests.campaigns.sending.world import NOW, clock, make_campaign, make_message, make_people, states
from tests.tenants.command_line import run_command, run_command_as_text

pytestmark = pytest.mark.usefixtures("tenant")


@pytest.fixture(autouse=True)
def business_time(settings: Any) -> None:
    """The command's clock stands where the tests' does."""
    settings.STAY_CLOCK = NOW.isoformat()


def run_platform(*argv: str) -> tuple[int, dict[str, object]]:
    """``manage.py sending``, as an operator calls it."""
    with use_public():
        return run_command("sending", *argv)


def acts() -> list[tuple[str, dict[str, object]]]:
    with use_public():
        found = AuditEntry.objects.filter(action__startswith="platform.").order_by("position")
        return list(found.values_list("action", "detail"))


@pytest.fixture
def restored(tenant: Tenant) -> Iterator[None]:
    """As the rows of a database say that came out of a dump."""
    with as_owner("public"), connection.cursor() as cursor:
        cursor.execute("UPDATE platform.home SET place = 'the old server'")
    yield


def test_an_operator_stops_all_tenants_and_lets_them_go_on(sandbox: Sandbox) -> None:
    before = acts()
    make_message(make_campaign(launched=True), make_people(1)[0])
    answer = {"sending": "off", "stopped_at": "x", "restored": False, "due": {"acme": 1}, "held": {}}
    for _ in range(2):
        code, found = run_platform("off", "--why", "a wrong price")
        assert found.pop("stopped_at")
        assert (code, found | {"stopped_at": "x"}) == (0, answer)
    assert (send_due(clock=clock).looked_at, states()) == (0, {"planned": 1})
    assert run_platform()[1]["sending"] == "off"
    on = {"sending": "on", "stopped_at": None, "restored": False, "due": {"acme": 1}, "held": {}}
    for _ in range(2):
        assert run_platform("on") == (0, on)
    assert send_due(clock=clock).handed_over == 1
    assert acts()[len(before) :] == [
        ("platform.stopped", {"why": "a wrong price"}),
        ("platform.resumed", {"held": 0, "restored": False}),
    ]


def test_between_claim_and_attempt_the_switch_holds_too(sandbox: Sandbox) -> None:
    make_message(make_campaign(launched=True), make_people(1)[0])
    claim = claim_batch(lane=Lane.CAMPAIGN, now=NOW)
    run_platform("off")
    assert (deliver(claim, clock=clock), states()) == (0, {"planned": 1})


@pytest.mark.usefixtures("restored")
def test_after_a_restore_nothing_goes_out_before_an_operator_said_what_becomes_of_it(sandbox: Sandbox) -> None:
    campaign = make_campaign(launched=True)
    first, later = make_people(2)
    due = make_message(campaign, first)
    make_message(campaign, later, due_at=NOW + timedelta(hours=1))
    assert (send_due(clock=clock).looked_at, sending_state().is_restored) == (0, True)
    code, answer = run_platform("on")
    assert (code, answer["error"]["code"]) == (1, "restored")  # type: ignore[index]
    assert "since the backup was made: acme 1." in str(answer)
    assert sending_state().is_restored
    code, answer = run_platform("on", "--due", "hold")
    assert (code, answer["sending"], answer["held"], answer["due"]) == (0, "on", {"acme": 1}, {})
    due.refresh_from_db()
    assert (due.state, due.reason) == ("withheld", "restored")
    decision = Decision.objects.get(message=due)
    assert (decision.verdict, decision.reasons, decision.customer_id) == ("no", ["restored"], first.pk)
    campaign.refresh_from_db()
    assert (campaign.status, campaign.pause_reason) == (CampaignStatus.PAUSED, PauseReason.RESTORED)
    assert states() == {"planned": 1, "withheld": 1}
    assert acts()[-1] == ("platform.resumed", {"held": 1, "restored": True})


@pytest.mark.usefixtures("restored")
def test_an_operator_who_knows_better_sends_what_was_due(sandbox: Sandbox) -> None:
    message = make_message(make_campaign(launched=True), make_people(1)[0])
    assert run_platform("on", "--due", "send")[1]["held"] == {}
    assert send_due(clock=clock).handed_over == 1
    message.refresh_from_db()
    assert (message.state, Campaign.objects.get().status) == ("accepted", CampaignStatus.RUNNING)


@pytest.mark.usefixtures("restored")
def test_with_nothing_due_a_word_is_enough_and_every_tenant_s_is_counted(tenant: Tenant, rival: Tenant) -> None:
    assert run_platform("on")[1]["sending"] == "on"
    with use_tenant(rival):
        make_message(make_campaign(launched=True), make_people(1)[0])
    assert run_platform()[1]["due"] == {"rival": 1}
    assert Message.objects.count() == 0


def test_what_was_claimed_when_the_backup_was_made_is_held_and_its_place_is_free_again(
    sandbox: Sandbox, restored: None
) -> None:
    with as_owner("public"), connection.cursor() as cursor:
        cursor.execute("UPDATE platform.home SET place = platform.place()")
    make_message(make_campaign(launched=True), make_people(1)[0])
    assert len(claim_batch(lane=Lane.CAMPAIGN, now=NOW).ready) == 1
    Message.objects.update(lease_until=NOW - timedelta(days=365))
    with as_owner("public"), connection.cursor() as cursor:
        cursor.execute("UPDATE platform.home SET place = 'the old server'")
    assert run_platform("on", "--due", "hold")[1]["held"] == {"acme": 1}
    assert (states(), Touch.objects.count()) == ({"withheld": 1}, 0)


def test_a_person_reads_it_in_sentences(restored: None) -> None:
    make_message(make_campaign(launched=True), make_people(1)[0])
    with use_public():
        code, words, _errors = run_command_as_text("sending")
    assert code == 0
    assert words.splitlines() == [
        "Sending is off.",
        "This database was restored, or failed over: what was sent since the backup isn't known here.",
        "acme: 1 due",
    ]
