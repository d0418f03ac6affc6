"""The other monitors of the whole business: golden judgements, and counts against facts that must not count."""

from __future__ import annotations

from math import sqrt

import pytest

from retention.alerts.detectors import arppu, complaint_rate, daily_churn, nps_red, silent_share
from retention.alerts.detectors.base import sentence_of
from retention.alerts.detectors.complaint_rate import Complaints
from retention.alerts.detectors.daily_churn import Entries
from retention.alerts.detectors.nps_red import Answers
from retention.scoring.models import ScoreHistory, ScoreRun
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.science.trends import Month, Silence
from tenants.models import Tenant
from tenants.policies import policy_values
from tests.segments.world import D, World, at

MOMENT = Moment(D, "UTC")


@pytest.fixture
def rules(tenant: Tenant) -> Rules:
    return Rules(policy_values())


@pytest.mark.parametrize(
    ("perhead", "fires"),
    [((100, 99, 98), True), ((100, 99, 98.01), False), ((100, 100, 90), False), ((100, 90, 95), False)],
)
def test_arppu_fires_when_it_fell_twice_and_by_two_percent_in_all(
    rules: Rules, perhead: tuple[float, float, float], fires: bool
) -> None:
    finding = arppu.judge([Month(value * 200, 200) for value in perhead], D, rules)
    assert finding.fired is fires
    assert (finding.value, finding.threshold) == (pytest.approx(perhead[2]), pytest.approx(98))


def test_arppu_needs_its_payers_in_each_month(rules: Rules) -> None:
    finding = arppu.judge([Month(100, 100), Month(1, 99), Month(1, 100)], D, rules)
    assert (finding.fired, finding.quiet, finding.sample, finding.minimum) == (False, "too_few", 99, 100)
    assert sentence_of("arppu", finding.quiet, finding.evidence) == "too few (99 of 100)"


def test_arppu_reads_complete_months_as_python_does(world: World, rules: Rules) -> None:
    one, two = world.customer("a"), world.customer("b")
    staff = world.customer("s", kind="staff")
    world.order(one, 0, "30")  # 31 March: the last complete month
    world.order(two, 3, "50", refunded=50)  # net of nothing: pays nothing
    world.order(one, 40, "70")
    world.order(two, 41, "10")
    world.order(one, 70, "90")
    world.order(staff, 1, "999")
    world.order(one, -1, "999")
    assert arppu.gather(MOMENT, rules) == [Month(90, 1), Month(80, 2), Month(30, 1)]


@pytest.mark.parametrize(("entered", "fires"), [(30, False), (31, True)])
def test_daily_churn_fires_above_its_share(rules: Rules, entered: int, fires: bool) -> None:
    finding = daily_churn.judge(Entries(entered, 1000), D, rules)
    assert (finding.fired, finding.value) == (fires, entered / 1000)


@pytest.mark.parametrize(("sums", "lacks"), [((30, 499), (499, 500)), ((19, 500), (19, 20))])
def test_daily_churn_needs_base_and_entries(rules: Rules, sums: tuple[int, int], lacks: tuple[int, int]) -> None:
    finding = daily_churn.judge(Entries(*sums), D, rules)
    assert (finding.fired, finding.quiet, (finding.sample, finding.minimum)) == (False, "too_few", lacks)


def test_daily_churn_counts_entries_of_the_day_among_those_before(world: World, rules: Rules) -> None:
    for number, (pool, entered, left) in enumerate(
        [("lost", 0, None), ("lost", 0, None), ("active", 30, None), ("lost", 1, None), ("hibernating", 5, None)]
    ):
        customer = world.customer(f"c{number}")
        if pool == "lost" and entered == 0:
            world.spell(customer, "hibernating", 20, 0)
        world.spell(customer, pool, entered, left)
    assert daily_churn.gather(MOMENT, rules) == Entries(2, 4)


def test_pools_of_a_day_that_nobody_scored_are_not_judged(world: World, rules: Rules) -> None:
    ScoreRun.objects.update(as_of=D.replace(day=1))
    for detector in (daily_churn, silent_share):
        (finding,) = detector.look(MOMENT, rules)
        assert (finding.fired, finding.value, finding.quiet) == (False, None, "not_scored")


def test_silent_share_reads_the_day_and_four_weeks_before_it_from_the_history(world: World, rules: Rules) -> None:
    histories: list[list[tuple[str, int, int | None]]] = [
        [("active", 60, 10), ("hibernating", 10, None)],  # silent now, not then
        [("hibernating", 60, 40), ("lost", 40, None)],  # silent at both
        [("active", 50, None)],
        [("active", 5, None)],  # new: not there four weeks ago
        [("hibernating", 40, 3), ("active", 3, None)],  # silent then, back now
        [("lost", 300, None)],  # gone for good: counts nowhere
        [("at_risk", 28, 27), ("hibernating", 27, None)],  # turned silent on the day after
    ]
    people = [world.customer(f"c{number}") for number in range(len(histories))]
    for customer, spells in zip(people, histories, strict=True):
        for pool, entered, left in spells:
            world.spell(customer, pool, entered, left)
    ScoreHistory.objects.create(customer=people[5], as_of=D, pool="gone")
    world.keep_books()
    assert silent_share.gather(MOMENT, rules) == (Silence(3, 6), Silence(2, 5))
    (finding,) = silent_share.look(MOMENT, rules)
    assert (finding.fired, finding.quiet, finding.sample, finding.minimum) == (False, "too_few", 5, 200)


