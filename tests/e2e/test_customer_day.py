"""A customer's day: a real mail comes through a real SMTP server, and its links turn promotions off, in Chinese."""

from __future__ import annotations

import email
import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.test import override_settings
from playwright.sync_api import expect

from campaigns.enums import MessageState
from campaigns.models import Campaign, Enrollment, LaunchRequest, Message
from campaigns.ready.win_back import create_win_back
from campaigns.selectors.preferences import choices_of
from campaigns.services.sending import send_due
from retention.common import clock
from retention.customers.models import ConsentEntry, Customer, Event
from tenants.context import use_tenant
from tenants.people.models import User
from tests.e2e.conftest import SignIn
from tests.e2e.test_look import axe_findings
from tests.e2e.world import NOW, World


class Letterbox:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        return "250 kept"


@pytest.fixture
def letterbox() -> Iterator[Letterbox]:
    """A mail server on this machine, which Stay is told to use."""
    box = Letterbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_USE_TLS=False):
        yield box
    controller.stop()


def test_a_customer_turns_promotions_off_in_chinese_from_the_mail(
    sign_in: SignIn, world: World, letterbox: Letterbox, port: int
) -> None:
    customer = send_reminder(world)
    (mail,) = letterbox.mails
    assert (mail["To"], mail["List-Unsubscribe-Post"]) == (customer.email, "List-Unsubscribe=One-Click")
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert "王芳" in mail["Subject"]
    assert "退订" in html.get_content()
    assert "选择您想收到的内容" in text.get_content()

    visitor = sign_in("vera@example.com").stranger()
    page = visitor.page
    page.set_viewport_size({"width": 390, "height": 844})

    def follow(door: str) -> None:
        path = re.search(rf"https?://[^/\s]+(/{door}/[^/\s]+/)", text.get_content())
        assert path is not None
        page.goto(f"http://{visitor.host}{path.group(1)}")
        assert axe_findings(visitor) == []
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")

    follow("why")
    expect(page.get_by_role("heading", level=1)).to_have_text("我为什么收到这条消息？")
    expect(page.get_by_text("您上次来访是在 5 天前")).to_be_visible()
    expect(page.get_by_text("购物车里留下的商品")).to_be_visible()
    follow("u")
    expect(page.get_by_role("button", name="退订")).to_be_visible()
    with use_tenant(world.shop):
        assert "email" in choices_of(customer).channels

    follow("p")
    page.get_by_label("不接收，全部关闭").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("优惠和资讯已关闭，您不会再收到。")).to_be_visible()
    assert axe_findings(visitor) == []
    with use_tenant(world.shop):
        assert choices_of(customer).is_on is False
        assert Event.objects.filter(customer=customer, name="messages_refused").count() == 1


def send_reminder(world: World) -> Customer:
    """王芳 agreed to mails and left a cart: the first step of the win-back goes out to her."""
    with use_tenant(world.shop):
        customer = Customer.objects.get(external_id="c-000")
        Customer.objects.filter(pk=customer.pk).update(language="zh-CN", timezone="Asia/Shanghai")
        ConsentEntry.objects.create(customer=customer, channel="email", purpose="marketing", granted=True,
                                    source="注册", occurred_at=NOW - timedelta(days=9), recorded_at=NOW)  # fmt: skip
        max_ = User.objects.get(email="max@example.com")
        campaign = create_win_back(name="Reminder", name_zh="提醒", band_by="login_gap", actor=max_, now=NOW)
        Campaign.objects.filter(pk=campaign.pk).update(status="running", launched_at=NOW)
        assert campaign.current is not None
        LaunchRequest.objects.create(
            version=campaign.current,
            size=1,
            of_all=60,
            as_of=NOW.date(),
            needs_approval=False,
            requested_by=max_,
            requested_at=NOW,
            launched_at=NOW,
        )
        enrollment = Enrollment.objects.create(
            campaign=campaign, version=campaign.current, customer=customer, measure=5, enrolled_at=NOW
        )
        message = Message.objects.create(
            enrollment=enrollment,
            campaign=campaign,
            step=campaign.current.steps.get(ordinal=1),
            customer=customer,
            channel="email",
            purpose="marketing",
            planned_at=NOW,
            due_at=NOW - timedelta(minutes=1),
            not_after=NOW + timedelta(days=1),
        )
        send_due(clock=clock.now)
        message.refresh_from_db()
        assert (message.state, message.reason) == (MessageState.ACCEPTED, "")
        customer.refresh_from_db()
        return customer
