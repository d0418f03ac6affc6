"""From due messages to the provider: each once, every check anew, every no with its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from campaigns.enums import AttemptOutcome, CampaignStatus, Lane, MessageState, SuppressionReason
from campaigns.models import Attempt, Campaign, CostEntry, Coupon, Decision, Message, Offer, Suppression
from campaigns.sandbox.server import Sandbox
from campaigns.services.claiming import claim_batch
from campaigns.services.sending import send_due
from campaigns.services.suppressing import suppress_addresses
from campaigns.services.switches import resume_sending, stop_sending
from campaigns.services.unknowns import expire_leases, look_up_unknowns, resolve_unknown
from retention.common.errors import Conflict
from retention.customers.models import Customer, Event, Preference, Touch
from retention.customers.services.own_facts import OwnFact, record_facts
from tenants.models import Tenant
from tenants.people.models import User
from tests.campaigns.sending.world import (
    NOW,
    clock,
    make_campaign,
    make_message,
    make_offer,
    make_people,
    said_no,
    sandbox_running,
    states,
)

pytestmark = pytest.mark.usefixtures("tenant")


def ids_taken(sandbox: Sandbox) -> list[str]:
    return sorted(entry["id"] for entry in sandbox.ledger.all())


def reasons_of(message: Message) -> list[tuple[str, list[str]]]:
    decisions = Decision.objects.filter(message=message).order_by("pk")
    return [(decision.verdict, decision.reasons) for decision in decisions]


def test_due_messages_go_out_once_with_ledger_cost_and_decision(sandbox: Sandbox) -> None:
    campaign = make_campaign(launched=True)
    messages = [make_message(campaign, person) for person in make_people(30)]
    late = make_message(campaign, make_people(1, "late")[0], due_at=NOW + timedelta(minutes=1))
    assert send_due(clock=clock).handed_over == 30
    assert send_due(clock=clock).handed_over == 0
    assert ids_taken(sandbox) == sorted(str(message.public_id) for message in messages)
    assert states() == {"accepted": 30, "planned": 1}
    assert list(Attempt.objects.values_list("outcome", flat=True).distinct().order_by()) == ["accepted"]
    touches = Touch.objects.order_by("pk").values_list("source_key", "reserved", "purpose")
    assert set(touches) == {(f"message:{m.public_id}", False, "marketing") for m in messages}
    assert CostEntry.objects.count() == 30
    assert reasons_of(messages[0]) == [("yes", ["checked"])]
    first = Message.objects.get(pk=messages[0].pk)
    assert first.body == "【Acme】Hi P 0, come back. Reply STOP to opt out"
    assert (first.provider, first.attempts, first.claim) == ("sandbox", 1, None)
    late.refresh_from_db()
    assert late.state == MessageState.PLANNED


def test_each_no_has_its_reason_and_is_asked_at_the_moment_of_sending(sandbox: Sandbox) -> None:
    campaign = make_campaign(launched=True)
    names = [
        "fine",
        "refused",
        "silent",
        "suppressed",
        "nophone",
        "robot",
        "erased",
        "whole",
        "content",
        "channel",
        "old",
    ]
    people = {name: make_people(1, name)[0] for name in names}
    messages = {name: make_message(campaign, person) for name, person in people.items()}
    said_no(people["refused"])
    Customer.objects.filter(pk=people["nophone"].pk).update(phone="")
    Customer.objects.filter(pk=people["robot"].pk).update(kind="robot")
    Customer.objects.filter(pk=people["erased"].pk).update(erased_at=NOW)
    suppress_addresses([people["suppressed"].phone], channel="sms", reason=SuppressionReason.COMPLAINED, now=NOW)
    people["silent"].consents.all().delete()
    for name, wish in (
        ("whole", {"personalised": False}),
        ("content", {"content_types": ["news"]}),
        ("channel", {"channels": ["email"]}),
    ):
        Preference.objects.create(customer=people[name], updated_at=NOW, **wish)
    Message.objects.filter(pk=messages["old"].pk).update(not_after=NOW)
    send_due(clock=clock)
    found = {name: reasons_of(message)[0][1] for name, message in messages.items()}
    assert found == {
        "fine": ["checked"],
        "refused": ["no_consent"],
        "silent": ["no_consent"],
        "suppressed": ["suppressed"],
        "nophone": ["no_address"],
        "robot": ["not_counted"],
        "erased": ["erased"],
        "whole": ["refused_all"],
        "content": ["content_off"],
        "channel": ["channel_off"],
        "old": ["too_late"],
    }
    assert states() == {"accepted": 1, "withheld": 10}
    assert ids_taken(sandbox) == [str(messages["fine"].public_id)]
    assert Touch.objects.count() == 1


def test_quiet_hours_put_off_to_the_customer_s_morning_and_a_lent_zone_is_noted(sandbox: Sandbox) -> None:
    campaign = make_campaign(launched=True)
    sleeper = make_people(1, "sleeper", timezone="America/Los_Angeles")[0]
    nowhere = make_people(1, "nowhere", timezone="Mars/Olympus")[0]
    asleep, lent = make_message(campaign, sleeper), make_message(campaign, nowhere)
    send_due(clock=clock)
    asleep.refresh_from_db()
    assert (asleep.state, asleep.reason) == ("planned", "quiet_hours")
    assert asleep.due_at.isoformat() == "2026-03-03T17:00:00+00:00"
    assert ids_taken(sandbox) == [str(lent.public_id)]
    assert Decision.objects.get(message=lent).evidence == {"zone": "lent by the organisation"}
    service = make_message(make_campaign("Sorry", launched=True, purpose="service"), sleeper)
    send_due(clock=clock)
    assert str(service.public_id) in ids_taken(sandbox)


def test_an_open_complaint_holds_promotions_until_it_is_answered(sandbox: Sandbox) -> None:
    message = make_message(make_campaign(launched=True), person := make_people(1)[0])

    def tell(name: str) -> None:
        record_facts([OwnFact(f"{name}:7", name, NOW, person.pk, properties={"complaint_id": "7"})], now=NOW)

    tell("complaint_opened")
    send_due(clock=clock)
    assert reasons_of(message) == [("later", ["open_complaint"])]
    tell("complaint_answered")
    send_due(clock=lambda: NOW + timedelta(minutes=20))
    assert ids_taken(sandbox) == [str(message.public_id)]


def test_the_third_promotion_of_a_week_waits_or_is_withheld_and_service_counts(sandbox: Sandbox) -> None:
    person = make_people(1)[0]
    cheap, dear, service = (
        make_message(make_campaign(name, launched=True, purpose=purpose), person, worth=worth)
        for name, purpose, worth in (("Cheap", "marketing", 1), ("Dear", "marketing", 5), ("Sorry", "service", 0))
    )
    Touch.objects.create(
        customer=person, channel="call", purpose="success", occurred_at=NOW - timedelta(days=8), recorded_at=NOW
    )
    send_due(clock=clock)
    assert ids_taken(sandbox) == sorted([str(dear.public_id), str(service.public_id)])
    assert reasons_of(cheap) == [("no", ["cap", "too_late"])]


def test_coupons_are_reserved_within_the_budget_given_when_accepted_and_freed_when_refused(sandbox: Sandbox) -> None:
    offer = make_offer(limit=3)
    campaign = make_campaign(launched=True, offer=offer, body="Take {{ coupon_code }}.")
    messages = [make_message(campaign, person) for person in make_people(5)]
    sandbox.faults["refuse"] = 1
    send_due(clock=clock)
    assert states() == {"accepted": 2, "rejected": 1, "withheld": 2}
    offer.refresh_from_db()
    assert offer.taken == 2
    codes = set(Coupon.objects.filter(state="committed").values_list("code", flat=True))
    assert {entry["text"].split("Take ")[1][:10] for entry in sandbox.ledger.all()} == codes
    assert Coupon.objects.filter(state="free").count() == 1
    assert Event.objects.filter(name="benefit_granted").count() == 2
    assert sum(["no_coupon"] in [r for _v, r in reasons_of(m)] for m in messages) == 2
    assert Touch.objects.count() == 2


@pytest.mark.parametrize(
    ("fault", "state", "outcome"),
    [
        ("refuse", "rejected", AttemptOutcome.REJECTED),
        ("busy", "not_sent", AttemptOutcome.NOT_SENT),
        ("error_after", "unknown", AttemptOutcome.UNKNOWN),
        ("error_before", "unknown", AttemptOutcome.UNKNOWN),
        ("reset_after", "unknown", AttemptOutcome.UNKNOWN),
        ("reset_before", "unknown", AttemptOutcome.UNKNOWN),
        ("time_out", "unknown", AttemptOutcome.UNKNOWN),
    ],
)
@pytest.mark.parametrize("keyed", [True, False], ids=["keyed", "no_key"])
def test_a_doubt_is_unknown_then_looked_up_and_sent_again_only_with_a_key(
    fault: str, state: str, outcome: AttemptOutcome, keyed: bool
) -> None:
    with sandbox_running(keyed=keyed) as sandbox:
        message = make_message(make_campaign(launched=True), make_people(1)[0])
        sandbox.faults[fault] = 1
        send_due(clock=clock)
        assert (states(), Attempt.objects.get().outcome) == ({state: 1}, outcome)
        Message.objects.update(look_up_at=NOW)
        look_up_unknowns(now=NOW)
        send_due(clock=lambda: NOW + timedelta(minutes=5))
        message.refresh_from_db()
        lost = fault in ("error_before", "reset_before")
        if state == "rejected":
            expected = (MessageState.REJECTED, False, 0)
        elif lost and not keyed:
            expected = (MessageState.UNKNOWN, True, 0)
        else:
            expected = (MessageState.ACCEPTED, False, 1)
        assert (message.state, message.needs_person, len(sandbox.ledger.all())) == expected


def test_a_person_resolves_what_nobody_can_look_up(ada: User) -> None:
    with sandbox_running(keyed=False) as sandbox:
        campaign = make_campaign(launched=True)
        messages = [make_message(campaign, person) for person in make_people(2)]
        sandbox.faults["reset_before"] = 2
        send_due(clock=clock)
        Message.objects.update(look_up_at=NOW)
        look_up_unknowns(now=NOW)
        for message, was_sent in zip(messages, (True, False), strict=True):
            message.refresh_from_db()
            resolve_unknown(message=message, was_sent=was_sent, actor=ada, now=NOW)
        assert states() == {"accepted": 1, "not_sent": 1}
        assert Touch.objects.count() == 1
        send_due(clock=clock)
        assert ids_taken(sandbox) == [str(messages[1].public_id)]
        with pytest.raises(Conflict):
            resolve_unknown(message=messages[0], was_sent=False, actor=ada, now=NOW)


def test_switches_of_platform_tenant_channel_and_campaign_keep_messages_where_they_are(
    sandbox: Sandbox, ada: User, tenant: Tenant
) -> None:
    campaign = make_campaign(launched=True)
    message = make_message(campaign, make_people(1)[0])
    for given in ({}, {"channel": "sms"}, {"campaign": campaign}):
        switch = stop_sending(actor=ada, now=NOW, **given)
        assert stop_sending(actor=ada, now=NOW, **given) == switch
        send_due(clock=clock)
        assert (ids_taken(sandbox), states()) == ([], {"planned": 1})
        resume_sending(switch=switch, actor=ada, now=NOW)
    stop_sending(actor=ada, now=NOW, channel="email")
    Campaign.objects.update(status=CampaignStatus.PAUSED)
    send_due(clock=clock)
    assert ids_taken(sandbox) == []
    Campaign.objects.update(status=CampaignStatus.RUNNING)
    send_due(clock=clock)
    assert ids_taken(sandbox) == [str(message.public_id)]


def test_who_opts_out_between_claim_and_attempt_gets_nothing(sandbox: Sandbox) -> None:
    from campaigns.services.sending import deliver

    campaign = make_campaign(launched=True)
    first, second = make_people(2)
    messages = [make_message(campaign, person) for person in (first, second)]
    claim = claim_batch(lane=Lane.CAMPAIGN, now=NOW)
    assert len(claim.ready) == 2
    said_no(first)
    deliver(claim, clock=clock)
    assert ids_taken(sandbox) == [str(messages[1].public_id)]
    assert (states(), Touch.objects.count()) == ({"accepted": 1, "planned": 1}, 1)
    send_due(clock=clock)
    assert reasons_of(messages[0])[-1] == ("no", ["no_consent"])


def test_expired_claims_wait_again_and_expired_attempts_are_doubts(sandbox: Sandbox) -> None:
    offer = make_offer()
    campaign = make_campaign(launched=True, offer=offer)
    for person in make_people(2):
        make_message(campaign, person)
    claim = claim_batch(lane=Lane.CAMPAIGN, now=NOW)
    attempting = claim.ready[0].known.id
    Message.objects.filter(pk=attempting).update(state="attempting", provider="sandbox")
    assert expire_leases(now=NOW) == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_message SET lease_until = clock_timestamp() - interval '1 second'")
    assert expire_leases(now=NOW) == 2
    assert states() == {"planned": 1, "unknown": 1}
    assert (Touch.objects.count(), Offer.objects.get().taken) == (1, 1)
    look_up_unknowns(now=NOW)
    send_due(clock=clock)
    assert (states(), len(sandbox.ledger.all())) == ({"accepted": 2}, 2)


def test_a_suppression_outlives_the_erasure(sandbox: Sandbox) -> None:
    person = make_people(1)[0]
    suppress_addresses([person.phone], channel="sms", reason=SuppressionReason.UNSUBSCRIBED, now=NOW)
    phone = person.phone
    person.delete()
    again = make_people(1, "again", phone=phone)[0]
    message = make_message(make_campaign(launched=True), again)
    send_due(clock=clock)
    assert reasons_of(message) == [("no", ["suppressed"])]
    assert phone.encode() not in bytes(Suppression.objects.get().digest)
