"""A day of three people, in a real browser: an admin, a customer success manager, a marketer."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import expect

from retention.scoring.models import ScoreRun
from retention.scoring.services.runs import request_run
from tenants.context import use_tenant
from tests.e2e.conftest import SignIn
from tests.e2e.world import NOW, QUIET, World

PASSWORD = "correct-horse-battery"


def test_an_admin_invites_a_colleague_who_comes_in(sign_in: SignIn, world: World) -> None:
    ada = sign_in("ada@example.com")
    page = ada.open("/people/")
    page.get_by_role("link", name="Invite", exact=True).click()
    page.get_by_label("E-mail").fill("nina@example.com")
    page.get_by_label("Role", exact=True).select_option("csm")
    page.get_by_role("button", name="Send the invitation").click()
    link = page.locator("#invitation-link").inner_text()
    token = re.sub(r"^https?://[^/]+", "", link)

    nina = ada.stranger()
    page = nina.open(token)
    page.get_by_label("Name").fill("Nina New")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    page.goto(f"http://{nina.host}/accounts/")
    if page.get_by_label("Password").count():
        page.get_by_label("Email").fill("nina@example.com")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Accounts", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="People")).to_have_count(0)


def test_an_admin_changes_a_threshold_and_sees_what_it_does_first(sign_in: SignIn) -> None:
    page = sign_in("ada@example.com").open("/policies/")
    page.get_by_role("link", name="Pools begin at these multiples").click()
    field = page.locator("#id_value")
    field.fill(field.input_value().replace("= 1\n", "= 0.6\n"))
    page.get_by_role("button", name="See what it would change").click()
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    effects = page.locator("section[aria-labelledby=effects-title]")
    expect(effects).to_contain_text("customers would change pool")
    moved = effects.get_by_role("row").filter(has_text="At risk").filter(has_text="Hibernating")
    expect(moved).to_have_count(1)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved; it holds from now on.")).to_be_visible()
    history = page.get_by_role("heading", name="History").locator("xpath=ancestor::section")
    expect(history).to_contain_text("Ada Admin")
    expect(history).to_contain_text("0.6")


def test_an_admin_tries_a_new_weighting_of_health_and_reads_who_flips(sign_in: SignIn) -> None:
    page = sign_in("ada@example.com").open("/policies/health.shop.weights/")
    total = page.locator("[data-sum] output")
    expect(total).to_have_text("100")
    page.get_by_label("Order trend").fill("30")
    expect(total).to_have_text("120")
    page.get_by_role("button", name="See what it would change").click()
    expect(page.get_by_role("alert")).to_contain_text("The weights total 120, not 100.")
    expect(page.get_by_label("Order trend")).to_have_value("30")
    page.get_by_label("Purchase silence").fill("0")
    page.get_by_label("Log-in gap").fill("8")
    expect(total).to_have_text("100")
    page.get_by_role("button", name="See what it would change").click()
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    effects = page.locator("section[aria-labelledby=effects-title]")
    changed = "Log-in gap 12 → 8 · Purchase silence 16 → 0 · Order trend 10 → 30"
    expect(effects.get_by_role("heading")).to_have_text(changed)
    expect(effects).to_contain_text("customers would change band.")
    expect(effects).to_contain_text("These move furthest:")
    first = effects.get_by_role("table").last.get_by_role("row").nth(1)
    name = first.get_by_role("link").inner_text()
    first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_a_marketer_stops_a_run_while_the_page_redraws(sign_in: SignIn, world: World) -> None:
    with use_tenant(world.shop):
        run = request_run(as_of=NOW.date() - timedelta(days=3), now=NOW)
    page = sign_in("max@example.com").open("/scores/")
    page.get_by_role("button", name="Stop the run").click()
    with page.expect_response("**/scores/progress/"):  # the card is drawn anew under the open question
        pass
    page.get_by_role("dialog").get_by_role("button", name="Stop the run").click()
    expect(page.get_by_text("The run as of 31 May 2024 was stopped.")).to_be_visible()
    with use_tenant(world.shop):
        run.refresh_from_db()
        assert run.status == "stopped"


def test_a_page_that_shows_a_run_shows_what_came_of_it(sign_in: SignIn, world: World) -> None:
    with use_tenant(world.shop):
        run = request_run(as_of=NOW.date() - timedelta(days=4), now=NOW)
    page = sign_in("max@example.com").open("/scores/")
    row = page.get_by_role("row").filter(has_text="30 May 2024")
    expect(row).to_contain_text("Queued")
    with use_tenant(world.shop):
        ScoreRun.objects.filter(pk=run.pk).update(status="failed", finished_at=NOW)
    expect(row).to_contain_text("Failed")


def test_a_csm_finds_an_account_and_its_people(sign_in: SignIn, world: World) -> None:
    carl = sign_in("carl@example.com", tenant=world.vendor)
    page = carl.open("/accounts/")
    page.get_by_role("searchbox").press_sequentially("northwind 3")
    rows = page.locator("#accounts-table tbody tr")
    expect(rows).to_have_count(1)
    expect(page.locator("#live")).to_have_text("1 row")
    rows.get_by_role("link", name="Northwind 3").click()
    expect(page.get_by_role("heading", name="Northwind 3", level=1)).to_be_visible()
    people = page.locator("#panel-people")
    expect(people.get_by_role("row").filter(has_text="Decision maker")).to_have_count(1)
    expect(people).to_contain_text("Nobody is known as: Administrator")
    page.get_by_role("button", name="Events", exact=True).click()
    expect(page.locator("#timeline li")).to_have_count(1)


def test_a_marketer_understands_why_a_customer_is_quiet(sign_in: SignIn) -> None:
    page = sign_in("max@example.com").open("/")
    page.get_by_role("link", name="Segments").click()
    page.get_by_role("link", name="High value, quiet").click()
    expect(page.get_by_role("heading", name="High value, quiet", level=1)).to_be_visible()
    row = page.locator("#segment-customers-table tbody tr, .stay-rows tbody tr").filter(has_text="Cleo Park 53")
    row.get_by_text("Why?").click()
    reason = page.locator(".stay-reason")
    expect(reason.filter(has_text="high value").first).to_contain_text("This customer: yes")
    page.get_by_role("link", name="Customer record").click()
    expect(page.get_by_role("heading", name="Cleo Park 53", level=1)).to_be_visible()
    expect(page.locator("#panel-value")).to_contain_text("Net revenue")
    expect(page.get_by_text(QUIET).first).to_be_visible()
    expect(page.locator("#timeline li").first).to_be_visible()
    page.get_by_role("button", name="Orders", exact=True).click()
    expect(page.locator("#timeline li").first).to_contain_text("Order o-53-")


def test_sorting_and_paging_keep_the_page_and_the_address(sign_in: SignIn) -> None:
    page = sign_in("vera@example.com").open("/customers/")
    first = page.locator("#customers-table tbody tr").first
    before = first.inner_text()
    page.get_by_role("link", name="Next").click()
    expect(first).not_to_have_text(before)
    expect(page).to_have_url(re.compile("page="))
    page.go_back()
    expect(first).to_contain_text(before.split("\t")[0].strip())
    page.get_by_role("link", name="From orders").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text(re.compile("From orders"))
    expect(page).to_have_url(re.compile("sort=-revenue"))


def test_the_theme_and_the_language_switch(sign_in: SignIn) -> None:
    page = sign_in("sue@example.com").open("/customers/")
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", name="用户", level=1)).to_be_visible()


def test_an_admin_edits_a_cap_and_sees_the_history(sign_in: SignIn) -> None:
    page = sign_in("ada@example.com").open("/policies/caps.promotions/")
    field = page.locator("#id_value")
    before = field.input_value()
    assert "most = 2" in before
    field.fill(before.replace("most = 2", "most = 1"))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved; it holds from now on.")).to_be_visible()
    expect(page.locator("#id_value")).to_have_value(re.compile("most = 1"))
    history = page.get_by_role("heading", name="History").locator("xpath=ancestor::section")
    expect(history).to_contain_text("Ada Admin")
    page.goto(page.url.split("/policies/")[0] + "/audit/")
    expect(page.get_by_role("row").filter(has_text="Policy changed").first).to_contain_text("Ada Admin")
