"""Pages look after their readers: nothing sideways at 390 px, nothing that axe calls serious, in both themes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from tenants.models import Tenant
from tests.e2e.conftest import SignIn, Visitor, signing_in
from tests.e2e.pages import PAGES, SIGNED_OUT
from tests.e2e.world import World, tenant_of

AXE = Path(settings.NODE_MODULES) / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")


COLOURS = ("color-contrast", "link-in-text-block")
"""The rules whose answer another theme can change; the others look at what both share."""


def axe_findings(visitor: Visitor, *rules: str) -> list[str]:
    """What axe finds serious or worse on the visitor's page."""
    return axe_findings_of(visitor.page, *rules)


def axe_findings_of(page: Page, *rules: str) -> list[str]:
    """What axe finds serious or worse: rule, and where. All rules unless some are named."""
    if not page.evaluate("() => !!window.axe"):
        page.evaluate(AXE.read_text())
    asked = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = page.evaluate("(asked) => axe.run(document, asked)", asked)
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


@pytest.fixture(scope="module")
def adas(world: World, port: int, browser: Browser) -> Iterator[dict[Tenant, Visitor]]:
    """Ada at each tenant, in a browser that she keeps open from page to page."""
    with signing_in(world, port, browser) as sign_in:
        yield {tenant: sign_in("ada@example.com", tenant=tenant) for tenant in (world.shop, world.vendor)}


@pytest.mark.parametrize("place", PAGES)
def test_axe_finds_nothing_serious_and_nothing_stands_out(
    adas: dict[Tenant, Visitor], world: World, place: str
) -> None:
    """Light, then dark, then on a phone: one visit for all three."""
    visitor = adas[tenant_of(world, place)]
    visitor.page.set_viewport_size({"width": 1400, "height": 900})
    page = visitor.open(visitor.path(place))
    assert {"light": axe_findings(visitor)} == {"light": []}
    page.evaluate("() => document.documentElement.setAttribute('data-bs-theme', 'dark')")
    assert {"dark": axe_findings(visitor, *COLOURS)} == {"dark": []}
    page.set_viewport_size({"width": 390, "height": 844})
    widths = page.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]
    complaints = visitor.complaints.copy()
    visitor.complaints.clear()
    assert complaints == []


@pytest.mark.parametrize("place", SIGNED_OUT)
def test_a_signed_out_page_is_as_good(sign_in: SignIn, place: str) -> None:
    visitor = sign_in("vera@example.com").stranger()
    visitor.open(place)
    assert axe_findings(visitor) == []
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    assert visitor.page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_axe_is_at_work(sign_in: SignIn) -> None:
    """A picture without a name and a pale text are found, or all the above says nothing."""
    visitor = sign_in("vera@example.com")
    page = visitor.open("/customers/")
    page.evaluate(
        """() => {
            const pale = Object.assign(document.createElement("p"), {textContent: "pale"});
            pale.style.color = "#dddddd";
            const nameless = Object.assign(document.createElement("img"), {src: "/static/stay/mark.svg"});
            document.querySelector("main").append(pale, nameless);
        }"""
    )
    assert sorted({finding.split(":")[0] for finding in axe_findings(visitor)}) == ["color-contrast", "image-alt"]


NAMES_DRAWN = """() => [...document.querySelectorAll('[data-chart=pools] .stay-canvas')].flatMap((canvas) => {
    const list = echarts.getInstanceByDom(canvas).getZr().storage.getDisplayList(true);
    return list.filter((one) => one.type === 'tspan' && !one.ignore).map((one) => one.style.text);
})"""


@pytest.mark.parametrize("width", [1400, 390])
def test_each_of_a_few_bars_keeps_its_name(sign_in: SignIn, width: int) -> None:
    page = sign_in("vera@example.com", width=width).open("/")
    drawn = "".join(page.evaluate(NAMES_DRAWN)).replace(" ", "")
    assert [name for name in ("Active", "Atrisk", "Hibernating", "Lost", "Goneforgood") if name not in drawn] == []
