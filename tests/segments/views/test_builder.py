"""The rule builder over HTTP, as the form sends it."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import connection, transaction
from django.template.loader import render_to_string

from retention.segments.fields import fields
from retention.segments.models import Segment
from retention.segments.science.sampling import scale_up
from retention.segments.selectors.counting import CountTooLong
from tenants.context import find_tenant, use_tenant
from tenants.governance.models import Policy
from tenants.people.models import User
from tests.segments.conftest import SignedIn
from tests.segments.selectors.test_counting import SLOW
from tests.segments.world import World, at

NAMES = {"name": "English, quiet", "name_zh": "", "description": "", "description_zh": ""}
FORM = {
    "0-kind": "all",
    "0.0-field": "language",
    "0.0-was": "language",
    "0.0-op": "in",
    "0.0-v": "en, en-GB",
    "0.1-kind": "none",
    "0.1.0-field": "orders",
    "0.1.0-was": "orders",
    "0.1.0-op": "ge",
    "0.1.0-v": "1",
    "0.1.0-p-days": "60",
}
RULE = {
    "all": [
        {"field": "language", "op": "in", "value": ["en", "en-GB"]},
        {"not": {"any": [{"field": "orders", "op": "ge", "value": 1, "params": {"days": 60}}]}},
    ]
}


@pytest.fixture
def people(world: World) -> World:
    world.customer("in", language="en")
    world.customer("zh", language="zh")
    world.order(world.customer("buyer", language="en-GB"), 59)
    return world


def test_the_builder_opens_with_one_condition(world: World, max_: User, browser: SignedIn) -> None:
    text = browser(max_).get("/segments/new/").content.decode()
    assert 'name="0.0-field"' in text
    assert 'name="0.1-field"' not in text


@pytest.mark.parametrize(
    ("do", "place"),
    [
        ("group:0", "0.2.0-field"),
        ("group:0.1", "0.1.1.0-field"),
        ("remove:0.1.0", "add-0.1"),
        ("remove:0.0", "add-0"),
        ("", ""),
        ("add:9", ""),
    ],
)
def test_work_goes_on_at_what_has_come(world: World, max_: User, browser: SignedIn, do: str, place: str) -> None:
    shown = browser(max_).post("/segments/builder/", {**FORM, "do": do})
    assert json.loads(shown["HX-Trigger-After-Settle"])["focus-on"] == place
    assert not place or f'id="{place}"' in shown.content.decode()


def test_steps_add_and_remove_parts_and_keep_the_rest(world: World, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    shown = client.post("/segments/builder/", {**FORM, "do": "add:0.1"})
    assert json.loads(shown["HX-Trigger-After-Settle"]) == {"draft-changed": "", "focus-on": "0.1.1-field"}
    part = shown.context["part"]
    assert [[p.field for p in part.parts[1].parts], part.parts[0].inputs[-1].value] == [
        ["orders", "pool"],
        "en, en-GB",
    ]
    part = client.post("/segments/builder/", {**FORM, "do": "remove:0.0"}).context["part"]
    assert [p.is_group for p in part.parts] == [True]
    part = client.post("/segments/builder/", {**FORM, "do": "group:0"}).context["part"]
    assert [p.is_group for p in part.parts] == [False, True, True]


def test_another_field_starts_its_condition_anew(world: World, max_: User, browser: SignedIn) -> None:
    part = browser(max_).post("/segments/builder/", {**FORM, "0.1.0-field": "birthday"}).context["part"]
    clause = part.parts[1].parts[0]
    assert (clause.field, [i.value for i in clause.inputs]) == ("birthday", ["on", ""])


@pytest.mark.parametrize("do", ["remove:0", "remove:0.9", "add:0.0", "add:x", "group:0.1.7", "", "drop:0"])
def test_steps_that_lead_nowhere_change_nothing(world: World, max_: User, browser: SignedIn, do: str) -> None:
    client = browser(max_)
    same = client.post("/segments/builder/", FORM).context["part"]
    assert client.post("/segments/builder/", {**FORM, "do": do}).context["part"] == same


def test_the_preview_counts_and_names_some(people: World, max_: User, browser: SignedIn) -> None:
    shown = browser(max_).post("/segments/preview/", FORM)
    assert shown.context["reach"].customers == 1
    assert [c.external_id for c in shown.context["sample"]] == ["in"]
    assert "orders in 60 days is at least 1" in shown.content.decode()


def test_the_preview_says_what_is_missing_and_where(people: World, max_: User, browser: SignedIn) -> None:
    shown = browser(max_).post("/segments/preview/", {**FORM, "0.1.0-v": ""})
    assert (shown.context["error"].message, shown.context["path"]) == ("The value is missing.", "0.1.0")


def test_a_count_that_takes_too_long_is_said_with_what_to_do(
    people: World, max_: User, browser: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fields._things, "slow", SLOW)
    Policy.objects.create(name="segments.count_seconds", value=1)
    form = {"0-kind": "all", "0.0-field": "slow", "0.0-was": "slow", "0.0-op": "known"}
    client = browser(max_)
    text = client.post("/segments/preview/", form).content.decode()
    assert "Counting took longer than 1 seconds and was given up." in text
    assert "Count again" in text
    Policy.objects.update(value=10)
    assert client.post("/segments/preview/", FORM).context["reach"].customers == 1


def test_an_estimate_is_told_with_its_interval() -> None:
    context = {"uncounted": CountTooLong(10), "estimate": scale_up(81, 263, 100_000)}
    text = render_to_string("segments/_uncounted.html", context)
    assert "about 30,798 customers" in text
    assert "from 25,529 to 36,621 of 100,000, by asking 263 of them" in text


def test_each_opened_form_counts_under_a_name_of_its_own(world: World, max_: User, browser: SignedIn) -> None:
    names = {browser(max_).get("/segments/new/").context["counting"] for _ in range(2)}
    assert len(names) == 2


def test_saving_makes_the_segment(people: World, max_: User, browser: SignedIn) -> None:
    answer = browser(max_).post("/segments/new/", {**NAMES, **FORM})
    segment = Segment.objects.get(ready=False)
    assert (answer.status_code, answer["Location"]) == (302, "/segments/english-quiet/")
    assert (segment.rule, segment.created_by) == (RULE, max_)
    assert people.matching(segment.rule) == ["in"]


@pytest.mark.parametrize(("change", "path"), [({"0.1.0-v": "many"}, "0.1.0"), ({"0.1.0-p-days": "0"}, "0.1.0")])
def test_a_rule_that_cannot_be_is_shown_again_with_its_place(
    people: World, max_: User, browser: SignedIn, change: dict[str, str], path: str
) -> None:
    page = browser(max_).post("/segments/new/", {**NAMES, **FORM, **change})
    assert page.status_code == 400
    assert page.context["part"].parts[1].parts[0].wrong
    assert page.context["part"].parts[1].parts[0].path == path
    assert Segment.objects.filter(ready=False).count() == 0


def test_a_group_without_conditions_is_refused(people: World, max_: User, browser: SignedIn) -> None:
    page = browser(max_).post("/segments/new/", {**NAMES, "0-kind": "all"})
    assert (page.status_code, page.context["part"].wrong) == (400, True)


def test_editing_shows_what_was_saved_and_saves_the_same(people: World, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    client.post("/segments/new/", {**NAMES, **FORM})
    page = client.get("/segments/english-quiet/edit/")
    inputs = {
        i.name: i.value
        for part in [*page.context["part"].parts, *page.context["part"].parts[1].parts]
        for i in part.inputs
    }
    assert inputs["0.0-v"] == "en, en-GB"
    assert inputs["0.1.0-p-days"] == "60"
    client.post("/segments/english-quiet/edit/", {**NAMES, **FORM, "0-kind": "any", "seen": page.context["seen"]})
    assert Segment.objects.get(code="english-quiet").rule == {"any": RULE["all"]}


def test_every_ready_segment_can_be_copied_unchanged_in_meaning(people: World, max_: User, browser: SignedIn) -> None:
    """The copy's form, sent back as it is, finds whom the ready segment finds."""
    from retention.segments.builder.convert import draft_of, rule_of
    from retention.segments.rules.parse import parse_rule

    for ready in Segment.objects.filter(ready=True):
        node = parse_rule(ready.rule)
        written = rule_of(draft_of(node)).rule
        assert people.matching(written) == people.matching(ready.rule)
        assert rule_of(draft_of(parse_rule(written))).rule == written


