"""``readout`` on a real randomised trial: 64,000 customers, as the file comes and in long form."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from django.db.models.functions import Mod

from campaigns.models import Exposure
from retention.customers.services.imports import import_file
from tenants.models import Tenant
from tests.campaigns.making import NOW
from tests.customers.importers.conftest import counts
from tests.tenants.command_line import run_command

pytestmark = [pytest.mark.django_db, pytest.mark.data, pytest.mark.slow, pytest.mark.usefixtures("patient")]
METRICS = ("visit", "conversion", "spend")
COMMON = {"experiment": "hillstrom", "customer": "h{line}"}
MAPS: dict[str, dict[str, Any]] = {
    "exposures": {"columns": {"segment": "arm"}, "constants": {**COMMON, "exposed_at": "2008-03-06"}},
    **{
        metric: {"columns": {metric: "value"}, "constants": {**COMMON, "metric": metric, "occurred_at": "2008-03-20"}}
        for metric in METRICS
    },
}
PUBLISHED = {  # STACK.md, to the digits given there
    "Mens E-Mail": {"visit": (0.0766, 4), "conversion": (0.0068, 4), "spend": (0.77, 2)},
    "Womens E-Mail": {"visit": (0.0452, 4), "conversion": (0.0031, 4), "spend": (0.42, 2)},
}


def reference(path: Path) -> pd.DataFrame:
    """Mean of each metric by arm, by another road."""
    return pd.read_csv(path).groupby("segment")[list(METRICS)].agg(["mean", "count"])


@pytest.fixture
def hillstrom(data_dir: Path) -> Path:
    return data_dir / "hillstrom" / "hillstrom.csv.gz"


def bring(kind: str, path: Path, file_map: dict[str, Any] | None = None) -> tuple[int, int, int]:
    return counts(import_file(kind=kind, path=path, file_map=file_map, now=NOW)[1])


def ask(*options: str) -> dict[str, Any]:
    code, answer = run_command("readout", "acme", *options, app="campaigns")
    assert code == 0, answer
    return json.loads(json.dumps(answer))


def test_hillstrom_as_it_comes(tenant: Tenant, hillstrom: Path) -> None:
    assert bring("exposures", hillstrom, MAPS["exposures"]) == (64_000, 0, 0)
    for metric in METRICS:
        assert bring("outcomes", hillstrom, MAPS[metric]) == (64_000, 0, 0)
    assert bring("exposures", hillstrom, MAPS["exposures"]) == (0, 64_000, 0)
    assert bring("outcomes", hillstrom, MAPS["visit"]) == (0, 64_000, 0)
    answer = ask("hillstrom", "--control", "No E-Mail")
    assert list(answer) == ["control", "metrics", "sample_ratio_p", "warnings"]
    assert (answer["control"], answer["warnings"]) == ("No E-Mail", [])
    assert answer["sample_ratio_p"] == pytest.approx(0.9036, abs=1e-4)
    assert_as_pandas(answer, hillstrom)
    plant_mismatch()
    mismatch, left_out = ask("hillstrom", "--control", "No E-Mail")["warnings"]
    assert mismatch.startswith("Sample ratio mismatch")
    assert left_out.endswith("of customers who were not exposed are left out.")


def assert_as_pandas(answer: dict[str, Any], path: Path) -> None:
    """Differences to five decimals; every interval holds its difference and lies in the always-valid one."""
    wanted = reference(path)
    assert set(answer["metrics"]) == set(METRICS)
    for metric, found in answer["metrics"].items():
        assert set(found["arms"]) == {"Mens E-Mail", "No E-Mail", "Womens E-Mail"}
        for arm, row in found["arms"].items():
            assert list(row) == ["n", "mean", "difference", "interval", "p_value", "always_valid_interval"]
            difference = wanted.loc[arm, (metric, "mean")] - wanted.loc["No E-Mail", (metric, "mean")]
            assert row["n"] == wanted.loc[arm, (metric, "count")]
            assert row["difference"] == pytest.approx(difference, abs=5e-6)
            if arm in PUBLISHED:
                figure, digits = PUBLISHED[arm][metric]
                assert round(row["difference"], digits) == figure
                ends = [row["always_valid_interval"][0], *row["interval"], row["always_valid_interval"][1]]
                assert all(low < high for low, high in pairwise(ends))
                assert row["p_value"] < 0.01


def plant_mismatch() -> None:
    """One men's mail in twenty is lost, as by a broken redirect."""
    some = Exposure.objects.annotate(rest=Mod("pk", 20)).filter(arm__name="Mens E-Mail", rest=0)
    assert Exposure.objects.filter(pk__in=some.values("pk")).update(withdrawn=True) > 900


def test_long_form(tenant: Tenant, hillstrom: Path, tmp_path: Path) -> None:
    """A person reshapes the file: ids of their own, one row a metric, rows without anything left out."""
    frame = pd.read_csv(hillstrom)
    frame["customer"] = [f"p{number}" for number in range(len(frame))]
    exposures = frame[["customer", "segment"]].rename(columns={"segment": "arm"})
    exposures["experiment"], exposures["exposed_at"] = "mail test", "2008-03-06T09:00:00Z"
    outcomes = frame.melt(id_vars=["customer"], value_vars=list(METRICS), var_name="metric")
    outcomes = outcomes[outcomes["value"] > 0].assign(experiment="mail test", occurred_at="2008-03-07")
    exposures.to_csv(tmp_path / "exposures.csv", index=False)
    outcomes.to_parquet(tmp_path / "outcomes.parquet", index=False)
    assert bring("exposures", tmp_path / "exposures.csv") == (64_000, 0, 0)
    assert bring("outcomes", tmp_path / "outcomes.parquet") == (len(outcomes), 0, 0)
    answer = ask("mail test", "--control", "No E-Mail")
    assert answer["warnings"] == []
    assert_as_pandas(answer, hillstrom)
