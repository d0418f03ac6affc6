"""Where mail goes is read from one address."""

from __future__ import annotations

import pytest
from django.core.mail import send_mail
from django.test import override_settings

from retention.common.environment import EnvironmentRefused
from retention.settings.email import email_from_url

BACKENDS = "django.core.mail.backends"
CONSOLE = "retention.common.console_mail.EmailBackend"


def test_a_server_with_starttls() -> None:
    found = email_from_url("smtp://stay:p%40ss@mail.example?from=Stay%20<stay@example.com>")
    assert found == {
        "DEFAULT_FROM_EMAIL": "Stay <stay@example.com>",
        "EMAIL_BACKEND": f"{BACKENDS}.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "stay",
        "EMAIL_HOST_PASSWORD": "p@ss",
        "EMAIL_USE_SSL": False,
        "EMAIL_USE_TLS": True,
        "EMAIL_TIMEOUT": 10,
    }


def test_a_server_with_tls_from_the_start_and_one_without() -> None:
    secure = email_from_url("smtps://mail.example")
    assert (secure["EMAIL_PORT"], secure["EMAIL_USE_SSL"], secure["EMAIL_USE_TLS"]) == (465, True, False)
    plain = email_from_url("smtp://127.0.0.1:2525?tls=no")
    assert (plain["EMAIL_PORT"], plain["EMAIL_USE_SSL"], plain["EMAIL_USE_TLS"]) == (2525, False, False)


def test_a_folder_and_the_console() -> None:
    assert email_from_url("file:///tmp/mail") == {
        "EMAIL_BACKEND": f"{BACKENDS}.filebased.EmailBackend",
        "EMAIL_FILE_PATH": "/tmp/mail",
    }
    assert email_from_url("console:") == {"EMAIL_BACKEND": CONSOLE}


def test_mail_on_the_console_leaves_the_answer_of_a_command_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with override_settings(EMAIL_BACKEND=CONSOLE):
        send_mail("You are invited", "Open this link.", "stay@localhost", ["a@shop.example"])
    out, err = capsys.readouterr()
    assert out == ""
    assert "Subject: You are invited" in err


@pytest.mark.parametrize("url", ["", "mail.example", "smtp://", "file:", "http://mail.example"])
def test_anything_else_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(EnvironmentRefused) as refusal:
        email_from_url(url)
    assert refusal.value.message == "EMAIL_URL is no address of a mail server."
