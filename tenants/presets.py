"""What a new tenant begins with: each app registers what its business needs, and every part can be run again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from retention.common.registry import Registry
from tenants.models import Tenant


@dataclass(frozen=True)
class Preset:
    """`apply` runs inside the tenant, in the order of registration; running it twice changes nothing more."""

    name: str
    apply: Callable[[Tenant], None]


presets: Registry[Preset] = Registry("preset", key=lambda preset: preset.name)


def register(name: str, apply: Callable[[Tenant], None]) -> Preset:
    """Declare a part of every new tenant; called from an app's ``ready()``."""
    return presets.register(Preset(name, apply))
