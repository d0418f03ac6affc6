"""kill -9 of planners, senders and web processes at the twelve points: none double, none lost, each doubt resolved.

The sandbox provider's own ledger is the judge.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import redis

from campaigns.sandbox.server import Sandbox
from tests.campaigns.sending.world import sandbox_running
from tests.chaos.installation import Installation
from tests.chaos.process import PROJECT, StayProcess

PEOPLE = 60
pytestmark = pytest.mark.timeout(600)


class Stage:
    """Forks of one process that has the code loaded; see :mod:`tests.chaos.sending`."""

    def __init__(self, installation: Installation, sandbox: Sandbox, *, keyed: bool) -> None:
        self.installation, self.sandbox, self.keyed = installation, sandbox, keyed
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        query = "" if keyed else "?idempotency=no"
        self.clock = Path(tempfile.mkdtemp()) / "clock"
        self.set_clock(0)
        self.environment = {
            **installation.environment,
            "STAY_SANDBOX_URL": f"http://127.0.0.1:{sandbox.server_address[1]}/{query}",
            "STAY_CLOCK": f"file:{self.clock}",
            "STAY_SECRET_KEY": "test-only",
            "STAY_URL_PORT": str(self.port),
        }
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.sending"],
            cwd=PROJECT,
            env={**os.environ, **self.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        self._answer()
        self.number = 0

    def set_clock(self, minutes: int) -> None:
        """Business time in all its processes, workers too: so many minutes after ten in the morning."""
        self.clock.write_text((datetime(2026, 3, 3, 10, tzinfo=UTC) + timedelta(minutes=minutes)).isoformat())

    def start(self, act: str, *args: Any, point: str = "") -> int:
        """The number of the process that does it."""
        return int(self._ask({"act": act, "args": args, "point": point})["pid"])

    def wait(self, pid: int) -> int:
        """How it ended."""
        return int(self._ask({"wait": pid})["exit"])

    def do(self, act: str, *args: Any) -> None:
        """To its end."""
        assert self.wait(self.start(act, *args)) == 0, self.errors()

    def killed(self, act: str, *args: Any, point: str) -> None:
        """Until it kills itself there."""
        assert self.wait(self.start(act, *args, point=point)) == -signal.SIGKILL, self.errors()

    def shop(self) -> str:
        """A tenant of its own with a launched campaign; its schema."""
        self.number += 1
        self.set_clock(0)
        self.slug = f"sender-{'k' if self.keyed else 'n'}-{os.getpid()}-{self.number}"
        self.do("make", self.slug, PEOPLE)
        return f"t_{self.slug.replace('-', '_')}"

    def errors(self) -> str:
        return os.pread(self._errors.fileno(), 1 << 20, 0).decode(errors="replace")[-3000:]

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._errors.close()

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self.errors()
        answer: dict[str, Any] = json.loads(line)
        return answer


@pytest.fixture(scope="module", params=[True, False], ids=["keyed", "no_key"])
def stage(installation: Installation, request: pytest.FixtureRequest) -> Iterator[Stage]:
    with sandbox_running(keyed=request.param) as sandbox:
        made = Stage(installation, sandbox, keyed=request.param)
        yield made
        made.stop()


def states(stage: Stage, schema: str) -> dict[str, int]:
    return dict(stage.installation.ask(f"SELECT state, count(*) FROM {schema}.campaigns_message GROUP BY 1"))


def time_passes(stage: Stage, schema: str) -> None:
    """Leases run out, and doubts are due for a look: in five minutes they would be by themselves."""
    stage.installation.ask(
        f"UPDATE {schema}.campaigns_message SET lease_until = lease_until - interval '1 hour',"
        " look_up_at = look_up_at - interval '1 hour' WHERE state IN ('claimed', 'attempting', 'unknown') RETURNING id"
    )


def wait_for_silence(stage: Stage) -> None:
    """What a killed sender had sent to the server still lands: wait until nothing is at work there."""
    busy = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend' AND state <> 'idle'"
    )
    deadline = time.monotonic() + 20
    while stage.installation.ask(busy) != [(0,)]:
        assert time.monotonic() < deadline, stage.errors()
        time.sleep(0.05)


def recover(stage: Stage, schema: str) -> None:
    """The relay runs until nothing is left to do; a person resolves what waits for one."""
    for minutes in (1, 20, 60):
        time_passes(stage, schema)
        stage.do("recover", stage.slug, minutes)
    assert set(states(stage, schema)) <= {"accepted", "delivered", "unknown"}
    if "unknown" in states(stage, schema):
        stage.do("resolve", stage.slug, sorted(taken(stage, schema)))
        stage.do("recover", stage.slug, 90)


def taken(stage: Stage, schema: str) -> Counter[str]:
    """How often the provider took each of this tenant's messages."""
    ours = {str(row[0]) for row in stage.installation.ask(f"SELECT public_id FROM {schema}.campaigns_message")}
    return Counter(entry["id"] for entry in stage.sandbox.ledger.all() if entry["id"] in ours)


