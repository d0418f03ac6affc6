"""Responses: once for each alert, whatever happens to the queue; failures are shown and tried again by hand."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connections

from retention.alerts.models import Alert, AlertEntry, Response
from retention.alerts.responses import Response as Registered
from retention.alerts.responses import choice_label, choices, responses
from retention.alerts.services.responding import retry_response, run_waiting, start_response
from retention.common.errors import Conflict, DomainError
from tenants.context import find_tenant, use_tenant
from tenants.models import Tenant
from tenants.people.models import User
from tests.alerts.conftest import NOW, Spy, decay, open_alerts
from tests.customers.facts import make_customer

WORKERS = 4


def test_choices_are_responses_and_their_options_in_words(tenant: Tenant, spy: Spy) -> None:
    ours = [choice for choice in choices() if choice[0].startswith("sp")]
    assert ours == [("spy", "Spy"), ("spies:a", "Spies: A"), ("spies:b", "Spies: B")]
    assert [choice_label("spies", "b"), choice_label("gone", "x")] == ["Spies: B", "gone:x"]


def test_a_waiting_one_runs_once_however_often_it_is_asked(alert: Alert, spy: Spy) -> None:
    Response.objects.create(alert=alert, code="spies", option="b")
    assert [run_waiting(now=NOW) for _ in range(5)] == [1, 0, 0, 0, 0]
    assert spy.asked == [(alert.pk, None, "b")]
    row = Response.objects.get()
    assert (row.status, row.url, row.attempts, row.done_at) == ("done", "/made/", 1, NOW)
    assert AlertEntry.objects.filter(kind="responded").values_list("text", flat=True).get() == "Spies: B"


def test_a_refusal_is_kept_in_words_and_tried_again_by_a_person(alert: Alert, spy: Spy, max_: User) -> None:
    row = Response.objects.create(alert=alert, code="spy")
    spy.refuse()
    assert [run_waiting(now=NOW), run_waiting(now=NOW)] == [0, 0]
    row.refresh_from_db()
    assert (row.status, row.error, row.attempts) == ("failed", "Nobody can do it. Invite somebody.", 1)
    spy.broken = None
    assert retry_response(response=row, actor=max_, now=NOW)
    assert spy.asked == [(alert.pk, max_, "")]
    with pytest.raises(Conflict):
        retry_response(response=row, actor=max_, now=NOW)
    kinds = list(AlertEntry.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["opened", "failed", "retried", "responded"]


def test_a_defect_leaves_nothing_behind_and_holds_up_no_other(alert: Alert, spy: Spy) -> None:
    def half_done(alert: Alert, *, actor: object, now: object, option: str) -> str:
        make_customer("half-done", NOW)
        raise ZeroDivisionError

    responses.register(Registered("half", "Half", half_done))
    try:
        Response.objects.create(alert=alert, code="half")
        Response.objects.create(alert=alert, code="spy")
        assert run_waiting(now=NOW) == 1
    finally:
        responses._things.pop("half")
    assert list(Response.objects.order_by("id").values_list("status", "error")) == [
        ("failed", "A defect: ZeroDivisionError"),
        ("done", ""),
    ]
    assert alert.monitor.alerts.filter(customer__external_id="half-done").count() == 0
    from retention.customers.models import Customer

    assert not Customer.objects.filter(external_id="half-done").exists()


def test_one_started_by_hand_is_refused_a_second_time(alert: Alert, spy: Spy, max_: User) -> None:
    assert start_response(alert=alert, choice="spies:a", actor=max_, now=NOW)
    with pytest.raises(Conflict):
        start_response(alert=alert, choice="spies:a", actor=max_, now=NOW)
    with pytest.raises(DomainError, match="no such response"):
        start_response(alert=alert, choice="spies:z", actor=max_, now=NOW)
    assert spy.asked == [(alert.pk, max_, "a")]


@pytest.mark.django_db(transaction=True)
def test_workers_that_race_for_a_response_run_it_once(acme: Tenant, spy: Spy) -> None:
    with use_tenant(acme):
        (alert,) = open_alerts(decay())
        Response.objects.create(alert=alert, code="spy")
    ready, done = Barrier(WORKERS, timeout=30), []

    def work() -> None:
        try:
            with use_tenant(find_tenant("acme")):
                ready.wait()
                done.append(run_waiting(now=NOW))
        finally:
            connections.close_all()

    connections.close_all()
    workers = [Thread(target=work, daemon=True) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with use_tenant(acme):
        assert sorted(done) == [0] * (WORKERS - 1) + [1]
        assert spy.asked == [(alert.pk, None, "")]
        assert AlertEntry.objects.filter(kind="responded").count() == 1
