"""A count can be stopped on the server, by the one who waits for it alone; one that takes too long is estimated."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.db import connection

from retention.common.errors import DomainError
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields import Field, Source, fields
from retention.segments.models import Segment
from retention.segments.selectors import counting as counting_module
from retention.segments.selectors.counting import CountTooLong, count_draft, count_tag, estimate_count, stop_counting
from retention.segments.selectors.members import count_members
from tenants.context import as_login, find_tenant, use_tenant
from tenants.models import Tenant
from tenants.people.models import User
from tests.segments.fields.everything import Everything
from tests.segments.world import D, World

SLOW = Field(
    "slow",
    "slow",
    FieldType.NUMBER,
    "{s}.n",
    FieldGroup.CUSTOMER,
    Source("slow", "SELECT k.id AS customer_id, length(pg_sleep(30)::text) AS n FROM customers_customer k"),
)
RULE = {"field": "slow", "op": "known"}
QUICK = {"field": "external_id", "op": "known"}


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field that takes half a minute."""
    monkeypatch.setitem(fields._things, "slow", SLOW)


def running(tag: str) -> int:
    """How many server processes count under `tag`."""
    with as_login(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND starts_with(query, %s)", [f"/* {tag} */"]
        )
        return int(cursor.fetchone()[0])


def wait_for(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.02)


@contextmanager
def counting(tag: str) -> Iterator[list[str]]:
    """Somebody counts the slow rule under `tag` meanwhile; what became of it is in the list at the end."""
    told: list[str] = []

    def count() -> None:
        try:
            with use_tenant(find_tenant("acme")):
                count_draft(RULE, as_of=D, tag=tag, seconds=25)
                told.append("counted")
        except DomainError as error:
            told.append(error.code)
        finally:
            connection.close()

    thread = threading.Thread(target=count)
    thread.start()
    wait_for(lambda: running(tag) == 1)
    yield told
    thread.join(25)
    assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("slow")
def test_a_stop_cancels_exactly_the_count_that_is_meant(world: World, max_: User) -> None:
    world.customer("c")
    mine, other = (count_tag(max_, form) for form in ("one", "two"))
    with counting(other) as others, counting(mine) as told:
        assert stop_counting(mine) == 1
        wait_for(lambda: bool(told))
        assert (told, running(mine), running(other), others) == (["count_stopped"], 0, 1, [])
        assert stop_counting(mine) == 0
        assert stop_counting(other) == 1
    assert others == ["count_stopped"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("slow")
def test_a_newer_count_stops_the_older(world: World, max_: User) -> None:
    world.customer("c")
    tag = count_tag(max_, "one")
    with counting(tag) as told:
        assert count_draft(QUICK, as_of=D, tag=tag, seconds=10).reach.customers == 1
        wait_for(lambda: bool(told))
    assert told == ["count_stopped"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("slow")
def test_a_process_that_was_stopped_works_on(world: World, max_: User) -> None:
    """A hundred stops at any moment of quick counts: each count ends as counted or as stopped, and nothing else."""
    world.customer("c")
    tag, told, go_on = count_tag(max_, "one"), [], threading.Event()

    def stop() -> None:
        with use_tenant(find_tenant("acme")):
            while not go_on.is_set():
                stop_counting(tag)
        connection.close()

    thread = threading.Thread(target=stop)
    thread.start()
    try:
        for _ in range(100):
            try:
                told.append(count_draft(QUICK, as_of=D, tag=tag, seconds=10).reach.customers)
            except DomainError as error:
                told.append(error.code)
            assert count_members(QUICK, as_of=D) == 1
    finally:
        go_on.set()
        thread.join()
    assert set(told) <= {1, "count_stopped"}
    assert len(told) == 100


@pytest.mark.usefixtures("slow")
def test_a_server_whose_clock_runs_ahead_ends_a_count_at_its_limit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.customer("c")
    ours = SimpleNamespace(monotonic=lambda: time.monotonic() * 0.97)
    monkeypatch.setattr(counting_module, "time", ours)
    with pytest.raises(CountTooLong):
        count_draft(RULE, as_of=D, tag=count_tag(None, "one"), seconds=1)
    assert estimate_count(RULE, as_of=D, tag=count_tag(None, "one"), seconds=1) is None


def test_the_tag_is_the_person_s_the_tenant_s_and_the_form_s(
    acme: Tenant, rival: Tenant, max_: User, ada: User
) -> None:
    with use_tenant(acme):
        tags = [count_tag(person, form) for person in (max_, ada) for form in ("one", "two", "*/; SELECT 1; --")]
    with use_tenant(rival):
        tags.append(count_tag(max_, "one"))
    assert len(set(tags)) == 7
    assert all(tag.isalnum() for tag in tags)


@pytest.mark.usefixtures("slow")
def test_a_count_that_takes_too_long_is_given_up_and_the_connection_works_on(world: World, max_: User) -> None:
    world.customer("c")
    tag = count_tag(max_, "one")
    with pytest.raises(CountTooLong, match="longer than 1 seconds"):
        count_draft(RULE, as_of=D, tag=tag, seconds=1)
    assert estimate_count(RULE, as_of=D, tag=tag, seconds=1) is None
    assert count_members(QUICK, as_of=D) == 1


def test_an_estimate_that_asks_everybody_is_the_count(world: World, max_: User) -> None:
    """One by one, each ready rule and each of two others says of the same customers what it says of all at once."""
    for n, first in enumerate([1, 9, 40, 70, -3]):
        Everything(world, world.customer(f"c{n}", email=f"c{n}@example.com"), first).write()
    world.settle()
    rules = [segment.rule for segment in Segment.objects.all()]
    rules += [
        {"field": "campaign_outcomes", "op": "any", "value": ["clicked"]},
        {"not": {"field": "feedback_topics", "op": "any", "value": ["service"]}},
    ]
    counts = [count_members(rule, as_of=D) for rule in rules]
    assert sum(counts) > 5
    found = [estimate_count(rule, as_of=D, tag=count_tag(max_, "one")) for rule in rules]
    assert [(e.about, e.asked, e.everyone) for e in found if e] == [
        (count, 4, 4) for count in counts
    ]  # one came later


def test_nobody_to_ask_gives_no_estimate(world: World, max_: User) -> None:
    assert estimate_count(QUICK, as_of=D, tag=count_tag(max_, "one")) is None
