"""Numbers that a ready segment's rule can't use are refused when they are set, with their name and the reason."""

from __future__ import annotations

import pytest

from retention.common.errors import DomainError
from retention.segments.policies import SPECS
from tenants.policies import JSONValue, find_policy
from tenants.policy_values import validate_value


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("silent_browsing", {"window": 0}, "window: The value is not a whole number from 1 to 3660."),
        ("silent_browsing", {"window": 14.5}, "window: The value is not a whole number from 1 to 3660."),
        ("price_lost", {"confidence": 150}, "confidence: The value is not a whole number from 0 to 100."),
        ("price_lost", {"days": 0}, "days: The value is not a whole number from 1 to 3660."),
        ("deal_dependent", {"within": 0.5}, "within: The value is not a whole number from "),
    ],
)
def test_a_number_that_the_rule_cannot_use_is_refused(name: str, change: dict[str, JSONValue], told: str) -> None:
    spec = find_policy(f"segments.{name}")
    assert isinstance(spec.default, dict)
    with pytest.raises(DomainError) as caught:
        validate_value(spec, {**spec.default, **change})
    assert caught.value.code == "policy_invalid"
    assert caught.value.message.startswith(f"segments.{name}.{told}")


def test_what_the_rules_can_use_is_taken(db: None) -> None:
    for spec in SPECS:
        assert validate_value(spec, spec.default) == spec.default
