"""The arithmetic of the audit chain: digest = sha256(previous digest + canonical content)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from tenants.policies import JSONValue

GENESIS = bytes(32)


def canonical(value: object) -> JSONValue:
    """`value` as it comes back from PostgreSQL's jsonb, which has one kind of number: 2.0 and 1e16 are integers."""
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise ValueError("an audit detail can't hold NaN or infinity")
        return int(value) if value.is_integer() else value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): canonical(part) for key, part in value.items()}
    if isinstance(value, Sequence):
        return [canonical(part) for part in value]
    return str(value)


def digest(
    previous: bytes,
    *,
    position: int,
    at: datetime,
    actor_kind: str,
    actor: str,
    action: str,
    target: str,
    detail: JSONValue,
) -> bytes:
    """The 32 bytes that bind an act to everything before it; `detail` is canonical."""
    content = {
        "position": position,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_kind": actor_kind,
        "actor": actor,
        "action": action,
        "target": target,
        "detail": detail,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(previous + text.encode()).digest()
