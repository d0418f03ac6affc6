"""The platform's own pages are held to what the tenants' are: axe in both themes, a phone's width, Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from retention.common import clock
from tenants.context import use_public
from tenants.models import DeadLetter, Tenant
from tenants.people.models import User
from tenants.people.services.second_factor import enrol_totp
from tests.conftest import PASSWORD
from tests.e2e.test_chinese import latin_words
from tests.e2e.test_look import axe_findings_of
from tests.e2e.world import World
from tests.tenants.people.browser import code_of

OLGA = "olga.e2e@stay.example"
TENANTS = re.compile(r"Acme|Rival|acme|rival|e2e-vendor|e2e-shop|UTC|CNY|Asia/Shanghai")
"""Names and places that an operator typed."""
PAGES = (
    "/operator/",
    "/operator/sending/",
    "/operator/tenants/tenant/",
    "/operator/tenants/tenant/add/",
    "/operator/tenants/tenant/{tenant}/change/",
    "/operator/tenants/tenant/{tenant}/delete/",
    "/operator/tenants/schemastate/",
    "/operator/tenants/deadletter/",
    "/operator/tenants/deadletter/{letter}/change/",
)


@pytest.fixture(scope="module")
def olga(world: World) -> Iterator[str]:
    """An operator's session, and a letter for her to read."""
    with use_public():
        person = User.objects.create_superuser(OLGA, PASSWORD, name="Olga")
        secret = enrol_totp(person=person, actor="test", now=clock.now())
        letter = DeadLetter.objects.create(
            task="customers.run_import", task_id="1", arguments={}, headers={}, reason="no_tenant"
        )
    client = Client(headers={"host": "localhost"})
    client.post("/operator/login/?next=/operator/", {"username": OLGA, "password": PASSWORD, "code": code_of(secret)})
    yield client.cookies["sessionid"].value
    with use_public():
        letter.delete()  # the person stays: who signed in is in the audit log


@pytest.fixture
def page(browser: Browser, port: int, olga: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    context.add_cookies([{"name": "sessionid", "value": olga, "url": f"http://localhost:{port}"}])
    yield context.new_page()
    context.close()


def filled(place: str) -> str:
    with use_public():
        tenant = Tenant.objects.get(slug="e2e-shop")
        return place.format(tenant=tenant.pk, letter=DeadLetter.objects.latest("pk").pk)


@pytest.mark.parametrize("place", PAGES)
def test_axe_finds_nothing_serious_and_nothing_stands_out(page: Page, port: int, place: str) -> None:
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        answer = page.goto(f"http://localhost:{port}{filled(place)}")
        assert answer is not None and (answer.status, "/login/" in page.url) == (200, False)
        assert {theme: axe_findings_of(page)} == {theme: []}
    page.set_viewport_size({"width": 390, "height": 844})
    widths = page.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1], page.evaluate(
        "() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > 391)"
        ".map(e => e.outerHTML.slice(0, 90)).slice(0, 8)"
    )


@pytest.mark.parametrize("place", PAGES)
def test_an_operators_page_is_all_chinese(olga: str, place: str) -> None:
    client = Client(headers={"host": "localhost", "accept-language": "zh-hans"})
    client.cookies["sessionid"] = olga
    response = client.get(filled(place))
    assert response.status_code == 200
    page = TENANTS.sub("", response.content.decode())
    assert latin_words(page) == []