@pytest.mark.parametrize(("silent", "fires"), [(129, False), (130, True)])
def test_silent_share_fires_three_points_above(rules: Rules, silent: int, fires: bool) -> None:
    finding = silent_share.judge(Silence(silent, 1000), Silence(50, 500), D, rules)
    assert (finding.fired, finding.value, finding.sample) == (fires, silent / 1000, 500)
    assert silent_share.judge(Silence(1, 1), Silence(1, 199), D, rules).quiet == "too_few"


@pytest.mark.parametrize(("complained", "fires"), [(5, False), (6, True)])
def test_complaint_rate_fires_above_half_a_percent(rules: Rules, complained: int, fires: bool) -> None:
    finding = complaint_rate.judge(Complaints(1000, complained, 0, 4), D, rules)
    assert (finding.fired, finding.value, finding.affected) == (fires, complained / 1000, 4)


def test_without_orders_customers_are_counted(rules: Rules) -> None:
    finding = complaint_rate.judge(Complaints(0, 0, 600, 6), D, rules)
    assert (finding.fired, finding.value, finding.evidence["of_orders"]) == (True, 0.01, False)


@pytest.mark.parametrize(("sums", "lacks"), [((499, 9, 0, 0), (499, 500)), ((600, 4, 0, 0), (4, 5))])
def test_complaint_rate_needs_orders_and_complaints(
    rules: Rules, sums: tuple[int, int, int, int], lacks: tuple[int, int]
) -> None:
    finding = complaint_rate.judge(Complaints(*sums), D, rules)
    assert (finding.fired, finding.quiet, (finding.sample, finding.minimum)) == (False, "too_few", lacks)


def test_an_order_counts_at_its_first_service_complaint_only(world: World, rules: Rules) -> None:
    one, two, three = world.customer("a"), world.customer("b"), world.customer("c")
    old = world.order(one, 20)
    named, last = world.order(one, 5), world.order(two, 4)
    world.order(two, 6, status="unpaid")
    world.event(one, "complaint_opened", at(15), topic="service.refund", order_id=old.external_id)
    world.event(one, "complaint_opened", at(2), topic="service.refund", order_id=old.external_id)  # not its first
    world.event(one, "complaint_opened", at(2), topic="service.delivery", order_id=named.external_id)
    world.event(one, "complaint_opened", at(1), topic="service.delivery", order_id=named.external_id)
    world.event(two, "complaint_opened", at(1), topic="service.attitude")  # of the last order: named by nobody
    world.event(three, "complaint_opened", at(1), topic="service.attitude")  # never ordered
    world.event(three, "complaint_opened", at(1), topic="price.high")
    world.log_in(three, 0, 1)
    world.log_in(one, 9)
    assert last.external_id != named.external_id
    assert complaint_rate.gather(MOMENT, rules) == Complaints(2, 2, 1, 3)


def test_nps_under_zero_is_red(rules: Rules) -> None:
    red = nps_red.judge(Answers(50, 10, 11), Answers(0, 0, 0), D, rules)
    assert (red.fired, red.value, red.cause) == (True, -2, "level")
    assert not nps_red.judge(Answers(50, 10, 10), Answers(0, 0, 0), D, rules).fired
    assert nps_red.judge(Answers(49, 0, 49), Answers(0, 0, 0), D, rules).quiet == "too_few"


def test_a_fall_of_nps_fires_when_it_is_not_chance(rules: Rules) -> None:
    before = Answers(1000, 500, 200)  # 30
    fell = nps_red.judge(Answers(1000, 400, 250), before, D, rules)  # 15
    spread = sqrt(10_000 * (0.65 - 0.15**2) / 1000 + 10_000 * (0.7 - 0.3**2) / 1000)
    assert -15 / spread < -1.645
    assert (fell.fired, fell.cause) == (True, "fall")
    few = nps_red.judge(Answers(50, 20, 12), Answers(50, 25, 10), D, rules)
    assert (few.fired, few.cause) == (False, "")


def test_the_latest_answer_of_each_window_counts(world: World, rules: Rules) -> None:
    one, two = world.customer("a"), world.customer("b")
    for day, score in ((29, 2), (3, 10), (31, 0), (45, 9)):
        world.event(one, "nps_answered", at(day), score=score)
    world.event(two, "nps_answered", at(1), score="6")
    world.event(two, "nps_answered", at(0), score="nonsense")
    world.event(world.customer("robot", kind="robot"), "nps_answered", at(1), score=0)
    assert nps_red.gather(MOMENT, rules) == (Answers(2, 1, 1), Answers(1, 0, 1))
