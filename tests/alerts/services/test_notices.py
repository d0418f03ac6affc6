"""Mails to colleagues: in their language, begun at most once, failures visible."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from retention.alerts.models import Alert, Monitor, Notice
from retention.alerts.services.clocks import breach_due
from retention.alerts.services.notices import send_due
from tenants.people.models import User
from tests.alerts.conftest import NOW, decay, open_alerts


def test_each_owner_is_written_to_once_in_their_language(monitor: Monitor, max_: User) -> None:
    other = User.objects.create_user("li@example.com", name="Li", role="marketer", language="zh-hans")
    (alert,) = open_alerts(decay())
    assert [send_due(now=NOW), send_due(now=NOW)] == [2, 0]
    english, chinese = sorted(mail.outbox, key=lambda message: message.to != [max_.email])
    assert english.to == ["max@example.com"]
    assert english.subject == "Acme: Log-in decay"
    assert f"http://acme.localhost/alerts/{alert.public_id}/" in english.body
    assert "1 Apr 2026, 10:30" in english.body
    assert chinese.to == [other.email]
    assert chinese.subject == "Acme：登录频次衰减"
    assert set(Notice.objects.values_list("status", flat=True)) == {"sent"}


def test_an_escalation_says_so(alert: Alert, ada: User) -> None:
    Notice.objects.all().delete()
    breach_due(now=NOW + timedelta(hours=1))
    send_due(now=NOW + timedelta(hours=1))
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["ada@example.com"], "Acme: nobody has taken “Log-in decay”")


def test_a_server_that_refuses_is_shown_and_not_asked_again(
    monitor: Monitor, max_: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Any, messages: Any) -> int:
        raise ConnectionRefusedError("no server")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    open_alerts(decay())
    assert [send_due(now=NOW), send_due(now=NOW)] == [0, 0]
    assert list(Notice.objects.values_list("status", "error")) == [("failed", "no server")]


def test_one_whose_worker_died_becomes_unknown_and_is_not_sent_again(monitor: Monitor, max_: User) -> None:
    open_alerts(decay())
    Notice.objects.update(status="sending", begun_at=NOW)
    assert send_due(now=NOW + timedelta(minutes=9)) == 0
    assert Notice.objects.get().status == "sending"
    assert send_due(now=NOW + timedelta(minutes=11)) == 0
    assert (Notice.objects.get().status, mail.outbox) == ("unknown", [])


def test_who_sees_own_accounts_only_is_not_told_of_other_peoples_customers(max_: User) -> None:
    from tests.alerts.conftest import away
    from tests.customers.facts import make_customer

    User.objects.filter(pk=max_.pk).update(own_accounts_only=True)
    Monitor.objects.create(code="nps_low_away", urgency="high", owner_role="marketer")
    from tenants.governance.services.policies import set_policy
    from tenants.policies import policy_value

    cells = dict(policy_value("alerts.matrix"), high_few=3)  # type: ignore[call-overload]
    set_policy(name="alerts.matrix", value=cells, actor="test", now=NOW)
    (alert,) = open_alerts(away(make_customer("c-1", NOW)))
    assert (alert.priority, Notice.objects.count()) == ("high", 0)
