"""A run's policies are those it was made with; what came later is as it comes."""

from __future__ import annotations

from retention.scoring.rules import Rules


def test_a_run_older_than_a_policy_goes_by_its_default() -> None:
    rules = Rules.of({"models.minimum_customers": 7})
    assert (rules.whole("models.minimum_customers"), rules.renewal_grace) == (7, 30)
    assert (rules.least_renewals.contracts, rules.least_renewals.left, rules.least_renewals.renewed) == (100, 30, 30)
