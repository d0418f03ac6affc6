"""What stands in the side bar: each app registers its pages here."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from retention.common.registry import Registry


@dataclass(frozen=True)
class NavItem:
    """One line of the side bar. `permission` hides it from those who may not open it.

    `section` is the heading under which it stands: ``""`` (the daily work), ``"data"`` or ``"settings"``.
    """

    code: str
    label: Promise | str
    url_name: str
    icon: str
    permission: str
    order: int
    section: str = ""


navigation: Registry[NavItem] = Registry("navigation item", key=lambda item: item.code)


def register(item: NavItem) -> NavItem:
    """Put `item` into the side bar."""
    return navigation.register(item)
