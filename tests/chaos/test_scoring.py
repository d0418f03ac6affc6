"""kill -9 of scoring in the middle of a run: whoever takes it up ends where an undisturbed run ends."""

from __future__ import annotations

import csv
import json
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.chaos.installation import Installation
from tests.chaos.process import StayProcess

pytestmark = pytest.mark.timeout(900)  # starts a dozen processes
AS_OF, BEFORE = "2024-06-30", "2024-06-20"
WORKER = ["-m", "celery", "-A", "retention.celery", "worker", "--pool", "prefork", "--concurrency", "2"]
SCORES = """
SELECT c.external_id, s.frequency, s.recency, s.t, s.p_alive, s.expected_90d, s.clv, s.r_score, s.f_score, s.m_score,
       s.tier, s.r, s.pool, s.stage, s.health, s.health_x::text, s.churn_probability, s.churn_why::text
FROM {0}.scoring_customerscore s JOIN {0}.customers_customer c ON c.id = s.customer_id
WHERE s.run_id = (SELECT id FROM {0}.scoring_scorerun WHERE is_current) ORDER BY 1
"""
SPELLS = """
SELECT c.external_id, p.pool, p.entered_on, p.left_on, p.reason FROM {0}.scoring_poolspell p
JOIN {0}.customers_customer c ON c.id = p.customer_id ORDER BY 1, 3
"""
TERMS = """
SELECT c.external_id, t.mark, t.first_on FROM {0}.scoring_paidterms t
JOIN {0}.customers_customer c ON c.id = t.customer
WHERE t.run_id = (SELECT id FROM {0}.scoring_scorerun WHERE is_current) ORDER BY 1
"""
COHORTS = "SELECT cohort, month, active, buyers, payers, revenue FROM {0}.scoring_cohortmonth ORDER BY 1, 2"
Result = tuple[list[list[Any]], str]


@pytest.fixture(scope="module")
def orders_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,200 customers who buy at rates of their own for a year and a half, and stop. Beside it: what every third pays
    for a membership, and what is told later (of these every other's fee, and new terms of others)."""
    dice = Random(7)
    path = tmp_path_factory.mktemp("chaos") / "orders.csv"
    first = [(f"c{n}", "2024-01-15", "2025-01-14", 120) for n in range(0, 1200, 3)]
    later = [(f"c{n}", "2024-01-15", "2025-01-14", 90) for n in range(0, 1200, 6)]
    later += [(f"c{n}", "2024-06-25", "2024-07-24", 15) for n in range(1, 1200, 15)]
    for name, rows in (("terms.csv", first), ("later_terms.csv", later)):
        lines = ["customer,level,since,ends_on,amount", *(f"{who},plus,{a},{b},{fee}" for who, a, b, fee in rows)]
        path.with_name(name).write_text("\n".join(lines), encoding="utf-8")
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["order_id", "customer", "ordered_at", "amount", "category"])
        for customer in range(1200):
            day, rate, last = date(2023, 1, 1), dice.gammavariate(1, 20) + 3, dice.randrange(30, 540)
            start = dice.randrange(300)
            day += timedelta(days=start)
            number = 0
            while day <= date(2024, 6, 30) and (day - date(2023, 1, 1)).days < start + last:
                amount = f"{dice.uniform(5, 80):.2f}"
                writer.writerow([f"{customer}-{number}", f"c{customer}", day.isoformat(), amount, f"k{customer % 4}"])
                day += timedelta(days=max(1, round(dice.expovariate(1 / rate))))
                number += 1
    return path


def shop(installation: Installation, slug: str, orders: Path) -> str:
    """A tenant with these orders and terms, scored in pieces of 100; returns its schema."""
    act(installation, "shop", slug, str(orders))
    bring_terms(installation, slug, orders.with_name("terms.csv"))
    return f"t_{slug.replace('-', '_')}"


