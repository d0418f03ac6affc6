"""The registry of channels: how a message reaches a customer, and by which provider.

    channels.register(Channel("sms", address="c.phone", mark="phone", provider=sandbox_provider))

A provider hands over one message at a time within a session (one connection for a whole batch), and says what came of
it. It never raises for what the network does: a doubt is an outcome of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from campaigns.enums import AttemptOutcome
from retention.common.registry import Registry
from tenants.governance.erased_marks import MarkKind


@dataclass(frozen=True)
class Outgoing:
    """A message as it goes out. `id` is ours: the provider knows the message by it."""

    id: UUID
    channel: str
    purpose: str
    customer: int
    to: str
    subject: str
    text: str
    html: str = ""
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What came of a hand-over. *not_sent* is certain: nothing reached the provider, it may be tried again."""

    outcome: AttemptOutcome
    provider_id: str = ""
    code: str = ""


class Session(Protocol):
    """An open connection to a provider."""

    def send(self, message: Outgoing) -> Outcome:
        """Hand `message` over."""
        ...


class Provider(Protocol):
    """Who delivers. With `takes_idempotency_key` the same id twice is one message there."""

    @property
    def name(self) -> str: ...
    @property
    def takes_idempotency_key(self) -> bool: ...
    @property
    def looks_up(self) -> bool:
        """Whether it can be asked what it knows of our id."""
        ...

    def session(self) -> AbstractContextManager[Session]: ...

    def look_up(self, message: UUID) -> Outcome:
        """What it knows: accepted, rejected, not_sent when it never got it, unknown when it can't be asked now."""
        ...


@dataclass(frozen=True)
class CampaignChannel:
    """A channel: the SQL of the address (`c` is the customer), what kind of mark it is, and who delivers.

    `provider` returns None where nobody does: messages are withheld then.
    """

    code: str
    address: str
    mark: MarkKind
    provider: Callable[[], Provider | None]


channels: Registry[CampaignChannel] = Registry("channel", key=lambda channel: channel.code)


def register(channel: CampaignChannel) -> CampaignChannel:
    """Let messages go by `channel`."""
    return channels.register(channel)


def provider_called(name: str) -> Provider | None:
    """The provider that calls itself `name`, as it was kept with an attempt."""
    for channel in channels:
        provider = channel.provider()
        if provider is not None and provider.name == name:
            return provider
    return None
