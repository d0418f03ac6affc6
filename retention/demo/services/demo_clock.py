"""The demo's own clock: a file with a moment. It moves on while the demo runs and stands still while it is off.

``STAY_CLOCK=file:PATH`` makes every process read it; only the demo's feeder writes it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from retention.demo.generators.shop import ZONE

START = datetime(2017, 12, 4, 10, 0, tzinfo=ZoneInfo(ZONE))
"""Where the demo begins: most of the year is loaded, the last four weeks arrive live."""


def clock_file(root: Path) -> Path:
    """Where the demo at `root` keeps its moment."""
    return root / "clock"


def read_clock(root: Path) -> datetime:
    """The demo's present moment in UTC: `START` before its first run."""
    path = clock_file(root)
    return datetime.fromisoformat(path.read_text().strip()) if path.exists() else START.astimezone(UTC)


def set_clock(root: Path, moment: datetime) -> None:
    """Move the clock to `moment`, in one step that a reader never sees half of."""
    path = clock_file(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(moment.astimezone(UTC).isoformat())
    draft.replace(path)


def advance(root: Path, *, real_seconds: float, speed: float) -> datetime:
    """Let `real_seconds` pass at `speed` demo seconds each; returns the new moment."""
    moment = read_clock(root) + timedelta(seconds=real_seconds * speed)
    set_clock(root, moment)
    return moment
