"""A marketer's day: the ready win-back, a colleague's approval, launch, stop by keyboard, and the result."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from campaigns.enums import MessageState
from campaigns.models import Campaign, CampaignVersion, Decision, Message
from campaigns.services.planning import plan_campaign
from retention.common import clock
from retention.customers.models import ConsentEntry, Customer
from tenants.context import use_tenant
from tests.e2e.conftest import SignIn
from tests.e2e.world import NOW, World


def test_a_marketer_launches_the_graded_win_back_stops_it_and_reads_the_result(sign_in: SignIn, world: World) -> None:
    let_everybody_be_mailed(world)
    max_, carl = sign_in("max@example.com"), sign_in("carl@example.com")

    page = max_.open("/campaigns/")
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("Graded win-back, by each customer’s own rhythm").check()
    page.get_by_label("Name", exact=True).fill("June win-back")
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_role("heading", name="June win-back", level=1)).to_be_visible()
    expect(page.get_by_text("Nothing is sent before you launch it.")).to_be_visible()

    hold_half_out(world)
    page.get_by_role("link", name="To the launch").click()
    expect(page.get_by_text("Would be asked")).to_be_visible()
    expect(page.get_by_text("Would return by themselves")).to_be_visible()
    expect(card(page, "Left out, and why")).to_contain_text("no consent for the channel")
    page.get_by_role("button", name="These numbers are right").click()
    expect(page.get_by_text("A second person has to approve.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    expect(page.get_by_role("button", name="Launch")).to_have_count(0)
    path = page.url.split(max_.host)[1]

    page = carl.open(path)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Whoever asked can launch it now.")).to_be_visible()

    page = max_.open(path)
    expect(page.get_by_text("Carl Csm approved on")).to_be_visible()
    page.get_by_role("button", name="Launch").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("get the first messages now")
    dialog.get_by_role("button", name="Launch").click()
    expect(page.get_by_text("Launched. The first messages are on their way.")).to_be_visible()

    waiting = planned(world)
    assert waiting > 0
    page.reload()
    stop_by_keyboard(page, waiting)
    expect(page.get_by_text(f"Stopped: {waiting} message")).to_be_visible()
    expect(card(page, "Messages by state")).to_contain_text("Withheld")
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)

    expect(card(page, "Readout")).to_contain_text("How far it reached")
    page.get_by_role("link", name="All arms and intervals").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("June win-back")


def card(page: Page, title: str) -> Locator:
    return page.get_by_role("heading", name=title).locator("xpath=ancestor::section")


def let_everybody_be_mailed(world: World) -> None:
    """Half of the shop's customers agree to everything; the others to what they said before."""
    with use_tenant(world.shop):
        then = NOW - timedelta(days=1)
        ConsentEntry.objects.bulk_create(
            ConsentEntry(customer=customer, channel=channel, purpose="marketing", granted=True, source="test",
                         occurred_at=then, recorded_at=then)
            for customer in Customer.objects.order_by("id")[::2]
            for channel in ("email", "sms", "push", "call")
        )  # fmt: skip


def hold_half_out(world: World) -> None:
    """A tenth of so few may be nobody, by chance."""
    with use_tenant(world.shop):
        CampaignVersion.objects.filter(campaign__name="June win-back").update(holdout=0.5)


def planned(world: World) -> int:
    """What the worker does: plan. How many messages wait."""
    with use_tenant(world.shop):
        campaign = Campaign.objects.get(name="June win-back")
        plan_campaign(campaign.pk, clock=clock.now)
        assert Decision.objects.filter(campaign=campaign, verdict="no", reasons__contains=["held_out"]).exists()
        return Message.objects.filter(campaign=campaign, state=MessageState.PLANNED).count()


def stop_by_keyboard(page: Page, waiting: int) -> None:
    """Tab to the button, Enter, read the number, Tab to yes, Enter."""
    page.get_by_role("button", name="Stop", exact=True).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"{waiting} message")
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Stop")).to_be_focused()
    page.keyboard.press("Enter")
