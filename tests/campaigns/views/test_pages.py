"""The pages of campaigns: what a marketer writes, what a colleague approves, what a launch says before it sends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from campaigns.enums import MessageState
from campaigns.models import (
    Campaign,
    Decision,
    Enrollment,
    LaunchRequest,
    Message,
    MessageTemplate,
    StopSwitch,
    TemplateVersion,
)
from campaigns.ready.texts import TEMPLATES
from campaigns.ready.win_back import create_win_back
from campaigns.services.previews import preview_texts
from campaigns.services.templates import check_texts
from campaigns.templating.compose import Wording, compose
from campaigns.templating.variables import samples
from retention.customers.models import ConsentEntry, Customer
from retention.customers.selectors.state_sql import IdList
from retention.customers.services.state import refresh_states
from retention.segments.services.save import Draft, create_segment
from tenants.governance.models import AuditEntry
from tenants.models import Tenant
from tenants.people.models import User
from tests.customers.facts import make_customer
from tests.segments.world import D, World, at
from tests.tenants.people.browser import confirm_lately, signed_in

NOW = at(0)
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def still(settings: Any) -> None:
    settings.STAY_CLOCK = (NOW + timedelta(hours=22)).isoformat()


def enter(person: User) -> Client:
    client = signed_in(person)
    confirm_lately(client)
    return client


@pytest.fixture
def away(tenant: Tenant) -> list[Customer]:
    """Three who were last here 4, 10 and 30 days before; the first two can be mailed, one consents to nothing."""
    world, found = World(), []
    for number, days in enumerate((4, 10, 30)):
        who = world.customer(f"c-{number}", name=f"Away {number}", email=f"a{number}@example.com",
                             phone=f"+861380000000{number}")  # fmt: skip
        world.log_in(who, days)
        world.score(who, visit_silence=days, r=days / 10, expected_90d=days / 10)
        for channel in ("email", "sms", "push", "call") if number else ():
            ConsentEntry.objects.create(customer=who, channel=channel, purpose="marketing", granted=True,
                                        source="form", occurred_at=at(90), recorded_at=at(90))  # fmt: skip
        found.append(who)
    refresh_states(IdList([who.pk for who in found]))
    return found


@pytest.fixture
def win_back(max_: User) -> Campaign:
    return create_win_back(name="Come back", name_zh="回来", band_by="login_gap", actor=max_, now=NOW)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_the_ready_texts_can_be_saved_and_sent_in_both_languages(tenant: Tenant) -> None:
    for ready in TEMPLATES:
        check_texts(channel=ready.channel, purpose="marketing", texts={"en": ready.en, "zh-hans": ready.zh})
        for language, text in (("en", ready.en), ("zh-hans", ready.zh)):
            wording = Wording(ready.channel, "marketing", language, text.body, text.subject)
            for values in ({}, samples(language)):
                made = compose(wording, values)
                assert "{{" not in made.text + made.html + made.subject
                assert (made.subject == "") == (ready.channel == "sms")


def test_the_graded_win_back_has_three_tiers_with_their_offers(win_back: Campaign) -> None:
    version = win_back.current
    assert version is not None
    ladder = [
        (s.channel, s.band_from, s.band_below, s.offer.code if s.offer else "", s.delay_minutes)
        for s in version.steps.select_related("offer")
    ]
    assert ladder == [
        ("email", 3, 7, "win-back-coupon", 0),
        ("push", 3, 7, "", 1440),
        ("call", 7, 16, "", 0),
        ("sms", 7, 16, "win-back-trial", 1440),
        ("email", 16, None, "", 0),
    ]
    coupon = version.steps.get(ordinal=1).offer
    assert coupon is not None
    assert (coupon.value, coupon.minimum_spend) == (5, 0)


def test_a_second_win_back_shares_texts_and_keeps_what_people_changed(win_back: Campaign, max_: User) -> None:
    before = TemplateVersion.objects.count()
    again = create_win_back(name="Again", name_zh="", band_by="r", actor=max_, now=NOW)
    assert (TemplateVersion.objects.count(), again.current.steps.count()) == (before, 5)  # type: ignore[union-attr]
    assert [s.band_from for s in again.current.steps.all()] == [0.5, 0.5, 1, 1, 2]  # type: ignore[union-attr]


def test_a_marketer_makes_the_ready_campaign_and_changes_it(max_: User, tenant: Tenant) -> None:
    client = enter(max_)
    made = client.post("/campaigns/new/", {"start": "incident", "name": "Rescue", "name_zh": "救援"})
    campaign = Campaign.objects.get()
    assert made.headers["Location"] == f"/campaigns/{campaign.public_id}/"
    assert "Rescue" in page(client, "/campaigns/")
    shown = page(client, f"/campaigns/{campaign.public_id}/")
    assert "from 16 days on" in shown and "3 to under 7 days" in shown
    plan = {"name": "Rescue 2", "name_zh": "", "band_by": "login_gap", "holdout": "20", "useful_hours": "48"}
    assert client.post(f"/campaigns/{campaign.public_id}/edit/", plan).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.name, campaign.current.holdout, campaign.current.number) == ("Rescue 2", 0.2, 1)  # type: ignore[union-attr]
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True))[-2:] == [
        "campaign.created",
        "campaign.changed",
    ]


def test_an_empty_campaign_needs_a_segment(max_: User, tenant: Tenant) -> None:
    client = enter(max_)
    refused = client.post("/campaigns/new/", {"start": "empty", "name": "X"})
    assert (refused.status_code, Campaign.objects.count()) == (400, 0)
    assert "no rule never means everybody" in refused.content.decode()
    rule = {"field": "name", "op": "known"}
    segment = create_segment(draft=Draft(name="Named", rule=rule), actor=None, now=NOW, as_of=D)
    assert client.post("/campaigns/new/", {"start": "empty", "name": "X", "segment": segment.pk}).status_code == 302
    assert Campaign.objects.get().current.segment == segment  # type: ignore[union-attr]


def test_steps_are_added_changed_and_taken_away(win_back: Campaign, max_: User) -> None:
    client, base = enter(max_), f"/campaigns/{win_back.public_id}/steps/"
    text = MessageTemplate.objects.get(code="win-back-trial")
    step = {"template": text.pk, "content": "offers", "band_from": "16", "delay_minutes": "60"}
    assert client.post(f"{base}new/", step).status_code == 302
    assert client.post(f"{base}6/", step | {"band_below": "9"}).status_code == 400
    assert client.post(f"{base}6/", step | {"band_below": "20"}).status_code == 302
    steps = win_back.current.steps  # type: ignore[union-attr]
    assert list(steps.filter(ordinal=6).values_list("channel", "band_from", "band_below")) == [("sms", 16, 20)]
    assert client.post(f"{base}6/remove/").status_code == 302
    assert client.get(f"{base}6/").status_code == 404
    assert steps.count() == 5


def test_saving_a_text_makes_a_version_and_faults_name_line_and_mend(win_back: Campaign, max_: User) -> None:
    client, text = enter(max_), MessageTemplate.objects.get(code="win-back-trial")
    path = f"/texts/{text.public_id}/"
    assert "{{ nickname }}" in page(client, path)
    form = {"body_en": "Hi\n{{ nick }}", "body_zh": "您好{{ nickname }}", "seen": "1"}
    refused = client.post(path, form)
    assert (refused.status_code, TemplateVersion.objects.filter(template=text).count()) == (400, 2)
    assert "Line 2: There is no variable called “nick”." in refused.content.decode()
    assert client.post(path, form | {"body_en": "Hi {{ nickname }}"}).status_code == 302
    assert client.post(path, form | {"body_en": "Late"}).status_code == 409
    assert list(TemplateVersion.objects.filter(template=text, number=2).values_list("language", "body")) == [
        ("en", "Hi {{ nickname }}"),
        ("zh-hans", "您好{{ nickname }}"),
    ]
    step = win_back.current.steps.get(ordinal=4)  # type: ignore[union-attr]
    assert step.template_number == 1
    assert client.post(f"/campaigns/{win_back.public_id}/texts/").status_code == 302
    step.refresh_from_db()
    assert step.template_number == 2


def test_a_preview_shows_real_customers_in_both_languages(max_: User, away: list[Customer]) -> None:
    written = {"channel": "push", "purpose": "marketing", "body_en": "Hi {{ nickname }}: {{ cart_item }}",
               "body_zh": "{{ nickname }}，您好", "customer": "Away 1"}  # fmt: skip
    shown = enter(max_).post("/texts/preview/", written).content.decode()
    assert ("Hi Away 1: what you had chosen" in shown, "Away 1，您好" in shown) == (True, True)
    assert "Nothing known of: item left in the cart" in shown
    assert "Away 2" not in shown
    broken = enter(max_).post("/texts/preview/", written | {"body_en": "{{ x }}"}).content.decode()
    assert "There is no variable called “x”." in broken


def test_a_preview_reads_names_as_text(tenant: Tenant) -> None:
    who = make_customer("evil", NOW, name="<script>{{ points }}</script>")
    (made_up, real) = preview_texts(
        channel="email",
        purpose="marketing",
        texts={"en": TEMPLATES[0].en},
        customers=[who],
        now=NOW,
    )
    assert "&lt;script&gt;{{ points }}&lt;/script&gt;" in real.html
    assert made_up.subject == "Lin, Nappies, size M is still waiting for you"


def test_a_test_goes_to_oneself_marked_and_takes_no_coupon(win_back: Campaign, max_: User) -> None:
    text = MessageTemplate.objects.get(code="win-back-reminder")
    assert enter(max_).post(f"/texts/{text.public_id}/test/").status_code == 302
    assert [(m.to, m.subject[:6]) for m in mail.outbox] == [([max_.email], "[Test,")] * 2
    assert Message.objects.count() == 0
    assert AuditEntry.objects.order_by("-id").first().action == "template.tested"  # type: ignore[union-attr]


def test_the_launch_says_how_many_who_is_left_out_and_why(
    win_back: Campaign, max_: User, away: list[Customer]
) -> None:
    shown = page(enter(max_), f"/campaigns/{win_back.public_id}/launch/")
    assert "Left out, and why" in shown
    assert "no consent for the channel" in shown
    assert LaunchRequest.objects.count() == 0


def test_a_launch_needs_a_second_person_who_is_not_the_first(
    win_back: Campaign, max_: User, carl: User, vera: User, away: list[Customer]
) -> None:
    path = f"/campaigns/{win_back.public_id}/launch/"
    marketer, colleague = enter(max_), enter(carl)
    assert enter(vera).post(path, {"do": "request"}).status_code == 403
    assert marketer.post(path, {"do": "request"}).status_code == 302
    asked = LaunchRequest.objects.get()
    assert asked.needs_approval is True
    sent = {"request": str(asked.public_id)}
    assert marketer.post(path, {"do": "approve", **sent}).status_code == 403
    assert marketer.post(path, {"do": "launch", **sent}).status_code == 409
    assert colleague.post(path, {"do": "approve", "request": "other"}).status_code == 409
    assert colleague.post(path, {"do": "approve", **sent}).status_code == 302
    assert colleague.post(path, {"do": "launch", **sent}).status_code == 403
    assert marketer.post(path, {"do": "launch", **sent}).status_code == 302
    win_back.refresh_from_db()
    assert win_back.status == "running"


def test_an_admin_can_t_approve_their_own(win_back: Campaign, ada: User, away: list[Customer]) -> None:
    client, path = enter(ada), f"/campaigns/{win_back.public_id}/launch/"
    client.post(path, {"do": "request"})
    asked = LaunchRequest.objects.get()
    refused = client.post(path, {"do": "approve", "request": str(asked.public_id)})
    assert (refused.status_code, "Ask a colleague to look at it." in refused.content.decode()) == (409, True)
    asked.refresh_from_db()
    assert asked.approved_by is None


def test_a_change_after_the_request_is_a_new_version_that_nobody_approved(
    win_back: Campaign, max_: User, carl: User, away: list[Customer]
) -> None:
    marketer, path = enter(max_), f"/campaigns/{win_back.public_id}/"
    marketer.post(f"{path}launch/", {"do": "request"})
    asked = {"request": str(LaunchRequest.objects.get().public_id)}
    enter(carl).post(f"{path}launch/", {"do": "approve", **asked})
    marketer.post(f"{path}steps/1/remove/")
    win_back.refresh_from_db()
    assert win_back.current.number == 2  # type: ignore[union-attr]
    assert marketer.post(f"{path}launch/", {"do": "launch", **asked}).status_code == 409
    assert Campaign.objects.get().status == "draft"


def test_acts_of_a_launch_ask_who_is_there(win_back: Campaign, max_: User, away: list[Customer]) -> None:
    client = signed_in(max_)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    answer = client.post(f"/campaigns/{win_back.public_id}/launch/", {"do": "request"})
    assert (answer.status_code, "reauthenticate" in answer.headers["Location"]) == (302, True)
    assert LaunchRequest.objects.count() == 0


@pytest.fixture
def running(win_back: Campaign, away: list[Customer]) -> Campaign:
    """A campaign in which one message waits, one is in doubt and one customer was refused."""
    Campaign.objects.filter(pk=win_back.pk).update(status="running", launched_at=NOW)
    version = win_back.current
    assert version is not None
    states = (MessageState.PLANNED, MessageState.UNKNOWN)
    for who, state in zip(away[1:], states, strict=True):
        enrollment = Enrollment.objects.create(campaign=win_back, version=version, customer=who, enrolled_at=NOW)
        Message.objects.create(enrollment=enrollment, campaign=win_back, step=version.steps.get(ordinal=1),
                               customer=who, channel="email", purpose="marketing", state=state, planned_at=NOW,
                               due_at=NOW, not_after=NOW + timedelta(days=9), needs_person=True)  # fmt: skip
    for verdict, reasons in (("later", ["quiet_hours"]), ("no", ["no_consent", "no_address"])):
        Decision.objects.create(campaign=win_back, customer=away[0], step=version.steps.get(ordinal=1),
                                verdict=verdict, reasons=reasons, decided_at=NOW)  # fmt: skip
    win_back.refresh_from_db()
    return win_back


def test_the_live_page_counts_states_and_reasons(running: Campaign, vera: User) -> None:
    shown = page(enter(vera), f"/campaigns/{running.public_id}/")
    for words in ("no consent for the channel", "no address for the channel", "Outcome unknown", "Planned"):
        assert words in shown
    assert "quiet hours where the customer is" not in shown
    assert "It went out" not in shown


def test_a_person_decides_about_a_doubt(running: Campaign, sue: User) -> None:
    doubt = Message.objects.get(state=MessageState.UNKNOWN)
    path = f"/campaigns/{running.public_id}/doubts/{doubt.public_id}/"
    assert enter(sue).post(path, {"was_sent": "yes"}).status_code == 302
    doubt.refresh_from_db()
    assert doubt.state == MessageState.ACCEPTED
    assert enter(sue).post(path, {"was_sent": "no"}).status_code == 409


def test_pause_resume_and_stop_with_its_number(running: Campaign, max_: User, sue: User) -> None:
    path, client = f"/campaigns/{running.public_id}/", enter(max_)
    assert "1 message that waits is never sent" in page(client, path)
    client.post(f"{path}pause/")
    assert Campaign.objects.get().status == "paused"
    client.post(f"{path}resume/")
    assert Campaign.objects.get().status == "running"
    assert enter(sue).post(f"{path}pause/").status_code == 403
    assert enter(sue).post(f"{path}stop/").status_code == 302
    assert Campaign.objects.get().status == "stopped"
    assert Message.objects.get(reason="campaign_stopped").state == MessageState.WITHHELD
    assert client.post(f"{path}resume/").status_code == 409


def test_the_switches_stop_a_channel_and_let_it_go(running: Campaign, max_: User, sue: User) -> None:
    support = enter(sue)
    assert "1 message waits to be sent." in page(support, "/stop/")
    assert support.post("/stop/", {"channel": "email", "why": ""}).status_code == 400
    assert support.post("/stop/", {"channel": "email", "why": "wrong price"}).status_code == 302
    switch = StopSwitch.objects.get()
    assert (switch.channel, switch.why, switch.on_by, switch.campaign) == ("email", "wrong price", sue, None)
    assert support.post(f"/stop/{switch.pk}/off/").status_code == 403
    assert enter(max_).post(f"/stop/{switch.pk}/off/").status_code == 302
    switch.refresh_from_db()
    assert switch.off_by == max_


def test_the_customer_record_shows_each_yes_and_no_in_words(
    running: Campaign, max_: User, away: list[Customer]
) -> None:
    client = enter(max_)
    shown = page(client, f"/customers/{away[0].public_id}/")
    assert "no consent for the channel · no address for the channel" in shown
    assert "Come back" in shown
    line = page(client, f"/customers/{away[1].public_id}/timeline/")
    assert ("E-mail · Come back" in line, "Planned" in line) == (True, True)


def test_a_copy_is_a_draft_of_its_own(running: Campaign, max_: User) -> None:
    client = enter(max_)
    edit = client.post(f"/campaigns/{running.public_id}/steps/1/remove/")
    assert (edit.status_code, running.current.steps.count()) == (409, 5)  # type: ignore[union-attr]
    client.post(f"/campaigns/{running.public_id}/copy/")
    made = Campaign.objects.order_by("-id")[0]
    assert (made.name, made.name_zh, made.status) == ("Come back (copy)", "回来（副本）", "draft")
    assert made.current.steps.count() == 5  # type: ignore[union-attr]


def test_pages_in_chinese(running: Campaign, max_: User) -> None:
    client = enter(max_)
    User.objects.filter(pk=max_.pk).update(language="zh-hans")
    shown = page(client, f"/campaigns/{running.public_id}/")
    for words in ("回来", "分级召回", "没有该渠道的授权同意", "召回阶梯", "停止"):
        assert words in shown


def test_the_api_reads_and_stops(running: Campaign, sue: User, away: list[Customer]) -> None:
    client = enter(sue)
    listed = client.get("/api/v1/campaigns/").json()["results"]
    assert [(each["name"], each["status"]) for each in listed] == [("Come back", "running")]
    decided = client.get("/api/v1/decisions/?customer=c-0").json()["results"]
    assert [(each["verdict"], each["reasons"]) for each in decided] == [
        ("later", ["quiet_hours"]),
        ("no", ["no_consent", "no_address"]),
    ]
    assert client.get("/api/v1/decisions/").status_code == 400
    assert client.get("/api/v1/decisions/?customer=nobody").status_code == 404


def test_a_rule_that_no_longer_parses_is_said_so_with_where_to_mend_it(win_back: Campaign, max_: User) -> None:
    client = enter(max_)
    version = win_back.current
    assert version is not None
    version.audience = {"field": "language", "op": "gone", "value": []}
    version.save()
    where = f"/campaigns/{win_back.public_id}/"
    text = page(client, where)
    assert "“language” can&#x27;t be asked “gone”." in text
    assert f'href="{where}edit/">Choose another segment' in text
    assert "“language” can&#x27;t be asked “gone”." in page(client, f"{where}launch/")
    segment = create_segment(
        draft=Draft("Mine", {"field": "language", "op": "in", "value": ["en"]}), actor=max_, now=NOW, as_of=D
    )
    segment.rule = {"field": "went", "op": "known"}
    segment.save()
    version.segment, version.audience = segment, None
    version.save()
    text = page(client, where)
    assert "There is no field “went”." in text
    assert f'href="/segments/{segment.code}/">Open the segment' in text
    Campaign.objects.filter(pk=win_back.pk).update(status="running", launched_at=NOW)
    segment.archived_at = NOW
    segment.save()
    assert "“Mine”, which was archived" in page(client, where)
    assert "Copy the campaign, choose another segment there" in page(client, where)