def bring_terms(installation: Installation, slug: str, terms: Path) -> None:
    assert installation.run("import_data", slug, "memberships", str(terms))["refused"] == 0


def result(installation: Installation, schema: str) -> Result:
    ((fingerprint,),) = installation.ask(f"SELECT fingerprint FROM {schema}.scoring_scorerun WHERE is_current")
    return [installation.ask(rows.format(schema)) for rows in (SCORES, SPELLS, TERMS, COHORTS)], fingerprint


def left_behind(installation: Installation, schema: str) -> list[Any]:
    """Marks of paid terms that belong to no run in force."""
    query = (
        "SELECT DISTINCT run_id FROM {0}.scoring_paidterms EXCEPT SELECT id FROM {0}.scoring_scorerun WHERE is_current"
    )
    return installation.ask(query.format(schema))


@pytest.fixture(scope="module")
def calm(installation: Installation, orders_file: Path) -> tuple[Result, float]:
    """What an undisturbed run gives, and how long it takes."""
    schema = shop(installation, "calm-shop", orders_file)
    began = time.monotonic()
    answer = installation.run("score", "calm-shop", "--as-of", AS_OF)
    seconds = time.monotonic() - began
    assert answer["customers"] == 1200
    assert answer["models"]["churn"]["identified"], answer["models"]["churn"]
    found = result(installation, schema)
    assert all(found[0]), "something compared is empty"
    return found, seconds


def done(installation: Installation, schema: str) -> int:
    ((count,),) = installation.ask(f"SELECT count(*) FROM {schema}.scoring_scoreshard WHERE status = 'done'")
    return count


def ended(installation: Installation, schema: str) -> bool:
    rows = installation.ask(f"SELECT status FROM {schema}.scoring_scorerun ORDER BY id DESC LIMIT 1")
    return rows == [("done",)]


def act(installation: Installation, *words: str) -> None:
    with installation.start(["-m", "tests.chaos.scoring", *words]) as process:
        assert process.wait(within=240) == 0, str(process)


def wait_until_ended(installation: Installation, schema: str, worker: StayProcess) -> None:
    deadline = time.monotonic() + 120
    while not ended(installation, schema):
        assert worker.is_running(), str(worker)
        assert time.monotonic() < deadline, json.dumps(
            [[str(v) for v in row] for row in installation.ask(f"SELECT * FROM {schema}.scoring_scoreshard")]
        )
        time.sleep(0.1)


def take_up(installation: Installation, schema: str, slug: str) -> int:
    """Let a worker end whatever run was killed and has not ended; how many there were."""
    query = f"SELECT count(*) FROM {schema}.scoring_scorerun WHERE status IN ('queued', 'running')"
    ((unfinished,),) = installation.ask(query)
    if unfinished:
        act(installation, "wake", slug)
        with installation.start(WORKER) as worker:
            deadline = time.monotonic() + 120
            while installation.ask(query) != [(0,)]:
                assert worker.is_running(), str(worker)
                assert time.monotonic() < deadline, "a killed run was not taken up"
                time.sleep(0.1)
    return int(unfinished)


def test_a_killed_worker_s_run_is_taken_up_and_ends_equal(
    installation: Installation,
    calm: tuple[Result, float],
    orders_file: Path,
    chance: Random,
    request: pytest.FixtureRequest,
) -> None:
    expected, _seconds = calm
    slug = f"killed-shop-{request.node.callspec.indices['chance']}"
    schema = shop(installation, slug, orders_file)
    act(installation, "request", slug, AS_OF)
    act(installation, "wake", slug)
    goal = chance.randrange(1, 8)
    with installation.start(WORKER) as worker:
        worker.kill_when(lambda: done(installation, schema) >= goal)
    assert not ended(installation, schema), "killed too late to show anything"
    act(installation, "wake", slug)
    with installation.start(WORKER) as worker:
        wait_until_ended(installation, schema, worker)
    assert result(installation, schema) == expected