def judge(stage: Stage, schema: str) -> None:
    """Every customer got the message once; ledger of contacts, coupons and states agree with the provider's."""
    recover(stage, schema)
    count = taken(stage, schema)
    assert (len(count), max(count.values())) == (PEOPLE, 1), states(stage, schema)
    assert sum(states(stage, schema).values()) == PEOPLE
    assert set(states(stage, schema)) <= {"accepted", "delivered"}
    ask = stage.installation.ask
    assert ask(f"SELECT count(*), bool_or(reserved) FROM {schema}.customers_touch") == [(PEOPLE, False)]
    assert ask(f"SELECT taken FROM {schema}.campaigns_offer") == [(PEOPLE,)]
    assert ask(f"SELECT state, count(*) FROM {schema}.campaigns_coupon GROUP BY 1") == [("committed", PEOPLE)]
    assert ask(f"SELECT count(*) FROM {schema}.campaigns_enrollment") == [(PEOPLE,)]
    assert ask(f"SELECT count(*) FROM {schema}.campaigns_attempt WHERE outcome = ''") == [(0,)]


@pytest.mark.parametrize("point", ["before_plan_commit", "after_plan_commit", "planner_mid_batch"])
def test_a_killed_planner(stage: Stage, chance: Random, point: str) -> None:
    schema = stage.shop()
    stage.killed("plan", stage.slug, point=point)
    ((planned,),) = stage.installation.ask(f"SELECT count(*) FROM {schema}.campaigns_message")
    assert planned == {"before_plan_commit": 0, "planner_mid_batch": 20, "after_plan_commit": PEOPLE}[point]
    judge(stage, schema)


def test_a_lost_wake_up(stage: Stage, chance: Random) -> None:
    schema = stage.shop()
    stage.do("plan", stage.slug)
    assert states(stage, schema) == {"planned": PEOPLE}
    judge(stage, schema)


@pytest.mark.parametrize(
    ("point", "left"),
    [
        ("cap_reserved", {"planned": 60}),
        ("coupon_issued", {"planned": 60}),
        ("after_claim", {"claimed": 60}),
        ("after_attempt_commit", {"attempting": 8, "claimed": 52}),
        ("answer_read", {"attempting": 8, "claimed": 52}),
        ("after_commit", {"accepted": 8, "attempting": 16, "claimed": 36}),
    ],
)
def test_a_killed_sender(stage: Stage, chance: Random, point: str, left: dict[str, int]) -> None:
    schema = stage.shop()
    stage.do("plan", stage.slug)
    stage.killed("send", stage.slug, point=point)
    found = states(stage, schema)
    if point != "after_commit":  # how large the second group is, the first one's speed decides
        assert found == left
    assert found.get("attempting", 0) <= 16
    judge(stage, schema)


def test_a_sender_killed_while_the_provider_has_its_request(stage: Stage, chance: Random) -> None:
    schema = stage.shop()
    stage.do("plan", stage.slug)
    before = len(stage.sandbox.ledger.all())
    goal = before + chance.randrange(1, 6)
    stage.sandbox.settings["answer_delay"] = 0.1
    sender = stage.start("send", stage.slug)
    deadline = time.monotonic() + 60
    while len(stage.sandbox.ledger.all()) < goal:
        assert time.monotonic() < deadline, stage.errors()
        time.sleep(0.005)
    os.kill(sender, signal.SIGKILL)
    stage.sandbox.settings["answer_delay"] = 0.0
    assert stage.wait(sender) == -signal.SIGKILL
    assert states(stage, schema)["attempting"] >= 1
    judge(stage, schema)


def test_a_web_process_killed_with_a_receipt_in_hand(stage: Stage, chance: Random) -> None:
    schema = stage.shop()
    stage.do("plan", stage.slug)
    stage.sandbox.settings.update(kinds=["delivered"], times=2)
    web = stage.start("serve", stage.port, point="webhook_received")
    try:
        stage.do("send", stage.slug)
        assert stage.wait(web) == -signal.SIGKILL, stage.errors()
        web = stage.start("serve", stage.port)
        deadline = time.monotonic() + 60
        receipts = f"SELECT count(*) FROM {schema}.campaigns_receipt"
        while stage.installation.ask(receipts) != [(PEOPLE,)]:
            assert time.monotonic() < deadline, (stage.installation.ask(receipts), stage.errors())
            time.sleep(0.05)
    finally:
        stage.sandbox.settings.update(kinds=[], times=1)
        os.kill(web, signal.SIGKILL)
        stage.wait(web)
    judge(stage, schema)
    assert states(stage, schema) == {"delivered": PEOPLE}
    facts = f"SELECT count(*) FROM {schema}.customers_event WHERE name = 'message_delivered'"
    assert stage.installation.ask(facts) == [(PEOPLE,)]


