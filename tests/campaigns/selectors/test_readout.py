"""Readouts: what is counted, what is left out and said, which arm is the control."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest

from campaigns.models import Experiment, ExposureConflict, Outcome
from campaigns.selectors.readout import ReadoutResult, find_control, find_experiment, read_out
from retention.common.errors import DomainError, NotFound
from retention.customers.models import Customer
from retention.customers.services.merging import merge_customers
from tenants.models import Tenant
from tests.campaigns.making import NOW, expose, make_customers, make_experiment
from tests.tenants.command_line import run_command_as_text

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
_numbers = count()


def outcome(
    experiment: Experiment, customer: Customer, value: float, at: datetime = NOW, metric: str = "spend"
) -> None:
    Outcome.objects.create(
        outcome_id=f"o-{next(_numbers)}",
        experiment=experiment,
        customer=customer,
        metric=metric,
        value=Decimal(str(value)),
        occurred_at=at,
        recorded_at=NOW,
    )


def read(experiment: Experiment, until: datetime | None = None) -> ReadoutResult:
    return read_out(experiment, control=find_control(experiment), until=until)


def means(found: ReadoutResult) -> dict[str, dict[str, tuple[int, float]]]:
    return {
        result.metric: {row.arm.name: (row.sums.n, round(row.sums.mean, 4)) for row in result.arms}
        for result in found.metrics
    }


@pytest.fixture
def experiment(tenant: Tenant) -> Experiment:
    """Four customers in each arm, one of whom spent 3 and then 5; another experiment with the same people."""
    experiment, other = make_experiment(), make_experiment("Other")
    customers = make_customers(8)
    for number, customer in enumerate(customers):
        expose(experiment, customer, "none" if number < 4 else "mail")
        expose(other, customer, "mail" if number < 4 else "none")
        outcome(other, customer, 100)
    outcome(experiment, customers[0], 2)
    outcome(experiment, customers[4], 3)
    outcome(experiment, customers[4], 5, NOW + HOUR)
    return experiment


def test_values_are_summed_and_a_missing_one_is_0(experiment: Experiment) -> None:
    found = read(experiment)
    assert means(found) == {"spend": {"none": (4, 0.5), "mail": (4, 2.0)}}
    assert (found.cautions, found.sample_ratio_p) == ((), 1.0)
    control, mail = found.metrics[0].arms
    assert (control.difference, control.interval, control.p_value) == (0.0, (0.0, 0.0), 1.0)
    assert (mail.difference, mail.sums.squares, mail.always_valid_interval) == (1.5, 64.0, None)


def test_as_of_a_moment(experiment: Experiment) -> None:
    assert means(read(experiment, until=NOW + HOUR)) == {"spend": {"none": (4, 0.5), "mail": (4, 0.75)}}
    assert [count for _arm, count, _share in read(experiment, until=NOW).exposed] == [0, 0]


def test_what_is_left_out_is_counted(experiment: Experiment) -> None:
    (stranger,) = make_customers(1, "x")
    first = Customer.objects.get(external_id="c-0")
    outcome(experiment, first, 50, NOW - HOUR)
    outcome(experiment, stranger, 70)
    Outcome.objects.filter(experiment=experiment, value=2).update(withdrawn=True)
    found = read(experiment)
    assert means(found) == {"spend": {"none": (4, 0.0), "mail": (4, 2.0)}}
    assert (found.before_exposure, [caution.code for caution in found.cautions]) == (
        1,
        ["before_exposure", "not_exposed"],
    )


def test_a_second_arm_is_warned_of(experiment: Experiment) -> None:
    first = Customer.objects.get(external_id="c-0")
    ExposureConflict.objects.create(
        experiment=experiment,
        customer=first,
        arm=experiment.arms.get(name="mail"),
        exposed_at=NOW + HOUR,
        recorded_at=NOW,
    )
    assert [caution.text for caution in read(experiment).cautions] == [
        "1 customer met a second arm: the first one counts."
    ]
    assert read(experiment, until=NOW + HOUR).cautions == ()


def test_merged_customers_count_once_by_the_earlier_exposure(experiment: Experiment) -> None:
    stays, gone = Customer.objects.get(external_id="c-4"), Customer.objects.get(external_id="c-0")
    gone.exposures.filter(experiment=experiment).update(exposed_at=NOW - HOUR)
    merge_customers(gone=gone.pk, stays=stays.pk)
    found = read(experiment)
    assert means(found) == {"spend": {"none": (4, 2.5), "mail": (3, 0.0)}}
    assert found.conflicts == 1


def test_staff_does_not_count(experiment: Experiment) -> None:
    Customer.objects.filter(external_id="c-4").update(kind="staff")
    assert means(read(experiment)) == {"spend": {"none": (4, 0.5), "mail": (3, 0.0)}}


def test_shares_say_what_the_ratio_should_be(experiment: Experiment) -> None:
    experiment.arms.filter(name="none").update(share=1)
    experiment.arms.filter(name="mail").update(share=9_999)
    found = read(experiment)
    assert found.sample_ratio_p is not None and found.sample_ratio_p < 1e-6
    assert [caution.code for caution in found.cautions] == ["sample_ratio"]


def test_which_arm_is_the_control(tenant: Tenant) -> None:
    marked = make_experiment("marked", ("a", "b"))
    assert (find_control(marked).name, find_control(marked, "b").name) == ("a", "b")
    usual = make_experiment("usual", ("a", "Control"))
    usual.arms.update(is_control=False)
    assert find_control(usual).name == "Control"
    unknown = make_experiment("unknown", ("a", "b"))
    unknown.arms.update(is_control=False)
    for name in (None, "c"):
        with pytest.raises(DomainError) as refused:
            find_control(unknown, name)
        assert (refused.value.code, refused.value.mend) == ("no_control", "Name one of: a, b.")
    with pytest.raises(NotFound, match="nothing"):
        find_experiment("nothing")


def test_for_a_person(experiment: Experiment) -> None:
    code, text, _errors = run_command_as_text("readout", "acme", "Spring", "--as-of", "2026-03-02", app="campaigns")
    assert code == 0
    assert text.splitlines() == [
        "against none",
        "spend  none: 0.5 (n 4)",
        "spend  mail: +1.50000 (-4.66836 to +7.66836)",
    ]
