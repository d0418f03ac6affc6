"""Small files of the servers: passwords and where each one listens, readable by their owner alone."""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path

from retention.common.errors import DomainError


def read_record(path: Path) -> dict[str, str]:
    """The record, empty when it was never written."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {str(key): str(value) for key, value in found.items()}


def write_record(path: Path, record: Mapping[str, str]) -> None:
    """Replaces the record in one step: a reader sees the old or the new one, never half."""
    fresh = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(dict(record), file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def password(path: Path, name: str, *, data: Path | None = None) -> str:
    """The password kept under `name`, drawn on first use. Refused when `data` made with a lost one exist."""
    record = read_record(path)
    if name not in record:
        if data is not None and data.exists():
            raise DomainError(
                "embedded_password",
                f"{data} holds data, but {path} with its password is gone.",
                mend=f"Bring {path.name} back from a backup, or move {data} away to begin anew.",
            )
        record[name] = secrets.token_urlsafe(24)
        write_record(path, record)
    return record[name]


def free_port(preferred: int = 0) -> int:
    """`preferred` when nobody listens there, else a port that the system has free on the loopback."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DomainError("embedded_port", "No port is free on 127.0.0.1.", mend="End some servers and try again.")


def last_lines(path: Path, count: int = 8) -> str:
    """The end of a log, for an error's message."""
    try:
        return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
    except OSError:
        return "(no log)"
