"""On a Chinese page nothing is left in English but data, names of products and what has no Chinese."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import translation

from tenants.context import use_tenant
from tenants.people.models import User
from tests.e2e import world as facts
from tests.e2e.pages import PAGES, SIGNED_OUT
from tests.e2e.world import World, fill_place, tenant_of
from tests.tenants.people.browser import at_host, confirm_lately, signed_in

WORD = re.compile(r"[A-Za-z][A-Za-z'’]+")
SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-confirm", "data-confirm-title", "data-confirm-action")
CODES = (
    r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\S+@\S+|https?://\S+|\b\w*[\d_•]\w*\b|\b[a-z]+(\.[a-z_]+)+\b|\b[a-z]+-[a-z-]+\b"
)
SILENT = ("script", "style", "svg", "template", "code", "kbd", "samp", "pre")
PRODUCT_NAMES = (
    "Stay API JSON ARPU CSV ID Cookie NPS XLSX Parquet GZ MB RFM Pareto NBD BG Gamma Kaplan Meier DD MM YYYY"
    " SOP CEO TOTP IP URL ERP APP HTTP MBG AUC PSI Google Meta SHA CN US"
)
DATA = [
    *(name for name, _role in facts.PEOPLE.values()),
    *facts.NAMES,
    "Harbour Shop Ledger Soft Northwind Group Iris Imple Night shift Northern",
    "Milk Whole milk app store search referral Signed In Product Viewed core use Order Coupon",
    "sign-up form reply Asked about delivery example com test",
    "English",
    "Plus VIP wecom Welcome",
    "Spring No letter Letter letters Wrong picture spend visit conversion orders",
]
ALLOWED = {word.lower() for text in (*DATA, PRODUCT_NAMES) for word in WORD.findall(text)}


class Reader(HTMLParser):
    """Collects what a reader sees or hears, bar what is marked as another language or as code."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []
        self.skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        foreign = (tag != "html" and (named.get("lang") or "zh").startswith("en")) or named.get("translate") == "no"
        if self.skipping or tag in SILENT or foreign:
            if tag not in ("input", "img", "br", "hr", "meta", "link", "use", "path"):
                self.skipping.append(tag)
            return
        self.heard += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        if self.skipping and self.skipping[-1] == tag:
            self.skipping.pop()

    def handle_data(self, data: str) -> None:
        if not self.skipping and data.strip():
            self.heard.append(data.strip())


def latin_words(html: str) -> list[str]:
    """The texts that hold a Latin word which is neither data nor a product's name; addresses and codes are data."""
    reader = Reader()
    reader.feed(html)
    found = []
    for text in reader.heard:
        plain = re.sub(CODES, " ", text)
        if any(word.lower() not in ALLOWED for word in WORD.findall(plain)):
            found.append(text)
    return found


def body_of(client: Client, path: str) -> str:
    """The page in Chinese."""
    response = client.get(path, headers={"accept-language": "zh-hans"})
    assert response.status_code in (200, 404), (path, response.status_code)
    return response.content.decode()


@pytest.mark.parametrize("place", PAGES)
def test_a_page_is_all_chinese(world: World, place: str) -> None:
    tenant = tenant_of(world, place)
    with use_tenant(tenant):
        ada = User.objects.get(email="ada@example.com")
        User.objects.filter(pk=ada.pk).update(language="zh-hans")
        path = fill_place(place)
        client = signed_in(ada)
        confirm_lately(client)
        client.defaults["HTTP_HOST"] = f"{tenant.slug}.localhost"
    with translation.override("zh-hans"):
        assert latin_words(body_of(client, path)) == []


@pytest.mark.parametrize("place", SIGNED_OUT)
def test_a_signed_out_page_is_all_chinese(world: World, place: str) -> None:
    assert latin_words(body_of(at_host(world.shop.slug), place)) == []


def test_the_reader_finds_what_is_left_in_english() -> None:
    page = '<p>用户 Customer</p><b title="Open it">开</b><i lang="en">English</i><p>a@b.example Ann</p>'
    assert latin_words(page) == ["用户 Customer", "Open it"]


def test_the_reader_passes_over_codes_also_where_a_part_has_no_digit() -> None:
    assert latin_words("<p>01a22ca1-bfbd-740e-bd09-2ddf41aa1438</p>") == []
