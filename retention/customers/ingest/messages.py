"""What a client sends, read and checked: a message is taken or refused by itself, the rest of its batch goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from typing import Any
from uuid import uuid4

import msgspec

from retention.customers.importers.values import Bad, Local, moment
from retention.customers.models.facts import ORDER_EVENTS

MESSAGE_BYTES = 32 * 1024
BATCH_BYTES = 500 * 1024
TYPES = ("identify", "track", "page", "screen", "group", "alias")
ID_LENGTH = 200

Id = str | int | None


class RawMessage(msgspec.Struct, rename="camel"):
    """The parts of the spec that are used; anything else a client adds is left out."""

    type: str = ""
    message_id: str | None = None
    user_id: Id = None
    anonymous_id: Id = None
    previous_id: Id = None
    group_id: Id = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    context: dict[str, Any] | None = None
    timestamp: str | None = None
    original_timestamp: str | None = None


class RawBatch(msgspec.Struct, rename="camel"):
    """A batch; some clients put the write key and a shared context into the body."""

    batch: list[msgspec.Raw] = msgspec.field(default_factory=list)
    write_key: str | None = None
    context: dict[str, Any] | None = None


@dataclass(frozen=True)
class Message:
    """One message that can be stored."""

    index: int
    """Its place in the batch."""
    type: str
    id: str
    user: str | None
    anonymous: str | None
    previous: str | None
    group: str | None
    name: str
    content: dict[str, Any]
    """Properties of an event, traits of a profile."""
    occurred_at: datetime

    @property
    def ref(self) -> str | None:
        """Who it is about: ``u:`` and a user's id, else ``a:`` and an anonymous id."""
        if self.user is not None:
            return f"u:{self.user}"
        return None if self.anonymous is None else f"a:{self.anonymous}"

    @property
    def is_event(self) -> bool:
        """Whether it becomes a row of behaviour."""
        return self.type in ("track", "page", "screen")


@dataclass(frozen=True)
class Refused:
    """Why one message was not taken."""

    index: int
    message_id: str | None
    code: str
    message: str
    mend: str

    def as_json(self) -> dict[str, Any]:
        """Its part of the answer."""
        return {
            "index": self.index,
            "messageId": self.message_id,
            "code": self.code,
            "message": self.message,
            "mend": self.mend,
        }


class _Refusal(Exception):
    def __init__(self, code: str, message: str, mend: str) -> None:
        super().__init__(message)
        self.parts = (code, message, mend)


_decoder = msgspec.json.Decoder(RawMessage)


def read_messages(
    raws: Iterable[bytes], *, local: Local, now: datetime, type_: str = "", context: dict[str, Any] | None = None
) -> tuple[list[Message], list[Refused]]:
    """Messages in the order sent and those refused. `type_` is that of the door, for messages that don't say it."""
    taken: list[Message] = []
    refused: list[Refused] = []
    for index, raw in enumerate(raws):
        found: RawMessage | None = None
        try:
            if len(raw) > MESSAGE_BYTES:
                raise _Refusal("message_too_large", "The message has more than 32 KB.", "Send less in one message.")
            if b"\\u0000" in raw:
                raise _Refusal("bad_text", "The message holds the character U+0000.", "Remove it.")
            found = _decoder.decode(raw)
            taken.append(_checked(index, found, local, now, type_, context or {}))
        except msgspec.MsgspecError as error:
            refused.append(Refused(index, None, "bad_message", f"The message can't be read: {error}", "See the spec."))
        except _Refusal as problem:
            refused.append(Refused(index, found.message_id if found else None, *problem.parts))
    return taken, refused


def _checked(index: int, raw: RawMessage, local: Local, now: datetime, type_: str, context: dict[str, Any]) -> Message:
    kind = type_ or raw.type
    if kind not in TYPES:
        raise _Refusal("bad_type", f"“{kind[:40]}” is no type of message.", f"Use one of: {', '.join(TYPES)}.")
    user, anonymous = _id(raw.user_id, "userId"), _id(raw.anonymous_id, "anonymousId")
    group = _id(raw.group_id, "groupId") or _id((raw.context or context).get("groupId"), "context.groupId")
    previous = _id(raw.previous_id, "previousId")
    if user is None and anonymous is None:
        raise _Refusal("nobody", "The message says nothing of whom it is about.", "Give a userId or an anonymousId.")
    if kind == "alias" and (previous is None or user is None):
        raise _Refusal("no_previous_id", "An alias needs a userId and a previousId.", "Give both.")
    if kind == "group" and group is None:
        raise _Refusal("no_group_id", "A group call needs a groupId.", "Give the account's id.")
    name, content = _name_and_content(kind, raw)
    if name in ORDER_EVENTS:
        _check_order(content, local)
    return Message(
        index=index,
        type=kind,
        id=_message_id(raw, kind),
        user=user,
        anonymous=anonymous,
        previous=previous,
        group=group,
        name=name,
        content=content,
        occurred_at=_occurred_at(raw, local, now),
    )


def _name_and_content(kind: str, raw: RawMessage) -> tuple[str, dict[str, Any]]:
    if kind == "track":
        name = (raw.event or "").strip()
        if not name or len(name) > ID_LENGTH:
            raise _Refusal("bad_event", "A track call needs the name of its event.", "Give “event”, 1–200 characters.")
        return name, raw.properties or {}
    if kind in ("page", "screen"):
        named = {"name": raw.name, "category": raw.category}
        return kind, {**{key: value for key, value in named.items() if value}, **(raw.properties or {})}
    return kind, raw.traits or {}


def _check_order(content: dict[str, Any], local: Local) -> None:
    order_id, currency = content.get("order_id"), content.get("currency")
    if not isinstance(order_id, str | int) or not 0 < len(str(order_id)) <= ID_LENGTH:
        raise _Refusal("no_order_id", "An event of an order needs its order_id.", "Give properties.order_id.")
    content["order_id"] = str(order_id)
    if currency and str(currency).upper() != local.currency.upper():
        raise _Refusal(
            "currency", f"The currency is {str(currency)[:10]} and yours is {local.currency}.", "Convert it first."
        )


def _id(value: Any, name: str) -> str | None:
    if value is None or value == "":
        return None
    text = str(value).strip()
    if not isinstance(value, str | int) or not 0 < len(text) <= ID_LENGTH:
        raise _Refusal("bad_id", f"{name} is no id.", "Use a text of 1–200 characters.")
    return text


def _message_id(raw: RawMessage, kind: str) -> str:
    """Its own id; a long one hashed; without one, that of its content, if it says when it happened."""
    if raw.message_id:
        return raw.message_id if len(raw.message_id) <= ID_LENGTH else _hash(raw.message_id.encode())
    if raw.timestamp or raw.original_timestamp:
        return _hash(kind.encode() + msgspec.json.encode(raw, order="deterministic"))
    return f"~{uuid4()}"


def _hash(content: bytes) -> str:
    return "~" + md5(content, usedforsecurity=False).hexdigest()


def _occurred_at(raw: RawMessage, local: Local, now: datetime) -> datetime:
    text = raw.timestamp or raw.original_timestamp
    if not text:
        return now
    try:
        return moment(text.strip(), local)
    except Bad as problem:
        raise _Refusal("bad_timestamp", problem.reason, problem.mend) from None
