"""What stands around every page: side bar, tenant, language, theme, banners. A template context processor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from retention.common import clock
from retention.common.navigation import NavItem, navigation

SECTIONS: dict[str, Promise | str] = {"": "", "data": _("Data"), "settings": _("Settings")}
THEMES = ("light", "dark", "auto")


@dataclass(frozen=True)
class NavLink:
    """A line of the side bar, ready to print."""

    label: Promise | str
    url: str
    icon: str
    is_active: bool


@dataclass(frozen=True)
class NavSection:
    """A heading and its lines."""

    label: Promise | str
    links: list[NavLink]


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Context of ``base.html`` and ``base_plain.html``."""
    tenant = getattr(request, "tenant", None)
    return {
        "tenant": tenant if getattr(tenant, "slug", "") else None,
        "nav_sections": nav_sections(request),
        "theme": theme_of(request),
        "languages": settings.LANGUAGES,
        "clock_moved": clock.is_moved(),
        "clock_now": clock.now() if clock.is_moved() else None,
    }


def theme_of(request: HttpRequest) -> str:
    """light, dark or auto: the person's own choice, else the browser's cookie."""
    chosen = getattr(getattr(request, "user", None), "theme", "") or request.COOKIES.get("stay_theme", "")
    return chosen if chosen in THEMES else "auto"


def nav_sections(request: HttpRequest) -> list[NavSection]:
    """The lines that this person may open, by section; empty sections are left out."""
    codes: frozenset[str] = getattr(getattr(request, "user", None), "permission_codes", frozenset)()
    allowed = sorted((i for i in navigation if not i.permission or i.permission in codes), key=lambda i: i.order)
    urls = {item.code: url for item in allowed if (url := _url(item)) is not None}
    here = max((url for url in urls.values() if request.path.startswith(url)), key=len, default="")
    if here == "/" and request.path != "/":
        here = ""
    sections = []
    for code, label in SECTIONS.items():
        items = [item for item in allowed if item.section == code and item.code in urls]
        links = [NavLink(item.label, urls[item.code], item.icon, urls[item.code] == here) for item in items]
        if links:
            sections.append(NavSection(label, links))
    return sections


def _url(item: NavItem) -> str | None:
    """None on a host (the operators') that lacks the page."""
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return None
