"""A support agent's day: ten complaints under their topics by keyboard alone, and a lead made of what they ask for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from feedback.models import FeedbackItem, ProductLead, Tag
from retention.common import clock
from retention.customers.models import Customer
from tenants.context import use_tenant
from tests.e2e.conftest import SignIn
from tests.e2e.world import World

TOPICS = {  # what was said: its keys, its code
    "No refund for two weeks": ("3", "e", "service.refund"),
    "The app dies when I pay": ("1", "b", "function.crash"),
    "Two days and no answer": ("3", "a", "service.slow_reply"),
    "Way too dear": ("5", "a", "price.high"),
    "Five pushes a day": ("2", "h", "experience.noise"),
    "Wrong name in every mail": ("4", "c", "relationship.impersonal"),
    "Next day took five": ("3", "f", "service.delivery"),
    "No bulk export": ("1", "a", "function.missing"),
    "My points are wrong": ("1", "c", "function.wrong"),
    "Still no bulk export": ("1", "a", "function.missing"),
}


@pytest.fixture
def voices(world: World) -> Iterator[None]:
    """Ten that nobody took up, the newest of all that wait, in this order; gone afterwards, with their lead."""
    with use_tenant(world.shop):
        now = clock.now()
        bea = Customer.objects.get(external_id="c-012")
        FeedbackItem.objects.bulk_create(
            FeedbackItem(
                feedback_id=f"day-{place}", text=text, language="en", customer=bea,
                received_at=now - timedelta(seconds=10 + place), recorded_at=now, updated_at=now,
            )
            for place, text in enumerate(TOPICS)
        )  # fmt: skip
    yield
    with use_tenant(world.shop):
        ProductLead.objects.filter(title="Bulk export").delete()
        FeedbackItem.objects.filter(feedback_id__startswith="day-").delete()


def said(page: Page, text: str) -> None:
    """The complaint is before the agent, and the page listens to keys: a busy machine shows the words well before."""
    expect(page.locator("blockquote")).to_have_text(text)
    page.wait_for_load_state("load")


def went_on(page: Page, text: str) -> None:
    """The page that said `text` is left, and the next one listens to keys."""
    expect(page.locator("blockquote")).not_to_have_text(text)
    page.wait_for_load_state("load")


def main_topics(world: World) -> dict[str, str]:
    with use_tenant(world.shop):
        tags = Tag.objects.filter(item__feedback_id__startswith="day-", place=0)
        return dict(tags.values_list("item__text", "topic__code"))


def test_ten_complaints_by_keyboard_alone_and_a_lead(sign_in: SignIn, world: World, voices: None) -> None:
    page = sign_in("sue@example.com", tenant=world.shop).open("/feedback/")
    page.get_by_role("link", name="No refund for two weeks").focus()
    page.keyboard.press("Enter")
    for place, (text, (kind, leaf, _code)) in enumerate(TOPICS.items()):
        said(page, text)
        if place == 0:  # the keys say themselves, and Escape closes what they opened
            page.keyboard.press("?")
            expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
        if place == 4:
            page.keyboard.press("s")
        page.keyboard.press(kind)
        page.keyboard.press(leaf)
        expect(page.get_by_label("Intent")).to_have_value("complaint")
        page.keyboard.press("Enter")
    went_on(page, "Still no bulk export")
    assert main_topics(world) == {text: code for text, (_kind, _leaf, code) in TOPICS.items()}

    page.keyboard.press("z")  # the last one was wrong: it is as it was
    said(page, "Still no bulk export")
    expect(page.get_by_text("Undone: it is as it was.")).to_be_visible()
    expect(page.get_by_text("not tagged yet")).to_be_visible()
    for key in ("1", "a", "i", "s"):  # in a select a key is the select's own
        page.keyboard.press(key)
    page.get_by_label("Intent").select_option("suggestion")
    page.keyboard.press("Enter")
    went_on(page, "Still no bulk export")
    with use_tenant(world.shop):
        last = FeedbackItem.objects.get(feedback_id="day-9")
        assert (last.intent, last.severe, last.status) == ("suggestion", False, "open")
        assert FeedbackItem.objects.get(feedback_id="day-4").severe

    page.goto(page.url.split("/feedback/")[0] + "/feedback/?q=bulk+export")
    page.get_by_label("Title of a new one").fill("Bulk export")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bulk export")
    expect(page.get_by_text("2 more voices ask for it.")).to_be_visible()
    expect(page.get_by_text("1 customer asks for it")).to_be_visible()
