"""Runs take turns, can be stopped, and say how long they will still take."""

from __future__ import annotations

import threading
from collections import deque
from datetime import date

import pytest
from django.db import connections, transaction

from retention.common.errors import DomainError
from retention.scoring import tasks
from retention.scoring.enums import RunStatus, ShardStatus
from retention.scoring.models import CustomerScore, ScoreRun
from retention.scoring.selectors.progress import left_words, running_runs, seconds_left
from retention.scoring.services.runs import advance, advance_for, request_run, stop_run
from tenants.context import use_tenant
from tenants.governance.models import AuditEntry, Policy
from tenants.models import Tenant
from tenants.people.models import User
from tests.scoring.loading import NOW, load_orders
from tests.scoring.rhythms import day, orders

SHARDS = 6


def ask(as_of: date) -> ScoreRun:
    return request_run(as_of=as_of, now=NOW)


def cut_into_shards() -> None:
    """A base of sixty, ten to a shard."""
    load_orders(orders(60, 0, 200, seed=1))
    Policy.objects.create(name="runs.shard_customers", value=10)


def test_a_large_run_does_not_keep_another_tenant_waiting(
    acme: Tenant, rival: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue: deque[tuple[Tenant, int]] = deque()
    monkeypatch.setattr(tasks, "TURN_SECONDS", 0.0)
    for tenant, loads in ((acme, cut_into_shards), (rival, lambda: load_orders(orders(10, 0, 200, seed=2)))):
        with use_tenant(tenant):
            loads()
            queue.append((tenant, ask(day(200)).pk))
    ended = []
    while queue:  # one worker, which takes what was queued first
        tenant, run = queue.popleft()
        with use_tenant(tenant), monkeypatch.context() as patch:
            patch.setattr(tasks.advance_run, "wake", lambda run, tenant=tenant: queue.append((tenant, run)))
            tasks.advance_run(tenant=tenant.slug, run=run)
            if ScoreRun.objects.get(pk=run).status == RunStatus.DONE and tenant.slug not in ended:
                ended.append(tenant.slug)
    assert ended == ["rival", "acme"]


def test_a_stopped_run_is_never_in_force_and_leaves_nothing(tenant: Tenant, ada: User) -> None:
    cut_into_shards()
    before = advance(ask(day(190)).pk, clock=lambda: NOW)
    run = ask(day(200))
    assert advance_for(run.pk, seconds=0.0, clock=lambda: NOW)
    stop_run(run.pk, actor=ada, now=NOW)
    stopped = advance(run.pk, clock=lambda: NOW)
    assert (stopped.status, stopped.finished_at, stopped.is_current) == ("stopped", NOW, False)
    assert ScoreRun.objects.get(is_current=True) == before
    assert AuditEntry.objects.filter(action="run.stopped", target=f"run:{run.public_id}").count() == 1
    with pytest.raises(DomainError, match="ended already"):
        stop_run(run.pk, actor=ada, now=NOW)
    advance(ask(day(201)).pk, clock=lambda: NOW)
    assert not CustomerScore.objects.filter(run=run).exists()


@pytest.mark.django_db(transaction=True)
def test_a_run_that_a_worker_holds_is_not_stopped_under_its_hands(tenant: Tenant, ada: User) -> None:
    run = ask(day(200))
    held, told = threading.Event(), threading.Event()

    def worker() -> None:
        try:
            with use_tenant(tenant), transaction.atomic():
                ScoreRun.objects.select_for_update().get(pk=run.pk)
                held.set()
                told.wait(timeout=30)
        finally:
            connections.close_all()

    thread = threading.Thread(target=worker)
    thread.start()
    assert held.wait(timeout=30)
    with pytest.raises(DomainError, match="A worker is preparing this run"):
        stop_run(run.pk, actor=ada, now=NOW)
    told.set()
    thread.join(timeout=30)
    stop_run(run.pk, actor=ada, now=NOW)
    assert ScoreRun.objects.get(pk=run.pk).status == RunStatus.STOPPED


def test_what_is_left_follows_the_pace_so_far(tenant: Tenant) -> None:
    cut_into_shards()
    run = ask(day(200))
    assert running_runs(at=0)[0].left == ""
    advance_for(run.pk, seconds=0.0, clock=lambda: NOW)
    run.refresh_from_db()
    shards = run.pieces.count()
    assert run.pieces.filter(status=ShardStatus.DONE).count() == 1
    assert seconds_left(run, at=run.summary["prepared"] + 30) == pytest.approx(30 * (shards - 1))
    done = advance(run.pk, clock=lambda: NOW)
    following = ask(day(201))
    assert seconds_left(following, at=0) == done.seconds


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, ""), (59, "less than a minute left"), (61, "about 2 minutes left")]
)
def test_the_time_left_is_told_in_whole_minutes(seconds: float | None, words: str) -> None:
    assert left_words(seconds) == words
