"""What running terms are still worth: on pages, in the API and in the file; and why some of them have no worth."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from retention.common.formats import rough_money
from retention.customers.models import Customer
from retention.customers.services.state import refresh_states
from retention.scoring.models import ScoreRun
from retention.scoring.moment import Moment
from retention.scoring.rules import rules_in_force
from retention.scoring.science.renewal_value import residual_renewals
from retention.scoring.science.renewals import RenewalParameters, survival
from retention.scoring.selectors.subscriptions import NOTHING, running_of, total_worth, worth_by_customer
from retention.scoring.services.export import COLUMNS, score_rows
from retention.scoring.services.renewals import fit_renewals
from tenants.models import Tenant
from tenants.people.models import User
from tests.customers.facts import make_customer, make_event
from tests.scoring.conftest import SignedIn
from tests.scoring.loading import score
from tests.scoring.memberships import AT, D, make_terms, member, monthly_members

pytestmark = pytest.mark.usefixtures("tenant")


@pytest.fixture
def gold(tenant: Tenant) -> Customer:
    """A member in the third month, among three thousand others; the term ends on 14 April 2026."""
    monthly_members(RenewalParameters(0.9, 4.0), 1_500, D, np.random.default_rng(5))
    return member(
        ("2026-01-15", "2026-02-14"), ("2026-02-15", "2026-03-14"), ("2026-03-15", "2026-04-14"), name="gold"
    )


@pytest.fixture
def run(gold: Customer) -> ScoreRun:
    make_event(gold, "e-1", "log_in", AT)  # seen, so that there is a score
    refresh_states(None)
    return score(D)


def test_worth_is_renewals_ahead_times_price_and_margin_discounted(gold: Customer, run: ScoreRun) -> None:
    (one,) = running_of(run, customer=gold.pk)
    fit = fit_renewals(Moment(D, "UTC"), rules_in_force())["monthly"][1].fit
    ahead = residual_renewals(fit, np.array([2]), 0.01)
    now = 100 * 0.3 * 1.01 ** (-14 / (365.25 / 12))
    assert (one.term, one.renewals, one.ends_on, one.amount, one.reason) == (
        "monthly",
        2,
        date(2026, 4, 14),
        100.0,
        "",
    )
    assert (one.worth.value, one.worth.low, one.worth.high) == pytest.approx(
        [now * float(part[0]) for part in (ahead.expected, ahead.low, ahead.high)]
    )
    kept = survival(fit.parameters, np.array([2, 3]))
    assert one.chance == pytest.approx(kept[1] / kept[0])


def test_terms_of_one_customer_add_up_and_what_is_unknown_is_left_out(gold: Customer, run: ScoreRun) -> None:
    make_terms(gold, ("2026-01-01", "2026-12-31"), level="yearly plan")
    first, second = running_of(score(D), customer=gold.pk)
    assert (second.term, second.chance, second.worth) == ("yearly", None, NOTHING)
    assert second.reason == "too few contracts came up for renewal (0 of 100)"
    assert total_worth([first, second]) == first.worth
    assert worth_by_customer(run, [gold.pk, gold.pk + 1]) == {gold.pk: first.worth}
    assert total_worth([]) == NOTHING


def test_page_api_and_file_say_the_same(gold: Customer, run: ScoreRun, max_: User, browser: SignedIn) -> None:
    (one,) = running_of(run, customer=gold.pk)
    client = browser(max_)
    body = client.get(f"/api/v1/scores/{gold.public_id}/").json()
    names = ("subscription_value", "subscription_low", "subscription_high")
    assert [body[name] for name in names] == [one.worth.value, one.worth.low, one.worth.high]
    assert client.get("/api/v1/scores/").json()["results"][0]["subscription_value"] == one.worth.value
    (row,) = score_rows(run)
    said = dict(zip(COLUMNS, row, strict=True))
    assert said["external_id"] == "gold"
    assert [said[name] for name in names] == [round(body[name], 6) for name in names]
    page = client.get(f"/customers/{gold.public_id}/").content.decode()
    assert "Subscriptions and contracts" in page
    assert f"Still to come: {rough_money(one.worth.value)}, between {rough_money(one.worth.low)} and" in page


def test_why_there_is_no_worth_stands_on_the_page(tenant: Tenant, max_: User, browser: SignedIn) -> None:
    customer = member(("2026-01-15", "2027-01-14"), name="lonely")
    make_event(customer, "e-1", "log_in", AT)
    refresh_states(None)
    score(D)
    page = browser(max_).get(f"/customers/{customer.public_id}/").content.decode()
    assert "Yearly: Not fitted: 0 contracts came up for renewal, of the 100 it needs." in page


def test_a_customer_without_terms_has_no_such_part(run: ScoreRun, max_: User, browser: SignedIn) -> None:
    other = make_customer("other", AT)
    assert "Subscriptions and contracts" not in browser(max_).get(f"/customers/{other.public_id}/").content.decode()
