"""Walk the running demo over HTTP as each persona: sign in, open every page of the side bar, do one true thing."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from retention.demo.services.browser import Browser, Page
from retention.demo.services.cast import Login


@dataclass
class Visit:
    """What one persona saw; `problems` are sentences, empty when all went well."""

    host: str
    role: str
    pages: list[str] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def walk(logins: list[Login], *, port: int) -> list[Visit]:
    """One visit per login."""
    return [_visit(login, port) for login in logins]


def _visit(login: Login, port: int) -> Visit:
    visit = Visit(login.host, login.role)
    browser = Browser(login.host, port)
    home = sign_in(browser, login, "/operator/" if login.role == "operator" else "/")
    if home.status != 200 or home.form_with("password"):
        visit.problems.append(f"could not sign in: {home.status} at {home.url}")
        return visit
    visit.pages.append(home.url)
    for path in home.navigation:
        _open(browser, path, visit)
    for act in ACTS.get(login.role, ()):
        try:
            visit.acts.append(act(browser, visit))
        except LookupError as problem:
            visit.problems.append(str(problem))
    return visit


def sign_in(browser: Browser, login: Login, path: str) -> Page:
    """Open `path`, sign in where asked, with the second factor where asked."""
    page = browser.get(path)
    form = page.form_with("password")
    if form is None:
        return page
    name = next((field for field in ("login", "username", "email") if field in form.values), "login")
    asked = {name: login.email, "password": login.password}
    if "code" in form.values:  # operators say all three at once
        asked["code"] = code_of(login.totp)
    page = browser.submit(page, form, **asked)
    factor = page.form_with("code")
    if factor is not None and login.totp:
        page = browser.submit(page, factor, code=code_of(login.totp))
    return page


def code_of(secret: str) -> str:
    """The six digits of the present half minute."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def _open(browser: Browser, path: str, visit: Visit) -> Page:
    begin = time.perf_counter()
    page = browser.get(path)
    visit.pages.append(path)
    if page.status != 200:
        visit.problems.append(f"{path} answered {page.status}")
    if time.perf_counter() - begin > 10:
        visit.problems.append(f"{path} took over ten seconds")
    return page


def _first(page: Page, kind: str) -> str:
    """The first link of `page` to one row of `kind`, as ``/customers/UUID/``."""
    for link in page.links:
        if re.fullmatch(rf"/{kind}/[0-9a-f-]{{36}}/", link):
            return link
    raise LookupError(f"{page.url} links to none of the {kind}")


def _read_a_customer(browser: Browser, visit: Visit) -> str:
    path = _first(_open(browser, "/customers/", visit), "customers")
    _open(browser, path, visit)
    return f"read {path}"


def _read_an_account(browser: Browser, visit: Visit) -> str:
    accounts = _open(browser, "/accounts/", visit)
    if visit.host.startswith("shop"):
        return "a shop has no accounts"
    path = _first(accounts, "accounts")
    _open(browser, path, visit)
    return f"read {path}"


def _read_a_segment(browser: Browser, visit: Visit) -> str:
    code = "login_fading" if visit.host.startswith("software") else "high_value_quiet"
    path = _first(_open(browser, f"/segments/{code}/", visit), "customers")
    _open(browser, path, visit)
    return f"opened {code} and read {path}"


ACTS = {
    "csm": (_read_an_account,),
    "support": (_read_a_customer,),
    "marketer": (_read_a_segment,),
    "viewer": (_read_a_customer,),
}
