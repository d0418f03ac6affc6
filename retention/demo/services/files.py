"""Write the generators' frames as import files: what lies before the demo's first moment, and what comes live."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from retention.demo.generators.shop import ZONE as SHOP_ZONE
from retention.demo.generators.shop import make_shop
from retention.demo.generators.software import ZONE as SOFTWARE_ZONE
from retention.demo.generators.software import make_software
from retention.demo.services.demo_clock import START

SHOP_KINDS = ("customers", "memberships", "orders", "events")
SOFTWARE_KINDS = ("accounts", "customers", "contacts", "memberships", "events")
TIMES = {"orders": "ordered_at", "events": "occurred_at"}


def write_files(root: Path) -> None:
    """Make ``loaded/TENANT-KIND.parquet`` and, for orders and events, ``live/TENANT-KIND.parquet`` under `root`."""
    for part in ("loaded", "live"):
        (root / part).mkdir(parents=True, exist_ok=True)
    shop, software = make_shop(), make_software()
    for kind in SHOP_KINDS:
        _write(root, "shop", kind, getattr(shop, kind), SHOP_ZONE)
    for kind in SOFTWARE_KINDS:
        _write(root, "software", kind, getattr(software, kind), SOFTWARE_ZONE)


def loaded_file(root: Path, tenant: str, kind: str) -> Path:
    """The part that is imported before the demo starts."""
    return root / "loaded" / f"{tenant}-{kind}.parquet"


def live_file(root: Path, tenant: str, kind: str) -> Path:
    """The part that arrives while the demo runs."""
    return root / "live" / f"{tenant}-{kind}.parquet"


def _write(root: Path, tenant: str, kind: str, frame: pd.DataFrame, zone: str) -> None:
    frame = frame.convert_dtypes()
    if kind not in TIMES:
        frame.to_parquet(loaded_file(root, tenant, kind), index=False)
        return
    moment = frame[TIMES[kind]]
    if moment.dt.tz is None:
        moment = moment.dt.tz_localize(zone, ambiguous="NaT", nonexistent="shift_forward")
    moment = moment.dt.tz_convert("UTC")
    frame = frame.assign(**{TIMES[kind]: moment})
    past = moment < pd.Timestamp(START)
    frame[past].to_parquet(loaded_file(root, tenant, kind), index=False)
    frame[~past].to_parquet(live_file(root, tenant, kind), index=False)
