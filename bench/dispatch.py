"""P10: mail through a real SMTP connection: ours, one turn for each message, and a bare lease-and-send loop.

Ours claims 500 at a time with every check, reserves the caps, renders, commits each attempt before the network and
each outcome after it. The second does the same for one message at a time over a connection of its own, as a task for
each message would. The third leases 500 and sends a ready text: no check, no attempt, no text to make.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.database import VOID_ABOVE_MS, bench_database, commit_ms, make_tenant

MESSAGES, SINGLE, ROUNDS = 2000, 200, 5
NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)


def run() -> dict[str, Any]:
    """``{"P10": {…}}``: messages a second of each way, and our ratio to both."""
    with bench_database(), sink() as port:
        from tenants.context import use_tenant

        with use_tenant(make_tenant("dispatch")), mail_to(port):
            _fill()
            before = commit_ms()
            found = _measure()
            after = commit_ms()
    valid = max(before, after) <= VOID_ABOVE_MS
    return {"P10": {**found, "commit_ms": [before, after], "valid": valid}}


@contextmanager
def sink() -> Iterator[int]:
    """The port of a sink in a process of its own."""
    with subprocess.Popen([sys.executable, "-m", "bench.smtp_sink"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


@contextmanager
def mail_to(port: int) -> Iterator[None]:
    """Mail goes to the sink."""
    from django.test import override_settings

    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_USE_TLS=False):
        yield


def _fill() -> None:
    """A group of due messages for each measurement, in minutes of their own; each customer gets one."""
    from campaigns.models import Message
    from tests.campaigns.sending.world import make_campaign, make_people

    campaign = make_campaign(launched=True, channel="email", body="Hi {{ nickname }}, come back.")
    assert campaign.current is not None
    step = campaign.current.steps.get()
    for group in range(3 * (ROUNDS + 1)):
        count = SINGLE if group % 3 == 1 else MESSAGES
        Message.objects.bulk_create(
            Message(
                campaign=campaign,
                step=step,
                customer=person,
                channel="email",
                purpose="marketing",
                planned_at=NOW,
                due_at=NOW + timedelta(minutes=group),
                not_after=NOW + timedelta(hours=24),
            )
            for person in make_people(count, f"g{group}x")
        )


def _measure() -> dict[str, Any]:
    ways: tuple[tuple[str, Callable[[datetime], None], int], ...] = (
        ("ours", _ours, MESSAGES),
        ("one_at_a_time", _one_at_a_time, SINGLE),
        ("bare_loop", _bare_loop, MESSAGES),
    )
    speeds: dict[str, list[float]] = {name: [] for name, _way, _count in ways}
    for round_ in range(ROUNDS + 1):
        for place, (name, way, count) in enumerate(ways):
            now = NOW + timedelta(minutes=3 * round_ + place)
            begin = time.perf_counter()
            way(now)
            speeds[name].append(count / (time.perf_counter() - begin))
    _assert_all_sent()
    warm = {name: figures[1:] for name, figures in speeds.items()}
    median = {name: statistics.median(figures) for name, figures in warm.items()}
    return {
        "messages_a_second": {
            name: {"cold": round(speeds[name][0]), "median": round(median[name]),
                   "range": [round(min(figures)), round(max(figures))]}
            for name, figures in warm.items()
        },
        "ratio": round(median["ours"] / median["one_at_a_time"], 2),
        "of_bare_loop": round(median["ours"] / median["bare_loop"], 2),
        "rounds": ROUNDS,
    }  # fmt: skip


def _ours(now: datetime) -> None:
    from campaigns.services.sending import send_due

    send_due(clock=lambda: now, most=MESSAGES)


def _one_at_a_time(now: datetime) -> None:
    from campaigns.enums import Lane
    from campaigns.services.claiming import claim_batch
    from campaigns.services.sending import deliver

    while (claim := claim_batch(lane=Lane.CAMPAIGN, now=now, most=1)).looked_at:
        deliver(claim, clock=lambda: now)


def _bare_loop(now: datetime) -> None:
    import smtplib

    from django.conf import settings
    from django.db import connection, transaction

    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as smtp:
        while True:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE campaigns_message m SET state = 'claimed', claim = gen_random_uuid(),"
                    " lease_until = now() + interval '5 minutes' FROM customers_customer c"
                    " WHERE c.id = m.customer_id AND m.id IN (SELECT o.id FROM campaigns_message o"
                    " WHERE o.state IN ('planned', 'not_sent') AND o.lane = 'campaign' AND o.due_at <= %s"
                    " ORDER BY o.due_at, o.id LIMIT 500 FOR UPDATE SKIP LOCKED) RETURNING m.id, c.email",
                    [now],
                )
                leased = cursor.fetchall()
            if not leased:
                return
            for number, email in leased:
                text = f"Message-ID: <{number}@bench>\r\nSubject: Hello\r\nTo: {email}\r\n\r\nHi, come back.\r\n"
                smtp.sendmail("stay@localhost", [email], text)
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE campaigns_message SET state = 'accepted', accepted_at = %s WHERE id = ANY(%s)",
                    [now, [number for number, _email in leased]],
                )


def _assert_all_sent() -> None:
    from campaigns.models import Message

    assert set(Message.objects.values_list("state", flat=True).distinct().order_by()) == {"accepted"}
