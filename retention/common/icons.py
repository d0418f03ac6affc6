"""The icon sprite: the outline icons in use, gathered from the ``@tabler/icons`` package (MIT licence).

``python -m retention.common.icons`` writes ``static/stay/icons.svg``. Add a name to :data:`ICONS` and run it again.
"""

from __future__ import annotations

import re
from pathlib import Path

ICONS = (
    "activity", "adjustments", "alert-circle", "alert-triangle", "api", "arrow-back-up", "arrow-down", "arrow-left",
    "arrow-right", "arrow-up", "bell", "brand-speedtest", "building", "building-store", "calendar", "certificate",
    "chart-bar", "chart-dots", "chart-donut", "chart-line", "check", "checklist", "chevron-down", "chevron-left",
    "chevron-right", "chevron-up", "circle-check", "circle-x", "clock", "clock-hour-4", "cloud-upload", "coin",
    "copy", "dashboard", "database-import", "device-desktop", "dots-vertical", "download", "edit", "external-link",
    "eye", "eye-off", "file-import", "file-text", "filter", "flask", "gauge", "heart", "heart-rate-monitor", "help",
    "history", "home", "hourglass", "id", "inbox", "info-circle", "key", "language", "layout-dashboard", "link",
    "list", "list-check", "list-details", "lock", "logout", "mail", "map", "menu-2", "message", "messages", "moon",
    "mood-sad", "mood-smile", "packages", "pencil", "phone", "plug", "plus", "receipt", "refresh", "report",
    "route", "search", "send", "settings", "shield", "shield-check", "shield-lock", "shopping-cart", "sort-ascending",
    "sort-descending", "star", "sun", "tag", "target", "trash", "trending-down", "trending-up", "upload", "user",
    "user-circle", "user-off", "user-plus", "users", "users-group", "wand", "webhook", "x",
)  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]
SPRITE = ROOT / "static" / "stay" / "icons.svg"
NOTICE = "<!-- Tabler Icons, Copyright (c) Paweł Kuna, MIT licence: https://tabler.io/icons -->"


def symbol(name: str, svg: str) -> str:
    """One icon's file as a ``<symbol>`` named after it."""
    inner = re.sub(r"(?s)^.*?<svg[^>]*>|</svg>\s*$", "", svg)
    inner = re.sub(r"\s*\n\s*", "", inner)
    inner = inner.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>'


def build_sprite(packages: Path) -> str:
    """The sprite's text from the package under `packages` (a ``node_modules`` folder)."""
    folder = packages / "@tabler" / "icons" / "icons" / "outline"
    symbols = [symbol(name, (folder / f"{name}.svg").read_text()) for name in sorted(ICONS)]
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg">{NOTICE}', *symbols, "</svg>", ""])


if __name__ == "__main__":
    SPRITE.write_text(build_sprite(ROOT / "node_modules"))
