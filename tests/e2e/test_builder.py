"""A rule built by keyboard alone: each step redraws the form, keeps what was typed, and counts anew."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from retention.customers.models import Order
from retention.scoring.models import CustomerScore
from retention.segments.fields import fields
from retention.segments.models import Segment
from tenants.context import as_login, use_public, use_tenant
from tests.e2e.conftest import SignIn
from tests.e2e.world import NOW, World
from tests.segments.selectors.test_counting import SLOW, wait_for

NAME = "搜索而来"
"""The segment stays in the tenant that all browser tests share, and a page in Chinese may show no English name."""

CHOOSE_AT_ONCE = """() => new MutationObserver((changes, watcher) => {
    const field = document.getElementById("0.1-field");
    if (!field) return;
    watcher.disconnect();
    field.value = "orders";
    field.dispatchEvent(new Event("change", {bubbles: true}));
}).observe(document.getElementById("builder"), {childList: true, subtree: true})"""
"""Choose a field in the very moment in which the redrawn form shows it."""


def test_a_redrawn_form_answers_from_its_first_moment(sign_in: SignIn) -> None:
    page = sign_in("max@example.com").open("/segments/new/")
    expect(page.locator("#preview")).to_contain_text("“is one of” needs at least one value.")
    page.evaluate(CHOOSE_AT_ONCE)
    page.locator('[id="add-0"]').click()
    expect(page.locator('input[name="0.1-p-days"]')).to_have_count(1)


def test_a_marketer_builds_a_segment_by_keyboard(sign_in: SignIn) -> None:
    page = sign_in("max@example.com").open("/segments/new/")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("“is one of” needs at least one value.")
    page.locator('[id="0.0-field"]').select_option("acquisition_source")
    value = page.locator('input[name="0.0-v"]')
    expect(value).to_have_count(1)
    value.focus()
    page.keyboard.type("search")
    expect(preview).to_contain_text("20 customers")
    page.keyboard.press("Enter")  # asks for the count, and saves nothing
    page.locator('[id="add-0"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator('[id="0.1-field"]')).to_be_focused()
    page.keyboard.type("orders in")  # goes to the next match with each letter, and asks when it is typed
    expect(page.locator('[id="0.1-field"]')).to_have_value("orders")
    expect(page.locator('[id="0.1-field"]')).to_be_focused()
    expect(value).to_have_value("search")
    page.locator('input[name="0.1-p-days"]').fill("3650")
    page.locator('input[name="0.1-v"]').fill("3")
    expect(preview).to_contain_text("orders in 3650 days is at least 3")
    expect(preview).to_contain_text("10 customers")
    remove = page.get_by_role("button", name="Remove “orders in … days”")
    remove.focus()
    page.keyboard.press("Enter")
    expect(page.locator('[id="0.1-field"]')).to_have_count(0)
    expect(page.locator('[id="add-0"]')).to_be_focused()
    expect(preview).to_contain_text("20 customers")
    page.get_by_label("Name", exact=False).first.fill(NAME)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=NAME, level=1)).to_be_visible()
    expect(page.get_by_text("is saved and counted.")).to_be_visible()
    expect(page.locator(".stay-pager")).to_contain_text("20 rows")


def test_a_rule_is_not_lost_without_a_word(sign_in: SignIn) -> None:
    page = sign_in("max@example.com").open("/segments/new/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", name="Segments", level=1)).to_be_visible()
    page.go_back()
    page.locator('[id="0.0-field"]').select_option("acquisition_source")
    expect(page.locator('input[name="0.0-v"]')).to_have_count(1)
    page.locator('input[name="0.0-v"]').fill("search")
    expect(page.locator("#preview")).to_contain_text("20 customers")
    with page.context.expect_page() as opened:
        page.locator("#preview a").first.click()
    opened.value.close()
    page.get_by_role("button", name="简体中文").click()
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    expect(page.locator('input[name="0.0-v"]')).to_have_value("search")
    page.get_by_label("Name", exact=False).first.fill("搜索而来，再一次")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("is saved and counted.")).to_be_visible()
    assert asked == ["beforeunload"]


def test_a_long_count_is_stopped_by_the_button_and_by_leaving(
    sign_in: SignIn, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fields._things, "slow", SLOW)
    page = sign_in("max@example.com").open("/segments/new/")
    stop = page.get_by_role("button", name="Stop counting")
    expect(stop).to_be_hidden()
    page.locator('[id="0.0-field"]').select_option("slow")
    expect(page.locator('[name="0.0-was"]')).to_have_value("slow")
    page.locator('[id="0.0-op"]').select_option("known")
    expect(page.locator('[name="0.0-v"]')).to_have_count(0)
    expect(stop).to_be_visible()
    wait_for(counts_steadily)
    stop.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#preview")).to_contain_text("Counting was stopped.")
    expect(stop).to_be_hidden()
    assert counts_running() == 0
    page.get_by_role("button", name="Count again").click()
    wait_for(lambda: counts_running() == 1)
    page.locator('[id="0-kind"]').select_option("any")
    wait_for(lambda: counts_running() == 0)
    wait_for(lambda: counts_running() == 1)
    page.goto("about:blank")
    wait_for(lambda: counts_running() == 0)


def counting() -> list[datetime]:
    """Since when server processes count for somebody."""
    with use_public(), as_login(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT query_start FROM pg_stat_activity WHERE state = 'active' AND starts_with(query, '/* staycount')"
        )
        return [since for (since,) in cursor.fetchall()]


def counts_running() -> int:
    """How many server processes count for somebody."""
    return len(counting())


def counts_steadily() -> bool:
    """Whether one count has gone on for a second: the form is redrawn, and nothing waits to be counted."""
    before = counting()
    time.sleep(1)
    return len(before) == 1 and before == counting()


CLAUSES = (
    ("coupon_share_to_last", "ge", "0.7"),
    ("high_value", "is", "true"),
    ("silent", "is", "true"),
    ("false_churn", "is", "false"),
)
"""Price-sensitive, high value, silent for longer than their category's threshold, not false churn."""
WORDS = {
    "en": (
        "share of orders with a coupon",
        "high value: yes",
        "silent for longer than their category’s threshold: yes",
    ),
    "zh-hans": ("用券订单占比", "高价值：是", "沉默超过所属品类阈值：是"),
}


