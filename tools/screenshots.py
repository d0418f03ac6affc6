"""The pictures in ``docs/screenshots``: ``make screenshots`` starts the demo, walks its main pages, stops it.

The browser is ``STAY_CHROMIUM`` or the first Chromium on the path. WebP keeps all pictures together under 3 MB.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from retention.common.embedded.servers import start_throwaway_servers  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
MANAGE = [sys.executable, str(ROOT / "manage.py")]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
QUALITY = 82
READY_WITHIN = 1800.0


@dataclass(frozen=True)
class Shot:
    """One picture. `path` may end in ``>css``: the first such link on that page is followed.

    `fill` are fields by their labels with what is written into them; then the button called `press` is pressed.
    """

    name: str
    tenant: str
    path: str
    language: str = "en"
    theme: str = "light"
    width: int = 1400
    height: int = 900
    role: str = "admin"
    fill: tuple[tuple[str, str], ...] = ()
    press: str = ""


QUIET_CUSTOMER = "/customers/?q=2437>td a[href^='/customers/0']"
"""Of high value, hibernating, and by the models most likely still a customer."""
SHOTS = (
    Shot("dashboard-en-light", "shop", "/", height=1250),
    Shot("dashboard-zh-dark", "shop", "/", "zh-hans", "dark", height=1250),
    Shot("dashboard-phone", "shop", "/", width=390, height=844),
    Shot("customers", "shop", "/customers/?sort=-revenue"),
    Shot("customer", "shop", QUIET_CUSTOMER, height=1500),
    Shot("customer-phone-zh", "shop", QUIET_CUSTOMER, "zh-hans", "dark", 390, 844),
    Shot("segments-zh", "shop", "/segments/", "zh-hans"),
    Shot("segment-builder", "shop", "/segments/new/", theme="dark"),
    Shot("scores", "shop", "/scores/"),
    Shot("models", "shop", "/scores/models/", height=1500),
    Shot("models-zh-dark", "shop", "/scores/models/", "zh-hans", "dark", height=1500),
    Shot("pools-zh-dark", "shop", "/pools/", "zh-hans", "dark", height=1300),
    Shot("tiers", "shop", "/tiers/", height=1200),
    Shot("trends", "shop", "/trends/?days=365", height=1300),
    Shot("trends-phone-zh", "shop", "/trends/", "zh-hans", "dark", 390, 844),
    Shot("false-churn", "shop", "/false-churn/", height=1100),
    Shot("why-in-segment", "shop", "/segments/high_value_quiet/>td a[href*='/why/']", role="marketer"),
    Shot("segment-history-zh", "shop", "/segments/high_value_quiet/history/", "zh-hans", height=1300),
    Shot("overlap", "shop", "/segments/high_value_quiet/overlap/?with=high_value_lost", theme="dark", height=1100),
    Shot("membership", "shop", "/membership/", height=1200),
    Shot("weighting", "shop", "/policies/health.shop.weights/", height=2400,
         fill=(("Order trend", "30"), ("Purchase silence", "0"), ("Log-in gap", "8")),
         press="See what it would change"),
    Shot("policies", "shop", "/policies/"),
    Shot("accounts", "software", "/accounts/"),
    Shot("account", "software", "/accounts/>td a[href^='/accounts/']", height=1300),
    Shot("alerts", "shop", "/alerts/", role="csm"),
    Shot("feedback-item", "shop", "/feedback/?status=new>td a[href^='/feedback/0']", height=1250, role="support"),
    Shot("feedback-item-zh", "shop", "/feedback/?status=new>td a[href^='/feedback/0']", "zh-hans", "dark", height=1250,
         role="support"),
    Shot("leads", "shop", "/leads/", role="support"),
    Shot("survey", "shop", "/surveys/>a[href^='/surveys/0']", height=1100, role="support"),
    Shot("readout", "shop", "/experiments/>td a:has-text('Autumn')", height=1300, role="marketer"),
    Shot("campaign-phone-zh", "shop", "/campaigns/>td a[href^='/campaigns/0']", "zh-hans", width=390, height=844,
         role="marketer"),
    Shot("my-day-zh", "software", "/my-day/", "zh-hans", role="csm"),
    Shot("my-day-phone", "software", "/my-day/", theme="dark", width=390, height=844, role="csm"),
    Shot("handover", "software", "/my-day/>main a[href^='/tasks/0']", height=1100, role="csm"),
    Shot("portfolio", "software", "/portfolio/", role="csm"),
)  # fmt: skip


@contextmanager
def running_demo() -> Iterator[tuple[int, list[dict[str, str]]]]:
    """The demo on servers and a port of its own, with a clock that stands still: its port and log-ins."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="stay-shots-") as folder:
        root = Path(folder)
        command = [*MANAGE, "demo", "--root", folder, "--port", str(port), "--speed", "0"]
        servers = start_throwaway_servers()
        addresses = {
            "DATABASE_URL": servers.addresses.database_url,
            "BROKER_URL": servers.addresses.broker_url,
            "CACHE_URL": servers.addresses.cache_url,
        }
        command += ["--logins", str(root / "logins.json")]
        demo = subprocess.Popen(command, env={**os.environ, **addresses}, stdout=sys.stderr)
        try:
            _await(demo, port)
            yield port, json.loads((root / "logins.json").read_text())
        finally:
            if demo.poll() is None:
                demo.send_signal(signal.SIGINT)
                demo.wait(60)
            servers.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(demo: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if demo.poll() is not None:
            sys.exit(f"The demo ended with code {demo.returncode}; read its output above.")
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(1)
    sys.exit("The demo was not ready within half an hour; read its output above.")


def sign_in(browser: Browser, login: dict[str, str], port: int) -> BrowserContext:
    """A browser in which the person of `login` is signed in."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"http://{login['host']}:{port}/")
    page.locator("input[name=login]").fill(login["email"])
    page.locator("input[name=password]").fill(login["password"])
    page.locator("main form button[type=submit]").first.click()
    if login["totp"]:
        page.locator("input[name=code]").fill(code_of(login["totp"]))
        page.locator("main form button[type=submit]").first.click()
    page.locator("#sidebar-menu").wait_for(state="attached")
    page.close()
    return context


def code_of(secret: str) -> str:
    """The six digits of the present half minute (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def take(context: BrowserContext, shot: Shot, host: str) -> bytes:
    """The picture of one page."""
    page = context.new_page()
    page.set_viewport_size({"width": shot.width, "height": shot.height})
    path, _arrow, link = shot.path.partition(">")
    page.goto(f"http://{host}{path}")
    _switch(page, "language", shot.language, f"html[lang='{shot.language}']")
    _switch(page, "theme", shot.theme, f"html[data-bs-theme='{shot.theme}']")
    if link:
        page.goto(f"http://{host}{page.locator(link).first.get_attribute('href')}")
    for label, value in shot.fill:
        page.get_by_label(label).fill(value)
    if shot.press:
        page.get_by_role("button", name=shot.press).click()
        page.wait_for_load_state("networkidle")
    page.wait_for_function("() => [...document.querySelectorAll('[data-chart]')].every((one) => one.dataset.drawn)")
    page.wait_for_timeout(300)
    session = context.new_cdp_session(page)
    answer = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    page.close()
    return base64.b64decode(answer["data"])


def _switch(page: Page, field: str, value: str, sign: str) -> None:
    """Set the language or the theme by the page's own switch, unless it is so already."""
    if page.locator(sign).count() == 0:
        page.evaluate(f"() => document.querySelector('button[name={field}][value={value}]').click()")
        page.locator(sign).wait_for(state="attached")


def main() -> None:
    """Take all pictures, of those named on the command line only these."""
    chosen = [shot for shot in SHOTS if shot.name in sys.argv[1:] or not sys.argv[1:]]
    named = os.environ.get("STAY_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if named is None:
        sys.exit("No Chromium was found. Install one, or name it in STAY_CHROMIUM.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running_demo() as (port, logins), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=named, args=ARGUMENTS)
        for tenant, role in dict.fromkeys((shot.tenant, shot.role) for shot in chosen):
            login = next(one for one in logins if one["host"].startswith(tenant) and one["role"] == role)
            context = sign_in(browser, login, port)
            for shot in (one for one in chosen if (one.tenant, one.role) == (tenant, role)):
                (FOLDER / f"{shot.name}.webp").write_bytes(take(context, shot, f"{login['host']}:{port}"))
                print(f"docs/screenshots/{shot.name}.webp")
        browser.close()


if __name__ == "__main__":
    main()
