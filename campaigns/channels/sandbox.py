"""SMS and push by the sandbox provider, a server of our own over HTTP: see :mod:`campaigns.sandbox`.

What an answer means: 2xx accepted; 4xx rejected, but 425 and 429 only for now; a 5xx, a time-out
or a connection that broke after the request went out is a doubt, and is looked up by our id.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
from django.conf import settings
from django.urls import reverse

from campaigns.channels import CampaignChannel, Outcome, Outgoing, register
from campaigns.enums import AttemptOutcome
from retention.customers.enums import Channel
from tenants.context import scope
from tenants.links import tenant_url

TIMEOUT = httpx.Timeout(5.0, connect=2.0)
FOR_NOW = (425, 429)


class SandboxProvider:
    """The server at STAY_SANDBOX_URL; ``?idempotency=no`` says that it takes no key."""

    name = "sandbox"
    looks_up = True

    @property
    def takes_idempotency_key(self) -> bool:
        """As its address says."""
        return parse_qs(urlsplit(settings.STAY_SANDBOX_URL).query).get("idempotency") != ["no"]

    @contextmanager
    def session(self) -> Iterator[SandboxSession]:
        """One connection, kept alive."""
        with httpx.Client(base_url=_base(), timeout=TIMEOUT, trust_env=False) as client:
            yield SandboxSession(client, self.takes_idempotency_key)

    def look_up(self, message: UUID) -> Outcome:
        """Ask for our id."""
        try:
            answer = httpx.get(f"{_base()}/v1/messages/{message}", timeout=TIMEOUT, trust_env=False)
        except httpx.HTTPError as error:
            return Outcome(AttemptOutcome.UNKNOWN, code=type(error).__name__)
        if answer.status_code == 404:
            return Outcome(AttemptOutcome.NOT_SENT, code="404")
        if answer.is_success:
            return Outcome(AttemptOutcome.ACCEPTED, provider_id=str(answer.json()["provider_id"]))
        return Outcome(AttemptOutcome.UNKNOWN, code=str(answer.status_code))


class SandboxSession:
    """See SandboxProvider."""

    def __init__(self, client: httpx.Client, keyed: bool) -> None:
        self._client = client
        self._keyed = keyed
        self._account = scope()
        self._receipts_to = tenant_url(reverse("provider-hook", kwargs={"provider": "sandbox"}))

    def send(self, message: Outgoing) -> Outcome:
        """One request."""
        body = {
            "id": str(message.id),
            "channel": message.channel,
            "to": message.to,
            "title": message.subject,
            "text": message.text,
            "account": self._account,
            "receipts_to": self._receipts_to,
        }
        headers = {"Idempotency-Key": str(message.id)} if self._keyed else {}
        try:
            answer = self._client.post("/v1/messages", json=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Outcome(AttemptOutcome.NOT_SENT, code=type(error).__name__)
        except httpx.HTTPError as error:
            return Outcome(AttemptOutcome.UNKNOWN, code=type(error).__name__)
        return _read(answer)


def _read(answer: httpx.Response) -> Outcome:
    code = str(answer.status_code)
    if answer.is_success:
        try:
            return Outcome(AttemptOutcome.ACCEPTED, provider_id=str(answer.json()["provider_id"]), code=code)
        except (ValueError, KeyError, TypeError):
            return Outcome(AttemptOutcome.UNKNOWN, code="unreadable")
    if answer.status_code in FOR_NOW:
        return Outcome(AttemptOutcome.NOT_SENT, code=code)
    if answer.is_client_error:
        return Outcome(AttemptOutcome.REJECTED, code=code)
    return Outcome(AttemptOutcome.UNKNOWN, code=code)


def _base() -> str:
    parts = urlsplit(settings.STAY_SANDBOX_URL)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


sandbox = SandboxProvider()
register(CampaignChannel(Channel.SMS, address="c.phone", mark="phone", provider=lambda: sandbox))
register(
    CampaignChannel(
        Channel.PUSH,
        address="coalesce(c.traits ->> 'push_token', c.external_id)",
        mark="id",
        provider=lambda: sandbox,
    )
)