def test_a_run_killed_at_any_moment_leaves_nothing_half_done(
    installation: Installation,
    calm: tuple[Result, float],
    orders_file: Path,
    chance: Random,
    request: pytest.FixtureRequest,
) -> None:
    expected, seconds = calm
    slug = f"cut-shop-{request.node.callspec.indices['chance']}"
    schema = shop(installation, slug, orders_file)
    with installation.start(["manage.py", "score", slug, "--as-of", AS_OF, "--json"]) as command:
        command.wait_at_most(chance.uniform(0.3, 1) * seconds)
    current = installation.ask(f"SELECT count(*) FROM {schema}.scoring_scorerun WHERE is_current")
    rows = installation.ask(f"SELECT count(*) FROM {schema}.scoring_poolspell")
    assert (current == [(1,)]) == (rows != [(0,)])
    if current == [(1,)]:
        assert result(installation, schema) == expected
    answer = installation.run("score", slug, "--as-of", AS_OF)
    assert answer["fingerprint"] == expected[1]
    take_up(installation, schema, slug)
    assert result(installation, schema) == expected
    assert left_behind(installation, schema) == []


def test_a_command_killed_between_its_parts_comes_too_late_when_it_is_taken_up(
    installation: Installation, calm: tuple[Result, float], orders_file: Path
) -> None:
    """Its successor is in force by then: it takes nobody's place, and what it had noted is gone."""
    schema = shop(installation, "late-shop", orders_file)
    with installation.start(["manage.py", "score", "late-shop", "--as-of", AS_OF, "--json"]) as command:
        command.kill_when(lambda: done(installation, schema) >= 1)
    assert not ended(installation, schema), "killed too late to show anything"
    assert installation.run("score", "late-shop", "--as-of", AS_OF)["fingerprint"] == calm[0][1]
    assert len(left_behind(installation, schema)) == 1
    assert take_up(installation, schema, "late-shop") == 1
    assert result(installation, schema) == calm[0]
    assert left_behind(installation, schema) == []


@pytest.fixture(scope="module")
def calm_refresh(installation: Installation, orders_file: Path) -> tuple[Result, Result, float]:
    """What stands before and after an undisturbed refresh, and how long it takes."""
    schema = shop(installation, "calm-daily", orders_file)
    installation.run("score", "calm-daily", "--as-of", BEFORE)
    before = result(installation, schema)
    bring_terms(installation, "calm-daily", orders_file.with_name("later_terms.csv"))
    began = time.monotonic()
    answer = installation.run("score", "calm-daily", "--refresh", "--as-of", AS_OF)
    seconds = time.monotonic() - began
    assert (answer["kind"], answer["customers"]) == ("refresh", 1200)
    after = result(installation, schema)
    assert [one == other for one, other in zip(before[0], after[0], strict=True)] == [False] * 4
    return before, after, seconds


def test_a_refresh_killed_at_any_moment_leaves_the_old_day_or_the_new(
    installation: Installation,
    calm_refresh: tuple[Result, Result, float],
    orders_file: Path,
    chance: Random,
    request: pytest.FixtureRequest,
) -> None:
    before, after, seconds = calm_refresh
    slug = f"cut-daily-{request.node.callspec.indices['chance']}"
    schema = shop(installation, slug, orders_file)
    installation.run("score", slug, "--as-of", BEFORE)
    bring_terms(installation, slug, orders_file.with_name("later_terms.csv"))
    with installation.start(["manage.py", "score", slug, "--refresh", "--as-of", AS_OF, "--json"]) as command:
        command.wait_at_most(chance.uniform(0.3, 1) * seconds)
    assert result(installation, schema) in (before, after)
    act(installation, "wake", slug)
    with installation.start(WORKER) as worker:
        wait_until_ended(installation, schema, worker)
    if result(installation, schema) == before:  # killed before it was asked for
        installation.run("score", slug, "--refresh", "--as-of", AS_OF)
    assert result(installation, schema) == after
    assert left_behind(installation, schema) == []
