"""A rule built by keyboard alone: each step redraws the form, keeps what was typed, and counts anew."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.conftest import SignIn

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
    expect(page.locator("#preview")).to_contain_text("Write a list of at least one value.")
    page.evaluate(CHOOSE_AT_ONCE)
    page.locator('[id="add-0"]').click()
    expect(page.locator('input[name="0.1-p-days"]')).to_have_count(1)


def test_a_marketer_builds_a_segment_by_keyboard(sign_in: SignIn) -> None:
    page = sign_in("max@example.com").open("/segments/new/")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Write a list of at least one value.")
    page.locator('[id="0.0-field"]').select_option("acquisition_source")
    value = page.locator('input[name="0.0-v"]')
    expect(value).to_have_count(1)
    value.focus()
    page.keyboard.type("search")
    expect(preview).to_contain_text("20 customers")
    page.locator('[id="add-0"]').focus()
    page.keyboard.press("Enter")
    page.locator('[id="0.1-field"]').select_option("orders")
    expect(value).to_have_value("search")
    page.locator('input[name="0.1-p-days"]').fill("3650")
    page.locator('input[name="0.1-v"]').fill("3")
    expect(preview).to_contain_text("orders in 3650 days is at least 3")
    expect(preview).to_contain_text("10 customers")
    remove = page.get_by_role("button", name="Remove “orders in … days”")
    remove.focus()
    page.keyboard.press("Enter")
    expect(page.locator('[id="0.1-field"]')).to_have_count(0)
    expect(preview).to_contain_text("20 customers")
    page.get_by_label("Name", exact=False).first.fill(NAME)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=NAME, level=1)).to_be_visible()
    expect(page.get_by_text("is saved and counted.")).to_be_visible()
    expect(page.locator(".stay-pager")).to_contain_text("20 rows")
