"""The sandbox's receipts: signed, posted after a delay, again until somebody says 2xx, twice when it is told to."""

from __future__ import annotations

import heapq
import http.client
import itertools
import json
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from campaigns.webhooks import signed

RETRY_SECONDS = (0.2, 0.5, 1, 2, 4, 8, 16, 32, 64)
Sign = Callable[[str], bytes]


class Postman:
    """Posts webhooks from a queue ordered by time, in a thread of its own. `secret` gives an account's."""

    def __init__(self, secret: Sign) -> None:
        self._secret = secret
        self._queue: list[tuple[float, int, dict[str, Any]]] = []
        self._numbers = itertools.count()
        self._wake = threading.Condition()
        self._connections: dict[str, http.client.HTTPConnection] = {}
        threading.Thread(target=self._work, daemon=True).start()

    def post(self, entry: Mapping[str, Any], kind: str, *, delay: float = 0.0, times: int = 1, **data: object) -> None:
        """Tell `kind` of a message, `times` over under one event id."""
        now = datetime.now(UTC).isoformat()
        body = {
            "type": f"message.{kind}",
            "timestamp": now,
            "data": {"id": entry["id"], "provider_id": entry["provider_id"], "channel": entry["channel"], **data},
        }
        event_id = f"evt_{uuid4().hex}"
        for _ in range(times):
            self._add(
                delay,
                {"to": entry["receipts_to"], "account": entry["account"], "id": event_id, "body": body, "tries": 0},
            )

    def waiting(self) -> int:
        """How many are not acknowledged yet."""
        with self._wake:
            return len(self._queue)

    def _add(self, delay: float, letter: dict[str, Any]) -> None:
        with self._wake:
            heapq.heappush(self._queue, (time.monotonic() + delay, next(self._numbers), letter))
            self._wake.notify()

    def _work(self) -> None:
        while True:
            with self._wake:
                while not self._queue or self._queue[0][0] > time.monotonic():
                    self._wake.wait(self._queue[0][0] - time.monotonic() if self._queue else None)
                letter = heapq.heappop(self._queue)[2]
            if not self._deliver(letter) and letter["tries"] < len(RETRY_SECONDS):
                letter["tries"] += 1
                self._add(RETRY_SECONDS[letter["tries"] - 1], letter)

    def _deliver(self, letter: dict[str, Any]) -> bool:
        parts = urlsplit(letter["to"])
        body = json.dumps(letter["body"]).encode()
        headers = {
            **signed(self._secret(letter["account"]), event_id=letter["id"], body=body),
            "Content-Type": "application/json",
            "Host": parts.netloc,
        }
        # Names under .localhost are this machine's, whether or not its resolver knows them.
        host = "127.0.0.1" if (parts.hostname or "").endswith("localhost") else parts.hostname or ""
        connection = http.client.HTTPConnection(host, parts.port or 80, timeout=10)
        try:
            connection.request("POST", parts.path, body, headers)
            return 200 <= connection.getresponse().status < 300
        except OSError:
            return False
        finally:
            connection.close()