WORKER = ["-m", "celery", "-A", "retention.celery", "worker", "--pool", "prefork", "--concurrency", "2"]


def wait_for(stage: Stage, schema: str, count: int, *, worker: StayProcess, tick: bool = False) -> None:
    """Until the provider took so many of this tenant's messages."""
    deadline, minute = time.monotonic() + 90, 0
    while len(taken(stage, schema)) < count:
        assert worker.is_running(), str(worker)
        assert time.monotonic() < deadline, (states(stage, schema), str(worker))
        if tick:
            minute += 1
            stage.set_clock(minute)
            stage.do("tick", stage.slug, minute)
        time.sleep(3 if tick else 0.3)


def settled(stage: Stage, schema: str) -> bool:
    """Everybody has one accepted message."""
    deadline = time.monotonic() + 30
    while states(stage, schema) != {"accepted": PEOPLE} and time.monotonic() < deadline:
        time.sleep(0.1)
    count = taken(stage, schema)
    return states(stage, schema) == {"accepted": PEOPLE} and len(count) == PEOPLE and set(count.values()) == {1}


def test_a_task_delivered_five_times_does_nothing_more(stage: Stage) -> None:
    schema = stage.shop()
    stage.do("wake", stage.slug, 5)
    with stage.installation.start(WORKER, environment=stage.environment) as worker:
        wait_for(stage, schema, PEOPLE, worker=worker)
        assert settled(stage, schema), states(stage, schema)


def test_a_broker_flushed_in_mid_campaign_loses_nothing(stage: Stage) -> None:
    broker = redis.from_url(stage.installation.environment["BROKER_URL"])
    schema = stage.shop()
    stage.do("wake", stage.slug, 1)
    broker.flushall()
    stage.sandbox.settings["answer_delay"] = 0.05
    with stage.installation.start(WORKER, environment=stage.environment) as worker:
        wait_for(stage, schema, 5, worker=worker, tick=True)
        broker.flushall()
        worker.kill()
    stage.sandbox.settings["answer_delay"] = 0.0
    broker.flushall()
    wait_for_silence(stage)
    time_passes(stage, schema)
    with stage.installation.start(WORKER, environment=stage.environment) as worker:
        if stage.keyed:
            wait_for(stage, schema, PEOPLE, worker=worker, tick=True)
            assert settled(stage, schema), states(stage, schema)
            return
        wait_for(stage, schema, PEOPLE - 16, worker=worker, tick=True)
    judge(stage, schema)


def test_twenty_workers_never_go_over_a_cap(stage: Stage) -> None:
    slug = f"race-{'k' if stage.keyed else 'n'}-{os.getpid()}"
    stage.do("make_rivals", slug, 12, 8)
    senders = [stage.start("send_few", slug) for _ in range(20)]
    assert [stage.wait(sender) for sender in senders] == [0] * 20, stage.errors()
    schema = f"t_{slug.replace('-', '_')}"
    for _ in range(3):
        stage.installation.ask(f"UPDATE {schema}.campaigns_message SET due_at = planned_at RETURNING id")
        stage.do("send_few", slug)
    customers = f"SELECT count(*) FROM {schema}.customers_touch WHERE NOT reserved GROUP BY customer_id"
    assert stage.installation.ask(customers) == [(2,)] * 12
    assert sum(taken(stage, schema).values()) == 24


@pytest.mark.parametrize(("act", "seconds"), [("refuse_all", 1.0), ("stop_all", 2.0)])
def test_an_opt_out_and_a_stop_act_at_once_under_load(stage: Stage, act: str, seconds: float) -> None:
    slug = f"halt-{act.replace('_', '-')}-{'k' if stage.keyed else 'n'}-{os.getpid()}"
    stage.do("make_rivals", slug, 400, 1)
    schema = f"t_{slug.replace('-', '_')}"
    stage.sandbox.settings["answer_delay"] = 0.02
    senders = [stage.start("send", slug) for _ in range(2)]
    deadline = time.monotonic() + 60
    while len(taken(stage, schema)) < 20:
        assert time.monotonic() < deadline, stage.errors()
        time.sleep(0.02)
    stage.do(act, slug)
    done = time.time()
    assert [stage.wait(sender) for sender in senders] == [0, 0], stage.errors()
    stage.sandbox.settings["answer_delay"] = 0.0
    ours = taken(stage, schema)
    last = max(entry["taken_at"] for entry in stage.sandbox.ledger.all() if entry["id"] in ours)
    print(f"{act}: the last send {last - done:+.2f} s after it")
    assert last - done <= seconds
    assert 20 <= len(ours) < 400
