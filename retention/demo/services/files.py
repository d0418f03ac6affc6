"""Write the generators' frames as import files: what lies before the demo's first moment, and what comes live."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from retention.demo.generators.shop import ZONE as SHOP_ZONE
from retention.demo.generators.shop import ShopData, make_shop
from retention.demo.generators.software import ZONE as SOFTWARE_ZONE
from retention.demo.generators.software import SoftwareData, make_software
from retention.demo.generators.voice import voice_of
from retention.demo.services.demo_clock import START

SHOP_KINDS = ("customers", "memberships", "orders", "feedback", "surveys", "events")
SOFTWARE_KINDS = (
    *("accounts", "customers", "contacts", "contracts", "assignments"),
    *("feedback", "surveys", "events"),
)
DAYS = {"customers": "created_at", "memberships": "since"}
"""Kinds of which those are loaded who have joined by the demo's first day; customers come live when they do."""
TIMES = {"orders": "ordered_at", "events": "occurred_at", "feedback": "received_at", "surveys": "answered_at"}


def write_files(root: Path) -> None:
    """Make ``loaded/TENANT-KIND.parquet`` and, for what comes later, ``live/TENANT-KIND.parquet`` under `root`."""
    for part in ("loaded", "live"):
        (root / part).mkdir(parents=True, exist_ok=True)
    _write_tenant(root, "shop", make_shop(), SHOP_KINDS, zone=SHOP_ZONE, language="en")
    _write_tenant(root, "software", make_software(), SOFTWARE_KINDS, zone=SOFTWARE_ZONE, language="zh-hans")


def _write_tenant(
    root: Path, tenant: str, data: ShopData | SoftwareData, kinds: tuple[str, ...], *, zone: str, language: str
) -> None:
    until = pd.Timestamp(START).tz_convert(zone).tz_localize(None)
    voice = voice_of(data.events, language=language, until=until)
    for kind in kinds:
        said: dict[str, pd.DataFrame] = {**vars(data), **vars(voice)}
        _write(root, tenant, kind, said[kind], zone)


def loaded_file(root: Path, tenant: str, kind: str) -> Path:
    """The part that is imported before the demo starts."""
    return root / "loaded" / f"{tenant}-{kind}.parquet"


def live_file(root: Path, tenant: str, kind: str) -> Path:
    """The part that arrives while the demo runs."""
    return root / "live" / f"{tenant}-{kind}.parquet"


def _write(root: Path, tenant: str, kind: str, frame: pd.DataFrame, zone: str) -> None:
    frame = frame.convert_dtypes()
    if kind in DAYS:
        joined = pd.to_datetime(frame[DAYS[kind]]) <= pd.Timestamp(START.date())
        frame[joined].to_parquet(loaded_file(root, tenant, kind), index=False)
        frame[~joined].to_parquet(live_file(root, tenant, kind), index=False)
        return
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
