"""The sandbox's doors, on the loopback alone.

POST /v1/messages            take a message (Idempotency-Key); 202 with our provider_id
GET  /v1/messages/<id>       what is known of the sender's id; 404 when it never came
POST /v1/replies             {"to", "text"}: the customer at that address answers
POST /v1/receipts            {"id", "kind", …}: tell something of a message
POST /v1/faults              {"fault": count, …}: the next so many messages go wrong; see FAULTS
POST /v1/settings            receipts (kinds, delay, times), delay before an answer
GET  /v1/ledger              everything that was taken
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from campaigns.sandbox.ledger import Ledger
from campaigns.sandbox.receipts import Postman, Sign

FAULTS = {
    "time_out": "taken, and no answer for a long while",
    "error_after": "taken, and a 500",
    "error_before": "not taken, and a 500",
    "reset_after": "taken, and the connection broken",
    "reset_before": "not taken, and the connection broken",
    "busy": "not taken, and a 429",
    "refuse": "not taken, and a 422",
}
TIME_OUT_SECONDS = 8.0


class Sandbox(ThreadingHTTPServer):
    """The server with its ledger, its faults and its postman."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *, port: int, secret: Sign, ledger: Path | None = None, keyed: bool = True) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.ledger = Ledger(ledger, keyed)
        self.postman = Postman(secret)
        self.faults: Counter[str] = Counter()
        self.settings: dict[str, Any] = {"kinds": ["delivered"], "delay": 0.0, "times": 1, "answer_delay": 0.0}
        self._lock = threading.Lock()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: who asks may die at any moment, and is killed on purpose."""

    def next_fault(self) -> str:
        """One that was ordered, each as often as it was."""
        with self._lock:
            fault = next((name for name in FAULTS if self.faults[name] > 0), "")
            if fault:
                self.faults[fault] -= 1
            return fault


class _Handler(BaseHTTPRequestHandler):
    server: Sandbox
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        if self.path == "/v1/messages":
            self._take(body)
        elif self.path == "/v1/replies":
            entry = self.server.ledger.latest_to(str(body["to"]))
            if entry is None:
                return self._answer(404, {})
            self.server.postman.post(entry, "replied", text=str(body["text"]), **{"from": body["to"]})
            self._answer(202, {})
        elif self.path == "/v1/receipts":
            entry = self.server.ledger.find(str(body.pop("id")))
            if entry is None:
                return self._answer(404, {})
            self.server.postman.post(entry, str(body.pop("kind")), **body)
            self._answer(202, {})
        elif self.path == "/v1/faults":
            self.server.faults.update({name: int(count) for name, count in body.items()})
            self._answer(200, dict(self.server.faults))
        elif self.path == "/v1/settings":
            self.server.settings.update(body)
            self._answer(200, self.server.settings)
        else:
            self._answer(404, {})
        return None

    def do_GET(self) -> None:
        if self.path == "/v1/ledger":
            return self._answer(200, {"taken": self.server.ledger.all(), "waiting": self.server.postman.waiting()})
        found = self.server.ledger.find(self.path.removeprefix("/v1/messages/"))
        if found is None:
            return self._answer(404, {})
        return self._answer(200, found)

    def _take(self, message: dict[str, Any]) -> None:
        fault = self.server.next_fault()
        if fault == "error_before":
            return self._answer(500, {})
        if fault == "busy":
            return self._answer(429, {})
        if fault == "refuse":
            return self._answer(422, {})
        if fault == "reset_before":
            return self._reset()
        entry, is_new = self.server.ledger.take(message, self.headers.get("Idempotency-Key", ""))
        if is_new:
            self._promise_receipts(entry)
        if fault == "time_out":
            time.sleep(TIME_OUT_SECONDS)
            return self._reset()
        if fault == "error_after":
            return self._answer(500, {})
        if fault == "reset_after":
            return self._reset()
        time.sleep(self.server.settings["answer_delay"])
        return self._answer(202, {"provider_id": entry["provider_id"]})

    def _promise_receipts(self, entry: dict[str, Any]) -> None:
        settings = self.server.settings
        for place, kind in enumerate(settings["kinds"], start=1):
            self.server.postman.post(entry, kind, delay=settings["delay"] * place, times=settings["times"])

    def _answer(self, status: int, body: object) -> None:
        text = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)
        except OSError:
            self.close_connection = True

    def _reset(self) -> None:
        """Close with a reset: the other side learns nothing."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the ledger tells."""
