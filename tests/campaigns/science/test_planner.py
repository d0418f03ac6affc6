"""How many it takes, on published figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.science.planner import Plan, control_size, detectable_lift, plan_shares, power_of


def test_r_power_prop_test() -> None:
    """R's manual: ``power.prop.test(p1 = .50, p2 = .75, power = .90)`` gives n = 76.7."""
    assert control_size(0.5, 0.25, power=0.9) == pytest.approx(76.7, abs=0.05)
    assert plan_shares(0.5, 0.25, power=0.9) == Plan(77, 77)


def test_fleiss_of_unequal_sides() -> None:
    """Twice as many treated as held out need fewer held out and more in all than equal sides."""
    equal, unequal = plan_shares(0.1, 0.02), plan_shares(0.1, 0.02, control_share=1 / 3)
    assert unequal.control < equal.control
    assert unequal.total > equal.total


@given(st.floats(0.01, 0.6), st.floats(0.005, 0.3), st.floats(0.05, 0.95), st.sampled_from([0.5, 0.8, 0.9]))
def test_the_three_questions_agree(baseline: float, lift: float, control_share: float, power: float) -> None:
    plan = plan_shares(baseline, lift, control_share=control_share, power=power)
    customers = max(round(control_size(baseline, lift, ratio=(1 - control_share) / control_share, power=power) /
                          control_share), 1)  # fmt: skip
    if plan.control > 50:
        assert power_of(customers, baseline, lift, control_share=control_share) == pytest.approx(power, abs=0.02)
        found = detectable_lift(customers, baseline, control_share=control_share, power=power)
        assert found == pytest.approx(lift, rel=0.05)


def test_a_crowd_may_be_too_small() -> None:
    assert detectable_lift(4, 0.5) is None


@pytest.mark.parametrize(("baseline", "lift"), [(0.5, 0), (0.9, 0.2), (-0.1, 0.2)])
def test_nonsense_is_refused(baseline: float, lift: float) -> None:
    with pytest.raises(ValueError, match="share"):
        plan_shares(baseline, lift)
    with pytest.raises(ValueError, match="control"):
        plan_shares(0.1, 0.1, control_share=1.0)
