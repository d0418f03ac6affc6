"""Mail by SMTP: one connection for a batch, our id as Message-ID, one-click unsubscribe (RFC 8058) on every promotion.

Where in the conversation it broke decides: before the end of DATA nothing was sent; at it, nobody knows. SMTP can't
be asked afterwards and takes no idempotency key, so a person decides about a doubt.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from campaigns.channels import CampaignChannel, Outcome, Outgoing, register
from campaigns.enums import AttemptOutcome
from retention.common import clock
from retention.customers.enums import Channel, Purpose


class MailPolicy(EmailPolicy):
    """As usual, but List-Unsubscribe stays on one line: an address has no blank to fold at, and would be encoded.

    So does plain ASCII that fits its line, without being parsed again to find where it could be folded.
    """

    def fold(self, name: str, value: str) -> str:
        """The header as text."""
        return self._whole(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header as bytes."""
        whole = self._whole(name, value)
        return whole.encode("ascii") if whole else super().fold_binary(name, value)

    def _whole(self, name: str, value: str) -> str:
        fits = len(name) + len(value) <= LINE - 2 and value.isascii() and value.isprintable()
        return f"{name}: {value}{self.linesep}" if fits or name.lower() == "list-unsubscribe" else ""


LINE = 78
ALIKE = frozenset({"Auto-Submitted", "List-Unsubscribe-Post"})
POLICY = MailPolicy(linesep="\r\n")


@lru_cache(maxsize=64)
def _header(name: str, value: str) -> Any:
    """A header that a whole campaign has alike, parsed once."""
    return POLICY.header_factory(name, value)


class SmtpProvider:
    """The mail server of EMAIL_URL."""

    name = "smtp"
    takes_idempotency_key = False
    looks_up = False

    @contextmanager
    def session(self) -> Iterator[SmtpSession]:
        """One connection, opened with the first message and again when the server closed it."""
        held = SmtpSession()
        try:
            yield held
        finally:
            held.close()

    def look_up(self, message: UUID) -> Outcome:
        """Nobody can be asked."""
        return Outcome(AttemptOutcome.UNKNOWN, code="no_look_up")


class SmtpSession:
    """See SmtpProvider. A backend that is no SMTP (console, file, tests) is handed the mail as Django does it."""

    def __init__(self) -> None:
        self._backend: Any = None
        self._smtp: smtplib.SMTP | None = None

    def send(self, message: Outgoing) -> Outcome:
        """Through MAIL and RCPT, which may be said again over a new connection, then DATA, once."""
        if not _may_be_reached():
            return Outcome(AttemptOutcome.NOT_SENT, code="outside_production")
        if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
            return self._hand_over(message)
        refused = self._envelope(message)
        if refused is not None:
            return refused
        assert self._smtp is not None
        try:
            code, words = self._smtp.data(mail_of(message).as_bytes(policy=POLICY))
        except smtplib.SMTPDataError as error:  # refused before the text was sent
            return self._said(error.smtp_code)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            return Outcome(AttemptOutcome.UNKNOWN, code=type(error).__name__)
        if code == 250:
            return Outcome(AttemptOutcome.ACCEPTED, provider_id=words.decode(errors="replace")[:200])
        return self._said(code)

    def close(self) -> None:
        """Say good-bye, whether or not anybody listens."""
        backend, self._backend, self._smtp = self._backend, None, None
        if backend is not None:
            with suppress(smtplib.SMTPException, OSError):
                backend.close()

    def _envelope(self, message: Outgoing) -> Outcome | None:
        """MAIL and RCPT; None when both were taken. A closed connection is opened again, once."""
        sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        for _ in range(2):
            try:
                smtp = self._open()
                smtp.ehlo_or_helo_if_needed()
                code, _words = smtp.mail(sender)
                if code != 250:  # about us, not about this customer: never a no for good
                    self._said(code)
                    return Outcome(AttemptOutcome.NOT_SENT, code=str(code))
                code, _words = smtp.rcpt(message.to)
                if code not in (250, 251):
                    return self._said(code)
            except (smtplib.SMTPException, OSError) as error:
                self.close()
                said = Outcome(AttemptOutcome.NOT_SENT, code=type(error).__name__)
                continue
            return None
        return said

    def _open(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._backend = get_connection()
            self._backend.open()
            self._smtp = self._backend.connection
            if self._smtp is None:
                raise smtplib.SMTPServerDisconnected("no connection")
        return self._smtp

    def _said(self, code: int) -> Outcome:
        """5xx is a no for good, 4xx one for now, and so is 503, which is about the conversation."""
        if code == 421 or self._smtp is None:
            self.close()
        else:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.rset()
        outcome = AttemptOutcome.REJECTED if code >= 500 and code != 503 else AttemptOutcome.NOT_SENT
        return Outcome(outcome, code=str(code))

    def _hand_over(self, message: Outgoing) -> Outcome:
        if self._backend is None:
            self._backend = get_connection()
        mail = EmailMultiAlternatives(message.subject, message.text, to=[message.to], headers=_headers(message))
        if message.html:
            mail.attach_alternative(message.html, "text/html")
        try:
            taken = self._backend.send_messages([mail])
        except OSError as error:
            return Outcome(AttemptOutcome.NOT_SENT, code=type(error).__name__)
        return Outcome(AttemptOutcome.ACCEPTED if taken else AttemptOutcome.NOT_SENT)


def mail_of(message: Outgoing) -> EmailMessage:
    """The mail itself, from the sender of EMAIL_URL."""
    mail = EmailMessage(POLICY)
    mail["Subject"] = _header("Subject", " ".join(message.subject.split()))
    mail["From"] = _header("From", str(_sender(settings.DEFAULT_FROM_EMAIL)))
    mail["To"] = message.to
    mail["Date"] = format_datetime(clock.now())
    for header, value in _headers(message).items():
        mail[header] = _header(header, value) if header in ALIKE else value
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    return mail


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    return Address(name, addr_spec=address)


def message_id(message: UUID) -> str:
    """Our id as a Message-ID."""
    return f"<{message}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2] or 'stay.invalid'}>"


def _headers(message: Outgoing) -> dict[str, str]:
    headers = {"Message-ID": message_id(message.id), "Auto-Submitted": "auto-generated"}
    if message.purpose == Purpose.MARKETING:
        headers["List-Unsubscribe"] = f"<{message.links['unsubscribe_link']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _may_be_reached() -> bool:
    """Outside production a mail server of the world is out of reach; one on this machine is a sink."""
    if settings.STAY_REAL_PROVIDERS or not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return True
    try:
        return ip_address(settings.EMAIL_HOST).is_loopback
    except ValueError:
        return settings.EMAIL_HOST == "localhost"


smtp = SmtpProvider()
register(CampaignChannel(Channel.EMAIL, address="c.email", mark="email", provider=lambda: smtp))
