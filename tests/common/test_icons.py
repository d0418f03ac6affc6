"""Every icon that a page or the side bar names is in the sprite, and the sprite is what the script makes."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from retention.common.icons import ICONS, SPRITE, build_sprite
from retention.common.navigation import navigation

ROOT = Path(__file__).resolve().parents[2]


def named_icons() -> set[str]:
    """What templates write as ``{% icon "name" %}`` or pass as ``icon_name="name"``."""
    texts = [path.read_text() for path in (ROOT / "templates").rglob("*.html")]
    return {name for text in texts for name in re.findall(r"""(?:{% icon |icon_name=)"([a-z0-9-]+)\"""", text)}


def test_all_named_icons_are_in_the_sprite() -> None:
    assert (named_icons() | {item.icon for item in navigation}) - set(ICONS) == set()


def test_the_tracked_sprite_is_the_built_one() -> None:
    assert SPRITE.read_text() == build_sprite(settings.NODE_MODULES)
