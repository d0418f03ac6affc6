"""An audience for ad platforms: hashes alone, of those who agreed, in each platform's own normal form."""

from __future__ import annotations

import csv
import io
from hashlib import sha256

import pytest

from retention.customers.models import Customer, Preference
from retention.customers.services.consent import record_consent
from retention.segments.services import audiences
from retention.segments.services.audiences import google_email, plain_email
from tenants.governance.models import AuditEntry, Policy
from tenants.people.models import User
from tests.segments.conftest import SignedIn
from tests.segments.world import World, at

NOW = at(1)


def hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest() if text else ""


@pytest.fixture
def lost(world: World) -> dict[str, Customer]:
    """Seven who were lost, and what each agreed to."""
    said = {
        "both": ("Ann.Lee@GMail.com ", "+86 138 0013 8000", ("email", "sms")),
        "mail only": ("b@shop.example", "+1 (212) 555-0100", ("email",)),
        "phone only": ("c@shop.example", "13900139000", ("sms",)),
        "no": ("d@shop.example", "+8613800138001", ()),
        "took it back": ("e@shop.example", "", ("email",)),
        "not personal": ("f@shop.example", "", ("email",)),
        "broken": ("not an address", "12", ("email", "sms")),
    }
    people = {}
    for name, (email, phone, channels) in said.items():
        someone = people[name] = world.customer(name, email=email, phone=phone)
        world.score(someone, pool="lost", tier="key_save", high_value=True)
        for channel in channels:
            agree(someone, channel, granted=True)
    agree(people["took it back"], "email", granted=False)
    Preference.objects.create(customer=people["not personal"], personalised=False, updated_at=NOW)
    world.settle()
    return people


def agree(customer: Customer, channel: str, *, granted: bool) -> None:
    record_consent(customer=customer, channel=channel, purpose="marketing", granted=granted, source="test", now=NOW)


def take(browser: SignedIn, who: User, platform: str) -> list[list[str]]:
    answer = browser(who).post("/segments/high_value_lost/audience/", {"platform": platform})
    assert f'filename="high_value_lost-{platform}-2026-03-31.csv"' in answer["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("chunk", [1, 2000])
def test_each_platform_gets_its_own_normal_form(
    lost: dict[str, Customer], max_: User, browser: SignedIn, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(audiences, "CHUNK", chunk)
    assert take(browser, max_, "google") == [
        ["Email", "Phone"],
        [hashed("annlee@gmail.com"), hashed("+8613800138000")],
        [hashed("b@shop.example"), ""],
    ]
    assert take(browser, max_, "meta") == [
        ["email", "phone"],
        [hashed("ann.lee@gmail.com"), hashed("8613800138000")],
        [hashed("b@shop.example"), ""],
    ]
    assert take(browser, max_, "china") == [["phone_sha256"], [hashed("13800138000")]]


def test_a_number_without_a_country_is_of_the_country_that_the_policy_names(
    lost: dict[str, Customer], max_: User, browser: SignedIn
) -> None:
    Policy.objects.create(name="segments.phone_region", value="cn")
    assert take(browser, max_, "china")[1:] == [[hashed("13800138000")], [hashed("13900139000")]]


def test_who_took_how_many_is_kept_and_no_address_is(lost: dict[str, Customer], max_: User, browser: SignedIn) -> None:
    take(browser, max_, "google")
    entry = AuditEntry.objects.get(action="segment.audience")
    assert entry.detail == {
        "platform": "google", "as_of": "2026-03-31", "members": 7, "written": 2, "refused": 3, "unmatched": 2,
    }  # fmt: skip
    assert entry.target == "segment:high_value_lost"


def test_the_page_offers_it_to_those_who_may_export(
    lost: dict[str, Customer], max_: User, vera: User, browser: SignedIn
) -> None:
    assert "Take the audience" in browser(max_).get("/segments/high_value_lost/").content.decode()
    assert "Take the audience" not in browser(vera).get("/segments/high_value_lost/").content.decode()
    assert browser(vera).post("/segments/high_value_lost/audience/", {"platform": "google"}).status_code == 403
    answer = browser(max_).post("/segments/high_value_lost/audience/", {"platform": "other"}, follow=True)
    assert "Choose the platform that the file is for." in answer.content.decode()
    assert AuditEntry.objects.filter(action="segment.audience").count() == 0


def test_a_csm_limited_to_own_accounts_takes_their_people_alone(
    world: World, lost: dict[str, Customer], carl: User, browser: SignedIn
) -> None:
    world.account(lost["mail only"], "Northwind", csm=carl.email)
    User.objects.filter(pk=carl.pk).update(own_accounts_only=True)
    assert take(browser, carl, "google")[1:] == [[hashed("b@shop.example"), ""]]
    assert AuditEntry.objects.get(action="segment.audience").detail["members"] == 1


def test_taking_it_twice_gives_the_same_file_and_leaves_two_entries(
    lost: dict[str, Customer], max_: User, browser: SignedIn
) -> None:
    assert take(browser, max_, "meta") == take(browser, max_, "meta")
    assert AuditEntry.objects.filter(action="segment.audience").count() == 2


@pytest.mark.parametrize(
    ("address", "plain", "google"),
    [
        (" A.B@Gmail.com", "a.b@gmail.com", "ab@gmail.com"),
        ("A.B@GoogleMail.com", "a.b@googlemail.com", "ab@googlemail.com"),
        ("a.b@shop.example", "a.b@shop.example", "a.b@shop.example"),
        ("nobody", "", ""),
        ("a@localhost", "", ""),
        ("two words@shop.example", "", ""),
        ("", "", ""),
    ],
)
def test_addresses_in_normal_form(address: str, plain: str, google: str) -> None:
    assert (plain_email(address), google_email(address)) == (plain, google)
