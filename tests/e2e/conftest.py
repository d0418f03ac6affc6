"""A real browser against a live server with two filled tenants.

The browser is Debian's Chromium, or whatever ``STAY_CHROMIUM`` names, found at run time. Without one these tests are
deselected, aloud; in CI that is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection, connections
from django.test import override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tenants.context import use_tenant
from tenants.models import Tenant
from tenants.people.models import User
from tests.e2e.world import NOW, World, build_world, fill_place, tear_down_world
from tests.tenants.people.browser import confirm_lately, signed_in

PATIENCE = 20_000
"""Milliseconds until what a test waits for counts as not coming: two workers share a slow machine's cores."""
expect.set_options(timeout=PATIENCE)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Where the browser is, if there is one."""
    named = os.environ.get("STAY_CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything here needs a browser."""
    here = [item for item in items if "tests/e2e/" in item.nodeid]
    for item in here:
        item.add_marker("browser")
    if chromium() or not here:
        return
    if os.environ.get("CI") == "true":
        raise pytest.UsageError(f"{len(here)} tests need a browser; set STAY_CHROMIUM")
    config.hook.pytest_deselected(items=here)
    items[:] = [item for item in items if item not in here]
    print(f"\n{len(here)} tests deselected: no Chromium found")


@pytest.fixture(scope="package")
def db(django_db_setup: None) -> None:
    """The test database, without a transaction around each test: the server's threads must see what is written.

    pytest-django makes the database only where a test asks for something called ``db``.
    """


@pytest.fixture(scope="package")
def world(db: None, django_db_blocker: Any) -> Iterator[World]:
    """Two tenants of the browser tests' own, filled and committed, dropped at the end; the clock stands still."""
    with django_db_blocker.unblock(), override_settings(STAY_CLOCK=NOW.isoformat()):
        assert str(connection.settings_dict["NAME"]).startswith("test_")
        try:
            yield build_world()
        finally:
            tear_down_world()


@pytest.fixture(scope="package")
def port(world: World) -> Iterator[int]:
    """The port on which the live server answers for every tenant's host."""
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler, port=0)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait(30)
    if thread.error:
        raise thread.error
    yield thread.port
    thread.terminate()


@pytest.fixture(scope="package")
def browser(port: int) -> Iterator[Browser]:
    """One Chromium for all. Its driver keeps an event loop in this thread, in which Django would refuse to query."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield started
        started.close()
        connections.close_all()


@dataclass
class Visitor:
    """A signed-in person's browser: `open` goes to a path, and what the console complains about is kept."""

    page: Page
    context: BrowserContext
    tenant: Tenant
    host: str
    complaints: list[str]

    def open(self, path: str) -> Page:
        """Go there and wait until charts are drawn."""
        self.page.goto(f"http://{self.host}{path}", wait_until="load")
        self.settle()
        return self.page

    def stranger(self) -> Visitor:
        """Somebody who is not signed in, at the same host."""
        browser = self.context.browser
        assert browser is not None
        context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
        return Visitor(context.new_page(), context, self.tenant, self.host, self.complaints)

    def path(self, place: str) -> str:
        """`place` with the tenant's rows filled in."""
        with use_tenant(self.tenant):
            return fill_place(place)

    def settle(self) -> None:
        """Wait for HTMX and for the charts."""
        self.page.wait_for_function(
            "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"
            " && [...document.querySelectorAll('[data-chart]')].every((one) => one.dataset.drawn)"
        )


def is_complaint(message: ConsoleMessage) -> bool:
    """An error of a script or of the content policy; a missing page or a refused form that was meant to be is none."""
    meant = ("404 (Not Found)", "400 (Bad Request)", "409 (Conflict)")
    return message.type == "error" and not any(status in message.text for status in meant)


SignIn = Callable[..., Visitor]


@contextmanager
def signing_in(world: World, port: int, browser: Browser) -> Iterator[SignIn]:
    """Signs `email` of `tenant` in (by a session of theirs), with a screen of `width`, a theme and a language."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def enter(email: str, *, tenant: Tenant | None = None, width: int = 1400, theme: str = "light",
              language: str = "en") -> Visitor:  # fmt: skip
        chosen = tenant or world.shop
        with use_tenant(chosen):
            person = User.objects.get(email=email)
            User.objects.filter(pk=person.pk).update(theme=theme, language=language)
            client = signed_in(person)
            confirm_lately(client)
        session, host = client.cookies["sessionid"].value, f"{chosen.slug}.localhost"
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        context.add_cookies([{"name": "sessionid", "value": session, "url": f"http://{host}:{port}"}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        visitor = Visitor(page, context, chosen, f"{host}:{port}", [])
        page.on("console", lambda m: visitor.complaints.append(m.text) if is_complaint(m) else None)
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitors.append(visitor)
        return visitor

    yield enter
    for context in contexts:
        context.close()
    assert [text for visitor in visitors for text in visitor.complaints] == []


@pytest.fixture
def sign_in(world: World, port: int, browser: Browser) -> Iterator[SignIn]:
    """`signing_in`, for one test."""
    with signing_in(world, port, browser) as enter:
        yield enter
