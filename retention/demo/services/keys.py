"""The demo's own keys: a write key of each tenant for the feeder, kept beside the demo's data."""

from __future__ import annotations

import json
from pathlib import Path

from retention.common import clock
from tenants.context import current_tenant
from tenants.people.services.keys import create_write_key


def ensure_write_key(root: Path) -> None:
    """Make a write key for the tenant in force unless the demo at `root` has one."""
    keys, slug = write_keys(root), current_tenant().slug
    if slug in keys:
        return
    _key, text = create_write_key(name="demo feeder", actor=None, now=clock.now())
    path = _path(root)
    path.touch(mode=0o600)
    path.write_text(json.dumps({**keys, slug: text}))


def write_keys(root: Path) -> dict[str, str]:
    """The write keys by tenant."""
    path = _path(root)
    return dict(json.loads(path.read_text())) if path.exists() else {}


def _path(root: Path) -> Path:
    return root / "write-keys.json"
