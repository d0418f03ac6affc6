"""The pages of feedback: undo, giving, the next that waits, many voices to one lead, surveys, panels, the HTTP API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from feedback.models import FeedbackItem, LeadLink, ProductLead, Survey, SurveyResponse, Tag
from feedback.selectors.inbox import inbox, waiting_after, waiting_before
from feedback.selectors.nps import nps_by_month
from feedback.selectors.topics import topic_kinds
from feedback.services.triage import Was, give_item, restore_item, state_of, tag_item
from retention.common import clock
from retention.common.errors import Conflict, DomainError
from retention.customers.models import Customer, Event
from tenants.governance.models import AuditEntry
from tenants.people.models import Role, User
from tenants.people.services.keys import create_api_key
from tests.customers.facts import make_customer
from tests.tenants.people.browser import signed_in

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("tenant")


def said(name: str, customer: Customer | None = None, *, hours: int = 0, text: str = "") -> FeedbackItem:
    return FeedbackItem.objects.create(
        feedback_id=name, customer=customer, text=text or name, received_at=NOW - timedelta(hours=hours),
        recorded_at=NOW, updated_at=NOW,
    )  # fmt: skip


def in_force() -> list[str]:
    rows = Event.objects.filter(superseded_at=None, withdrawn=False)
    return sorted(rows.values_list("name", flat=True))


def test_undo_brings_back_tags_status_and_facts(sue: User) -> None:
    ann = make_customer("ann", NOW)
    item, client = said("one", ann), signed_in(sue)
    tagged = {"topic": ["service.refund", "price.high"], "intent": "complaint", "severe": "on"}
    client.post(f"/feedback/{item.public_id}/tag/", tagged)
    assert (Tag.objects.count(), in_force()) == (2, ["complaint_opened", "feedback_received"])
    client.post(f"/feedback/{item.public_id}/undo/")
    item.refresh_from_db()
    assert (Tag.objects.count(), item.status, item.intent, item.severe) == (0, "new", "", False)
    assert in_force() == ["feedback_received"]
    assert AuditEntry.objects.latest("position").action == "feedback.undone"
    client.post(f"/feedback/{item.public_id}/undo/")  # a second time there is nothing
    assert AuditEntry.objects.filter(action="feedback.undone").count() == 1


def test_undo_of_a_close_opens_the_complaint_again_with_its_tags(sue: User) -> None:
    item, client = said("one", make_customer("ann", NOW)), signed_in(sue)
    tag_item(item=item, topics=["service.refund"], intent="complaint", severe=False, actor=sue, now=NOW)
    client.post(f"/feedback/{item.public_id}/move/", {"act": "resolve"})
    assert "complaint_closed" in in_force()
    client.post(f"/feedback/{item.public_id}/undo/")
    item.refresh_from_db()
    assert (item.status, item.closed_at, Tag.objects.get().topic.code) == ("open", None, "service.refund")
    assert in_force() == ["complaint_opened", "feedback_received"]


def test_undo_does_not_overwrite_what_somebody_else_did(sue: User, ada: User) -> None:
    item = said("one")
    was = state_of(item)
    moved = tag_item(item=item, topics=[], intent="praise", severe=False, actor=sue, now=NOW)
    tag_item(item=item, topics=[], intent="question", severe=False, actor=ada, now=NOW + timedelta(seconds=1))
    with pytest.raises(Conflict):
        restore_item(item=item, was=was, unless_moved_since=moved.updated_at, actor=sue, now=NOW)
    item.refresh_from_db()
    assert item.intent == "question"


def test_a_state_survives_a_session(sue: User) -> None:
    item = said("one")
    tag_item(item=item, topics=["price.high"], intent="complaint", severe=True, actor=sue, now=NOW)
    item.refresh_from_db()
    was = state_of(item)
    assert Was.from_json(was.as_json()) == was


def test_an_item_is_given_to_somebody_who_may(sue: User, ada: User, vera: User) -> None:
    item = said("one")
    assert give_item(item=item, to=ada, actor=sue, now=NOW).assignee == ada
    with pytest.raises(DomainError):
        give_item(item=item, to=vera, actor=sue, now=NOW)
    client = signed_in(sue)
    client.post(f"/feedback/{item.public_id}/move/", {"act": "give", "person": str(sue.public_id)})
    item.refresh_from_db()
    assert item.assignee == sue
    client.post(f"/feedback/{item.public_id}/move/", {"act": "give", "person": "nonsense"})
    item.refresh_from_db()
    assert item.assignee == sue


def test_the_next_that_waits_is_older_then_from_the_top(sue: User) -> None:
    new, mid, old = said("new"), said("mid", hours=1), said("old", hours=2)
    done = said("done", hours=3)
    tag_item(item=done, topics=[], intent="praise", severe=False, actor=sue, now=NOW)
    items = inbox(sue)
    assert [waiting_after(items, one) for one in (new, mid, old, done)] == [mid, old, new, new]
    assert [waiting_before(items, one) for one in (new, mid, old, done)] == [None, new, mid, old]


def test_every_leaf_has_a_key_of_its_own() -> None:
    kinds = topic_kinds()
    assert [kind.key for kind in kinds] == ["1", "2", "3", "4", "5", "6", "7"]
    for kind in kinds:
        keys = [key for key, _leaf in kind.leaves]
        assert keys and len(set(keys)) == len(keys) == kind.topic.leaves.filter(retired_at=None).count()


def test_what_the_inbox_shows_is_put_to_a_lead_together(sue: User) -> None:
    for name in ("export please", "bulk export", "too dear"):
        said(name)
    client = signed_in(sue)
    client.post("/feedback/link/?q=export", {"title": "Bulk export"})
    lead = ProductLead.objects.get()
    assert sorted(lead.items.values_list("text", flat=True)) == ["bulk export", "export please"]
    client.post("/feedback/link/?q=export", {"lead": str(lead.public_id)})
    client.post("/feedback/link/", {"lead": str(lead.public_id)})  # not the whole inbox
    assert LeadLink.objects.count() == 2
    assert client.post("/feedback/link/?q=export", {"lead": "nonsense"}).status_code == 404
    client.post("/feedback/link/?q=export", {"title": " "})
    assert ProductLead.objects.count() == 1


def test_a_viewer_moves_no_lead(vera: User) -> None:
    lead = ProductLead.objects.create(title="Export", created_at=NOW)
    client = signed_in(vera)
    assert client.get(f"/leads/{lead.public_id}/").status_code == 200
    sent = client.post(f"/leads/{lead.public_id}/plan/", {"title": "Mine", "status": "shipped"})
    assert (sent.status_code, ProductLead.objects.get().title) == (403, "Export")


def test_a_wrong_plan_is_shown_again_with_its_words(sue: User) -> None:
    lead = ProductLead.objects.create(title="Export", created_at=NOW)
    answer = signed_in(sue).post(f"/leads/{lead.public_id}/plan/", {"title": "", "status": "nonsense"})
    assert (answer.status_code, ProductLead.objects.get().status) == (400, "idea")


def answered(survey: Survey, score: int, at: datetime, customer: Customer | None = None) -> SurveyResponse:
    return SurveyResponse.objects.create(
        response_id=f"{survey.pk}-{score}-{at:%m%d}", survey=survey, score=score, customer=customer,
        comment="<b>dear</b>", answered_at=at, recorded_at=at, updated_at=at,
    )  # fmt: skip


def test_a_survey_is_made_and_its_page_tells_the_score(sue: User, max_: User) -> None:
    client = signed_in(max_)
    assert client.post("/surveys/new/", {"name": "Quarter", "question_zh": "好用吗？"}).status_code == 302
    assert client.post("/surveys/new/", {"name": "Quarter"}).status_code == 400  # a name is one survey's
    survey = Survey.objects.get()
    ann = make_customer("ann", NOW, traits={"plan": "gold"})
    for score, months in ((10, 2), (9, 1), (2, 0)):
        answered(survey, score, NOW - timedelta(days=30 * months), ann if score == 2 else None)
    assert [(month.month, nps.score) for month, nps in nps_by_month(SurveyResponse.objects.order_by())] == [
        (1, 100.0), (3, 100.0), (4, -100.0),
    ]  # fmt: skip
    page = client.get(f"/surveys/{survey.public_id}/?by=plan").content.decode()
    assert "NPS +33" in page and "gold" in page and "NPS −100" in page
    assert "<b>dear</b>" not in page and "&lt;b&gt;dear" in page
    assert "NPS +33" in client.get("/surveys/").content.decode()
    narrowed = client.get(f"/surveys/{survey.public_id}/?group=detractors").content.decode()
    assert "1 row" in narrowed
    assert signed_in(sue).get("/surveys/new/").status_code == 403  # a support agent makes none


def test_a_customers_page_shows_what_they_said_and_their_links(sue: User, vera: User) -> None:
    ann = make_customer("ann", NOW, name="Ann")
    said("one", ann, text="No refund <script>")
    answered(Survey.objects.create(name="Quarter", created_at=NOW), 4, NOW, ann)
    page = signed_in(sue).get(f"/customers/{ann.public_id}/").content.decode()
    assert "No refund &lt;script&gt;" in page and "Quarter" in page and "/s/" in page and "/say/" in page
    seen = signed_in(vera).get(f"/customers/{ann.public_id}/").content.decode()  # who may look answers for nobody
    assert ("No refund &lt;script&gt;" in seen, "/s/" in seen, "/say/" in seen) == (True, False, False)


def key(ada: User, *scopes: str) -> Client:
    _key, text = create_api_key(name="Voice", scopes=scopes, actor=ada, now=clock.now())
    return Client(headers={"host": "acme.localhost", "authorization": f"Bearer {text}"})


def test_a_program_brings_a_voice_once_and_reads_leads_and_answers(ada: User) -> None:
    ann = make_customer("ann", NOW)
    client = key(ada, "feedback.view", "feedback.tag", "leads.view")
    voice = {"feedback_id": "t-9", "text": "退款还没到", "customer": "ann", "intent": "complaint"}
    first, again = (client.post("/api/v1/feedback/", voice, content_type="application/json") for _turn in range(2))
    assert (first.status_code, again.status_code, FeedbackItem.objects.count()) == (201, 201, 1)
    assert first.json() == {**first.json(), **voice, "channel": "api", "language": "zh-hans", "status": "new"}
    assert in_force() == ["complaint_opened", "feedback_received"]
    lead = ProductLead.objects.create(title="Refunds", created_at=NOW)
    LeadLink.objects.create(lead=lead, item=FeedbackItem.objects.get(), linked_at=NOW)
    found = client.get("/api/v1/leads/").json()["results"]
    assert [(one["title"], one["voices"], one["customers"]) for one in found] == [("Refunds", 1, 1)]
    answered(Survey.objects.create(name="Quarter", created_at=NOW), 4, NOW, ann)
    found = client.get("/api/v1/survey-answers/").json()["results"]
    assert [(one["survey"], one["customer"], one["score"]) for one in found] == [("Quarter", "ann", 4)]
    assert client.get("/api/v1/feedback/?status=closed").json()["results"] == []
    slip = client.get("/api/v1/feedback/?status=close")
    assert (slip.status_code, slip.json()["errors"]) == (
        400, {"status": ["“close” is none of new, open, answered, closed, duplicate."]}
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [{"customer": "nobody"}, {"text": ""}, {"feedback_id": ""}, {"intent": "wish"}, {"text": "a\0b"},
     {"received_at": "2999-01-01T00:00Z"}],
)  # fmt: skip
def test_a_program_is_told_what_is_wrong(ada: User, wrong: dict[str, str]) -> None:
    client = key(ada, "feedback.view", "feedback.tag")
    voice = {"feedback_id": "t-9", "text": "No refund", **wrong}
    answer = client.post("/api/v1/feedback/", voice, content_type="application/json")
    assert (answer.status_code, FeedbackItem.objects.count()) == (400, 0)


def test_a_key_that_may_read_brings_nothing(ada: User) -> None:
    voice = {"feedback_id": "t-9", "text": "No refund"}
    answer = key(ada, "feedback.view").post("/api/v1/feedback/", voice, content_type="application/json")
    assert (answer.status_code, FeedbackItem.objects.count()) == (403, 0)


def test_an_id_of_somebody_elses_customer_tells_nothing(carl: User) -> None:
    """A CSM who is limited to own accounts guesses an id."""
    role = Role.objects.create(name="Own accounts", codes=["feedback.view", "feedback.tag"])
    User.objects.filter(pk=carl.pk).update(custom_role=role, own_accounts_only=True)
    said("t-9", make_customer("ann", NOW), text="Secret words")
    client = signed_in(User.objects.get(pk=carl.pk))
    voice = {"feedback_id": "t-9", "text": "Guess"}
    answer = client.post("/api/v1/feedback/", voice, content_type="application/json")
    assert (answer.status_code, "Secret" in answer.content.decode()) == (400, False)
    assert FeedbackItem.objects.get().text == "Secret words"
