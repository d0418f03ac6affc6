"""Mail through a real SMTP connection: one for a batch, our id, RFC 8058, and what each break of it means."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message as Mail
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.test import Client, override_settings

from campaigns.models import Message
from campaigns.services.sending import send_due
from campaigns.services.unknowns import look_up_unknowns
from feedback.models import SurveyResponse
from tenants.governance.models import Policy
from tests.campaigns.sending.world import NOW, clock, make_campaign, make_message, make_people, states

pytestmark = pytest.mark.usefixtures("tenant")


class Sink:
    """Takes mail, and breaks off or refuses at the nth."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.peers: set[Any] = set()
        self.answers: dict[int, str] = {}
        self.recipients: dict[str, str] = {}

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.recipients:
            return self.recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.peers.add(session.peer)
        self.mails.append(message_from_bytes(envelope.content))
        answer = self.answers.get(len(self.mails), "250 OK")
        if answer == "reset":
            server.transport.abort()
        return answer


@pytest.fixture
def sink() -> Iterator[Sink]:
    taken = Sink()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(taken, hostname="127.0.0.1", port=port)
    controller.start()
    mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port, "EMAIL_USE_TLS": False, "EMAIL_TIMEOUT": 5}
    try:
        with override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", **mail):
            yield taken
    finally:
        controller.stop()


def test_a_batch_goes_over_one_connection_with_one_click_unsubscribe_on_every_mail(sink: Sink) -> None:
    campaign = make_campaign(launched=True, channel="email")
    messages = [make_message(campaign, person) for person in make_people(20)]
    assert send_due(clock=clock).handed_over == 20
    assert len(sink.peers) == 1
    assert {mail["Message-ID"] for mail in sink.mails} == {f"<{m.public_id}@localhost>" for m in messages}
    for mail in sink.mails:
        assert mail["List-Unsubscribe"].startswith("<http://acme.localhost")
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert states() == {"accepted": 20}


def test_service_mail_has_no_unsubscribe(sink: Sink) -> None:
    make_message(make_campaign(launched=True, channel="email", purpose="service"), make_people(1)[0])
    send_due(clock=clock)
    assert sink.mails[0]["List-Unsubscribe"] is None


def test_what_each_answer_means(sink: Sink) -> None:
    campaign = make_campaign(launched=True, channel="email")
    people = make_people(6)
    for person in people:
        make_message(campaign, person)
    sink.recipients = {people[0].email: "550 no such user", people[1].email: "450 later"}
    sink.answers = {2: "reset", 3: "554 no"}
    send_due(clock=clock)
    assert states() == {"rejected": 2, "not_sent": 1, "unknown": 1, "accepted": 2}
    doubt = Message.objects.get(state="unknown")
    assert doubt.needs_person
    Message.objects.update(look_up_at=NOW)
    assert look_up_unknowns(now=NOW) == 0


def test_outside_production_no_mail_server_of_the_world_is_asked(sink: Sink) -> None:
    make_message(make_campaign(launched=True, channel="email"), make_people(1)[0])
    with override_settings(EMAIL_HOST="mail.example.com"):
        send_due(clock=clock)
    assert (states(), sink.mails) == ({"not_sent": 1}, [])


def test_a_mail_asks_the_survey_and_each_mail_has_one_answer(sink: Sink) -> None:
    campaign = make_campaign(launched=True, channel="email", purpose="survey", body="How was it? {{ survey_link }}")
    people = make_people(2)
    for person in people:
        make_message(campaign, person)
    Policy.objects.create(name="feedback.survey", value="Spring")
    assert send_due(clock=clock).handed_over == 2
    client = Client(headers={"host": "acme.localhost"})
    for mail, score in zip(sink.mails, ("9", "2"), strict=True):
        found = re.search(r"http://acme\.localhost[^\s]*(/s/[^\s\"<]+)", decoded(mail))
        assert found is not None
        assert [client.post(found[1], {"score": sent}).status_code for sent in (score, "5")] == [302, 302]
    answers = SurveyResponse.objects.order_by("pk").values_list("customer__email", "score", "survey__name")
    assert sorted(answers) == [(people[0].email, 9, "Spring"), (people[1].email, 2, "Spring")]


def decoded(mail: Mail) -> str:
    """The plain text of a mail."""
    part = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    body = part.get_payload(decode=True)
    assert isinstance(body, bytes)
    return body.decode()