def build(page: Page) -> None:
    """The four conditions, one after the other."""
    for place, (field, op, value) in enumerate(CLAUSES):
        if place:
            page.locator('[id="add-0"]').click()
        page.locator(f'[id="0.{place}-field"]').select_option(field)
        input_ = page.locator(f'[name="0.{place}-v"]')
        expect(input_).to_have_count(1)
        if op == "is":
            input_.select_option(value)
        else:
            input_.fill(value)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_marketer_finds_the_price_sensitive_who_are_worth_it_and_reads_why(
    sign_in: SignIn, world: World, language: str
) -> None:
    with use_tenant(world.shop):
        wanted = CustomerScore.current.filter(high_value=True, r__gte=1, false_churn="")
        keys = list(wanted.values_list("customer", flat=True))
        Order.objects.filter(customer__in=keys).update(coupon="SPRING")
        names = [str(score.customer) for score in wanted.select_related("customer")]
        other = CustomerScore.current.filter(high_value=False).select_related("customer")[0].customer
    assert names
    page = sign_in("max@example.com", language=language).open("/segments/new/")
    build(page)
    preview = page.locator("#preview")
    expect(preview.locator(".stay-kpi-value")).to_contain_text(str(len(names)))
    for words in WORDS[language]:
        expect(preview).to_contain_text(words)
    shown = [name.splitlines()[0] for name in preview.locator("ul.list-unstyled a").all_inner_texts()]
    assert shown
    assert set(shown) <= set(names)
    page.locator('input[name="name"]').fill(f"值得挽回{len(language)}")
    page.locator("form button[type=submit].btn-primary").click()
    page.wait_for_url("**/segments/*/")
    page.locator("input[name=q]").first.fill(other.external_id)
    page.locator("input[name=q]").first.press("Enter")
    page.wait_for_url("**/why/**")
    verdict = {"en": "does not hold as of", "zh-hans": "的规则不成立"}[language]
    expect(page.locator("#content")).to_contain_text(verdict)
    expect(page.locator("#content")).to_contain_text(WORDS[language][1].split(":")[0].split("：")[0])


def test_what_a_stored_rule_lacks_is_told_above_the_form_and_not_in_its_place(sign_in: SignIn, world: World) -> None:
    with use_tenant(world.shop):
        rule_as_it_was = {"all": [{"field": "nonesuch", "op": "known"}]}
        Segment.objects.create(code="torn", name="搜索", rule=rule_as_it_was, created_at=NOW, updated_at=NOW)
    try:
        page = sign_in("max@example.com").open("/segments/torn/edit/")
        told, rule = page.get_by_role("alert").bounding_box(), page.locator("#builder").bounding_box()
        side = page.locator("#preview").bounding_box()
    finally:
        with use_tenant(world.shop):
            Segment.objects.get(code="torn").delete()
    assert told is not None and rule is not None and side is not None
    assert told["y"] + told["height"] <= rule["y"]
    assert rule["x"] + rule["width"] <= side["x"]


def test_a_count_that_a_late_word_stopped_is_asked_for_again(
    sign_in: SignIn, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fields._things, "slow", SLOW)
    page = sign_in("max@example.com").open("/segments/new/")
    page.locator('[id="0.0-field"]').select_option("slow")
    expect(page.locator('[name="0.0-was"]')).to_have_value("slow")
    page.locator('[id="0.0-op"]').select_option("known")
    wait_for(counts_steadily)
    (since,) = counting()
    form = "new FormData(document.querySelector('form.stay-builder'))"
    page.evaluate(f"() => fetch('/segments/count/stop/', {{method: 'POST', body: {form}}})")
    wait_for(lambda: [began for began in counting() if began > since] != [])
    page.goto("about:blank")
    wait_for(lambda: counts_running() == 0)
