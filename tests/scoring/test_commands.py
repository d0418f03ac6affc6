"""The command line: exact keys, exact refusals."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import load_command_class

from tenants.models import Tenant
from tests.scoring.loading import cdnow, load_orders


def call(name: str, *arguments: str) -> tuple[int, Any]:
    """Exit code and JSON of a command, through the door that the shell uses."""
    command: Any = load_command_class("retention.scoring", name)
    command.stdout._out = io.StringIO()
    code = command.answer(["manage.py", name, *arguments, "--json"])
    return code, json.loads(command.stdout._out.getvalue())


@pytest.fixture
def shop(tenant: Tenant, data_dir: Path) -> Tenant:
    load_orders(cdnow(data_dir))
    return tenant


@pytest.mark.data
def test_score_answers_with_the_published_figures(shop: Tenant) -> None:
    code, answer = call("score", "acme", "--as-of", "1997-09-30")
    assert code == 0
    doors = ["as_of", "customers", "seconds", "fingerprint", "pools", "models"]
    assert list(answer) == [*doors, "kind", "restated"]
    assert (answer["kind"], answer["restated"]) == ("full", 2357)
    assert (answer["as_of"], answer["customers"], sum(answer["pools"].values())) == ("1997-09-30", 2357, 2357)
    bg, gg = answer["models"]["bg_nbd"], answer["models"]["gamma_gamma"]
    assert (bg["r"], bg["alpha"]) == pytest.approx((0.2426, 4.414), rel=0.005)
    assert (bg["a"], bg["b"]) == pytest.approx((0.793, 2.426), rel=0.005)
    assert bg["log_likelihood"] == pytest.approx(-9582.43, abs=0.1)
    assert (bg["identified"], bg["time_unit"]) == (True, "week")
    pareto = answer["models"]["pareto_nbd"]
    assert pareto["log_likelihood"] == pytest.approx(-9594.98, abs=0.1)
    assert [pareto[name] for name in ("r", "alpha", "s", "beta")] == pytest.approx(
        [0.553, 10.58, 0.606, 11.67], rel=0.01
    )
    mbg = answer["models"]["mbg_nbd"]
    assert [mbg[name] for name in ("r", "alpha", "a", "b")] == pytest.approx([0.525, 6.183, 0.891, 1.614], abs=6e-4)
    assert (mbg["log_likelihood"], mbg["time_unit"]) == (pytest.approx(-9582.14, abs=0.01), "week")
    churn = answer["models"]["churn"]
    assert (churn["identified"], churn["kind"], churn["horizon_days"], churn["refused"]) == (True, "boosted", 90, [])
    assert churn["interval"][0] < churn["auc"] < churn["interval"][1]
    assert churn["brier"] < churn["base_brier"]
    assert churn["drift"].keys() == {"off", "foreseen", "happened", "moved"}
    assert (gg["p"], gg["q"], gg["v"]) == pytest.approx((6.25, 3.74, 15.44), rel=0.005)


@pytest.mark.data
def test_validate_meets_the_holdout(shop: Tenant) -> None:
    code, answer = call("validate", "acme", "--calibration-end", "1997-09-30", "--holdout-end", "1998-06-30")
    assert code == 0
    check = answer["bg_nbd"]
    assert check["predicted"] == pytest.approx(1653, rel=0.01)
    assert check["actual"] == 1882
    assert round(check["auc"], 2) == 0.77
    assert sum(row["customers"] for row in check["by_frequency"]) == 2357
    assert list(answer) == ["bg_nbd", "mbg_nbd", "pareto_nbd"]
    assert answer["mbg_nbd"]["predicted"] == pytest.approx(1576.7, abs=0.1)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("score", "acme", "--as-of", "31.12.1997"), "bad_date"),
        (("score", "acme", "--as-of", "2999-01-01"), "date_in_future"),
        (("score", "acme", "--as-of", "1997-09-30"), "nothing_to_score"),
        (
            ("validate", "acme", "--calibration-end", "1997-09-30", "--holdout-end", "1997-09-30"),
            "empty_holdout",
        ),
        (
            ("validate", "acme", "--calibration-end", "1997-09-30", "--holdout-end", "1998-06-30"),
            "nothing_to_score",
        ),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_reason_and_a_mend(
    tenant: Tenant, arguments: tuple[str, ...], code: str
) -> None:
    exit_code, answer = call(*arguments)
    assert (exit_code, answer["error"]["code"]) == (1, code)
    assert answer["error"]["message"]
    assert answer["error"]["mend"]


def test_an_empty_tenant_has_only_the_presets(tenant: Tenant) -> None:
    code, answer = call("thresholds", "acme", "--as-of", "2017-12-31")
    assert code == 0
    assert [(row["category"], row["days"], row["source"], row["p90"]) for row in answer] == [
        ("*", 90, "floor", None),
        ("*log_in", 90, "floor", None),
    ]
