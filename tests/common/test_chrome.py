"""What stands around a page: who may see which line, the language and theme switches, refusals with a mend."""

from __future__ import annotations

import pytest
from django.test import Client

from tenants.context import use_public
from tenants.models import Tenant
from tenants.people.models import User
from tests.tenants.people.browser import signed_in


@pytest.fixture
def browser(max_: User) -> Client:
    return signed_in(max_)


def test_the_language_is_kept_on_the_person_and_in_a_cookie(browser: Client, max_: User) -> None:
    answer = browser.post("/preferences/language/", {"language": "zh-hans", "next": "/customers/?q=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/customers/?q=1")
    assert answer.cookies["django_language"].value == "zh-hans"
    max_.refresh_from_db()
    assert max_.language == "zh-hans"
    assert '<html lang="zh-hans"' in browser.get("/customers/").content.decode()


def test_a_switch_never_leads_to_another_host_and_knows_its_languages(browser: Client, max_: User) -> None:
    answer = browser.post("/preferences/language/", {"language": "xx", "next": "https://evil.example/"})
    assert answer["Location"] == "/"
    max_.refresh_from_db()
    assert max_.language == ""
    assert browser.get("/preferences/language/").status_code == 405


def test_the_theme_is_worn(browser: Client, max_: User) -> None:
    browser.post("/preferences/theme/", {"theme": "dark", "next": "/customers/"})
    assert 'data-bs-theme="dark"' in browser.get("/customers/").content.decode()


def test_the_page_allows_nothing_inline(browser: Client) -> None:
    answer = browser.get("/customers/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "style-src 'self'" in policy
    body = answer.content.decode()
    assert " style=" not in body
    assert "<style" not in body
    assert " onclick=" not in body


def test_a_page_that_is_not_there_says_how_to_mend_it(browser: Client) -> None:
    answer = browser.get("/no/such/page/")
    assert answer.status_code == 404
    assert "Check the address" in answer.content.decode()


def test_a_bad_page_number_is_refused_in_words_and_to_htmx_as_a_message(browser: Client) -> None:
    whole = browser.get("/customers/?page=zzz")
    part = browser.get("/customers/?page=zzz", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="customers-table")
    assert (whole.status_code, part.status_code) == (400, 400)
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert part["HX-Retarget"] == "#messages"


def test_a_swap_brings_the_rows_with_their_count_alone(browser: Client) -> None:
    part = browser.get("/customers/", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="customers-table")
    body = part.content.decode()
    assert body.lstrip().startswith('<div id="customers-table"')
    assert "<html" not in body
    assert 'id="live"' in body


def test_the_banner_says_that_data_are_synthetic(browser: Client, tenant: Tenant) -> None:
    said = "Contains synthetic data"
    assert said not in browser.get("/customers/").content.decode()
    with use_public():
        Tenant.objects.filter(pk=tenant.pk).update(is_synthetic=True)
    assert said in browser.get("/customers/").content.decode()


def test_an_address_that_takes_answers_alone_leads_a_visitor_to_the_page_above(browser: Client) -> None:
    """The language may be changed where a form was refused or previewed, and then that address is asked for."""
    place = "/segments/high_value_quiet/archive/"
    answer = browser.get(place, headers={"accept": "text/html,*/*"})
    assert (answer.status_code, answer["Location"]) == (302, "/segments/high_value_quiet/")
    assert browser.get(place, headers={"accept": "application/json"}).status_code == 405
    assert browser.get(place, headers={"accept": "text/html", "hx-request": "true"}).status_code == 405