def test_a_change_over_anothers_change_is_refused(people: World, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    client.post("/segments/new/", {**NAMES, **FORM})
    answer = client.post("/segments/english-quiet/edit/", {**NAMES, **FORM, "seen": at(900).isoformat()})
    assert (answer.status_code, Segment.objects.get(code="english-quiet").rule) == (409, RULE)


def test_a_rule_too_slow_to_count_is_saved_and_its_page_says_so(
    people: World, max_: User, browser: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fields._things, "slow", SLOW)
    Policy.objects.create(name="segments.count_seconds", value=1)
    client = browser(max_)
    form = {"0-kind": "all", "0.0-field": "slow", "0.0-was": "slow", "0.0-op": "known"}
    text = client.post("/segments/new/", {**NAMES, **form}, follow=True).content.decode()
    assert "“English, quiet” is saved. It is counted with the next run." in text
    assert "The database could not answer the rule: it took too long" in text
    assert "/segments/english-quiet/edit/" in text
    rule = {"field": "slow", "op": "known"}
    answer = client.post("/api/v1/segments/", {"name": "Slow", "rule": rule}, content_type="application/json")
    assert (answer.status_code, answer.json()["customers"]) == (201, None)
    assert "took too long" in answer.json()["problem"]


@pytest.mark.django_db(transaction=True)
def test_while_a_run_counts_the_segment_the_form_is_kept(people: World, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    Segment.objects.create(pk=900, code="english-quiet", name="Q", rule=RULE, created_at=at(9), updated_at=at(9))
    seen = client.get("/segments/english-quiet/edit/").context["seen"]
    held, done = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with use_tenant(find_tenant("acme")), transaction.atomic():
                Segment.objects.select_for_update(no_key=True).get(code="english-quiet")
                held.set()
                done.wait(20)
        finally:
            connection.close()

    rival = threading.Thread(target=run)
    rival.start()
    assert held.wait(20)
    page = client.post("/segments/english-quiet/edit/", {**NAMES, **FORM, "0-kind": "any", "seen": seen})
    done.set()
    rival.join(20)
    assert (page.status_code, page.context["part"].inputs[0].value) == (503, "any")
    assert "This segment is being counted right now." in page.content.decode()
    assert Segment.objects.get(code="english-quiet").rule == RULE


@pytest.fixture
def broken(people: World) -> Segment:
    """A segment that asks about one which was archived since."""
    parts = [
        {"field": "language", "op": "in", "value": ["en", "en-GB"]},
        {"not": {"any": [{"field": "in_segment", "op": "is", "value": True, "params": {"segment": "old"}}]}},
    ]
    Segment.objects.create(code="old", name="Old", rule=RULE, created_at=at(9), updated_at=at(9), archived_at=at(8))
    return Segment.objects.create(
        code="broken", name="Broken", rule={"all": parts}, created_at=at(9), updated_at=at(9)
    )


def test_a_segment_whose_rule_no_longer_parses_is_opened_mended_and_archived(
    broken: Segment, max_: User, browser: SignedIn
) -> None:
    client = browser(max_)
    page = client.get("/segments/broken/")
    assert (page.status_code, page.context["reach"]) == (200, None)
    text = page.content.decode()
    assert "“old” is not one of its values." in text
    assert "/segments/broken/edit/" in text
    assert "no customer fits its rule" not in text
    form = client.get("/segments/broken/edit/")
    assert (form.status_code, form.context["error"].message) == (200, "“old” is not one of its values.")
    language, group = form.context["part"].parts
    assert [i.value for i in language.inputs] == ["in", "en, en-GB"]
    assert (group.inputs[0].value, group.parts[0].field, group.parts[0].wrong) == ("none", "in_segment", True)
    assert client.get("/segments/new/?from=broken").status_code == 200
    client.post("/segments/broken/edit/", {**NAMES, **FORM, "seen": form.context["seen"]})
    broken.refresh_from_db()
    assert broken.rule == RULE
    Segment.objects.filter(pk=broken.pk).update(rule={"field": "gone", "op": "known"})
    assert client.get("/segments/broken/edit/").context["part"].parts[0].field == "pool"
    client.post("/segments/broken/archive/")
    assert client.get("/segments/broken/").status_code == 404


def test_a_ready_segment_whose_number_cannot_be_says_so(people: World, max_: User, browser: SignedIn) -> None:
    Policy.objects.create(name="segments.silent_browsing", value={"views": 2, "window": 0})
    client = browser(max_)
    text = client.get("/segments/silent_browsing/").content.decode()
    assert "The value is not a whole number from 1 to 3660." in text
    copy = client.get("/segments/new/?from=silent_browsing").context["part"]
    assert {i.name: i.value for i in copy.parts[1].inputs}["0.1-p-days"] == "0"


def test_archiving_takes_it_off_the_list(people: World, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    client.post("/segments/new/", {**NAMES, **FORM})
    client.post("/segments/english-quiet/archive/")
    assert client.get("/segments/english-quiet/").status_code == 404
    assert client.get("/segments/").context["own"] == []
