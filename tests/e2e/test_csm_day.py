"""A customer success manager's day: an alert worked to its end, a hand-over to done, a renewal planned."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from retention.alerts.models import Alert
from retention.common import clock
from retention.customers.models import Account, Event
from retention.customers.services.own_facts import OwnFact, record_facts
from retention.success.models import PlaybookRun
from retention.success.services.runs import start_handovers
from tenants.context import use_tenant
from tests.e2e.conftest import SignIn
from tests.e2e.world import World

STEPS = ("Hand the file over", "Tell the decision maker, by phone", "Meet with both consultants")


def test_a_csm_works_an_alert_to_its_end(sign_in: SignIn, world: World) -> None:
    with use_tenant(world.vendor):
        alert = Alert.objects.get(monitor__code="nps_low_away")
    page = sign_in("carl@example.com", tenant=world.vendor).open(f"/alerts/{alert.public_id}/")
    page.get_by_label("Who takes it").select_option(label="Carl Csm")
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_text("Carl Csm has taken it.")).to_be_visible()
    page.get_by_label("Response", exact=True).select_option(label="Open a task")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("It is done.")).to_be_visible()

    page.get_by_role("link", name="My day").click()
    page.get_by_role("link", name="Look after:").click()
    page.get_by_label("Note").fill("Called; a refund is on its way")
    page.get_by_role("button", name="It is done").click()
    expect(page.get_by_text("Done: Look after")).to_be_visible()

    page.goto(page.url.replace("/my-day/", f"/alerts/{alert.public_id}/"))
    page.get_by_label("What caused it").fill("A refund that took too long")
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("It is resolved.")).to_be_visible()


def test_a_csm_brings_a_handover_to_its_end(sign_in: SignIn, world: World) -> None:
    with use_tenant(world.vendor):
        account = Account.objects.get(external_id="a-5")
        at = clock.now() - timedelta(hours=2)
        changed = {"from": "Iris Imple", "to": "Omar New"}
        record_facts([OwnFact("e2e-h", "consultant_changed", at, account=account.pk, properties=changed)], now=at)
        assert start_handovers(now=clock.now()) == 1
        run = PlaybookRun.objects.get(account=account)
    page = sign_in("carl@example.com", tenant=world.vendor).open(f"/accounts/{account.public_id}/")
    page.locator("#panel-success").get_by_role("link", name="Hand-over").click()
    expect(page.get_by_text("its turn comes later").first).to_be_visible()

    open_step(page, STEPS[0])
    page.get_by_role("button", name="It is done").click()
    expect(page.get_by_text("This step needs its evidence.")).to_be_visible()
    promises = page.get_by_role("checkbox", name="Open requests and promises", exact=True)
    promises.check()
    page.get_by_role("button", name="It is done").click()
    expect(page.get_by_text("The checklist is not complete")).to_be_visible()
    expect(promises).to_be_checked()
    for box in page.locator("input[name=evidence]").all():
        box.check()
    page.get_by_role("button", name="It is done").click()
    expect(page.get_by_text(f"Done: {STEPS[0]}")).to_be_visible()

    for title, evidence in (
        (STEPS[1], "Wang is content with the new consultant"),
        (STEPS[2], "We go live in May"),
        ("Send the plan of the next 30 days", "https://example.com/plan"),
    ):
        page.goto(page.url.split("/my-day/")[0] + f"/runs/{run.public_id}/")
        open_step(page, title)
        page.locator("[name=evidence]").fill(evidence)
        if page.get_by_label("How the call went").count():
            page.get_by_label("How the call went").select_option(label="Answered")
        page.get_by_role("button", name="It is done").click()
        expect(page.get_by_text(f"Done: {title}")).to_be_visible()
    page.goto(page.url.split("/my-day/")[0] + f"/runs/{run.public_id}/")
    open_step(page, "Ask how the hand-over went")
    page.get_by_label("They are content").check()
    page.get_by_role("button", name="It is done").click()
    page.goto(page.url.split("/my-day/")[0] + f"/runs/{run.public_id}/")
    expect(page.get_by_text("Done").first).to_be_visible()
    with use_tenant(world.vendor):
        run.refresh_from_db()
        assert run.status == "done"
        assert Event.objects.filter(name="handover_closed", account=account).count() == 1


def test_a_csm_sees_the_portfolio_and_plans_a_renewal(sign_in: SignIn, world: World) -> None:
    page = sign_in("carl@example.com", tenant=world.vendor).open("/portfolio/?mine=me")
    row = page.locator("#portfolio-table tbody tr").filter(
        has=page.get_by_role("link", name="Northwind 1", exact=True)
    )
    expect(row).to_contain_text("12,000")
    page.get_by_role("link", name="Renewals").click()
    page.get_by_role("link", name="Northwind 1").click()
    page.locator("#id_next_step").fill("Show them the new reports")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Show them the new reports · Carl Csm")).to_be_visible()
    page.locator("#id_status").select_option(label="Renewed for less")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Say why.")).to_be_visible()
    page.locator("#id_status").select_option(label="Renewed for less")
    page.locator("#id_amount_after").fill("9000")
    page.locator("#id_reason").fill("Fewer seats")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Fewer seats")).to_be_visible()


def test_my_day_in_chinese(sign_in: SignIn, world: World) -> None:
    page = sign_in("carl@example.com", tenant=world.vendor).open("/my-day/")
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", name="今日待办", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="电话告知决策人").first).to_be_visible()


def open_step(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
