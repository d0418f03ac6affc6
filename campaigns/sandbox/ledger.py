"""What the sandbox took, in memory and in a file of lines: the judge of every test of sending."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4


@dataclass
class Ledger:
    """Every hand-over that was taken. With `keyed` the same idempotency key twice is one message."""

    path: Path | None = None
    keyed: bool = True
    _taken: list[dict[str, Any]] = field(default_factory=list)
    _by_key: dict[str, dict[str, Any]] = field(default_factory=dict)
    _by_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, message: dict[str, Any], key: str) -> tuple[dict[str, Any], bool]:
        """Take `message`; its entry, and whether it is new here."""
        with self._lock:
            if self.keyed and key and key in self._by_key:
                return self._by_key[key], False
            entry = {**message, "provider_id": uuid4().hex, "taken_at": time.time()}
            self._taken.append(entry)
            self._by_id[str(message.get("id"))] = entry
            if key:
                self._by_key[key] = entry
            if self.path is not None:
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        return entry, True

    def find(self, message_id: str) -> dict[str, Any] | None:
        """The entry of our id."""
        return self._by_id.get(message_id)

    def latest_to(self, address: str) -> dict[str, Any] | None:
        """The newest entry to `address`."""
        with self._lock:
            return next((entry for entry in reversed(self._taken) if entry.get("to") == address), None)

    def all(self) -> list[dict[str, Any]]:
        """Every entry, oldest first."""
        with self._lock:
            return list(self._taken)
