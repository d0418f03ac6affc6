"""Doors of feedback."""

from datetime import UTC, datetime
from types import SimpleNamespace

from feedback.links import SAY, SURVEY
from feedback.models import FeedbackItem, LeadLink, ProductLead, Survey, SurveyResponse
from tenants.tokens import sign
from tests.isolation.matrix import OPEN, Row, World, thing

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


@thing
def feedback_item(world: World) -> FeedbackItem:
    return FeedbackItem.objects.create(
        feedback_id=world.text("voice"),
        public_id=world.uuid("feedback-item"),
        text=world.text("It never arrived"),
        received_at=NOW,
        recorded_at=NOW,
        updated_at=NOW,
    )


@thing
def product_lead(world: World) -> ProductLead:
    lead = ProductLead.objects.create(
        public_id=world.uuid("lead"), title=world.text("Bulk export"), department=world.text("Product"), created_at=NOW
    )
    LeadLink.objects.create(lead=lead, item=world["feedback_item"], linked_at=NOW)
    return lead


@thing
def survey(world: World) -> Survey:
    made = Survey.objects.create(
        public_id=world.uuid("survey"), name=world.text("Quarter"), question_en=world.text("Easy?"), created_at=NOW
    )
    SurveyResponse.objects.create(
        public_id=world.uuid("answer"), response_id=world.text("answer"), survey=made, score=3,
        comment=world.text("Nobody helped"), answered_at=NOW, recorded_at=NOW, updated_at=NOW,
    )  # fmt: skip
    return made


@thing
def voice_links(world: World) -> SimpleNamespace:
    """Tokens that this world's customer was sent."""
    customer = str(world.uuid("customer"))
    return SimpleNamespace(survey=sign(SURVEY, [customer, world.text("Quarter"), "m-1"]), say=sign(SAY, [customer]))


SAID = {"text": "It never came", "once": "00000000-0000-4000-8000-000000000001"}
ITEM = {"public_id": "feedback_item.public_id"}
ROWS = (
    Row("feedback", permission="feedback.view"),
    Row("feedback-item", permission="feedback.view", kwargs=ITEM),
    Row(
        "feedback-tag",
        permission="feedback.tag",
        kwargs=ITEM,
        methods=("POST",),
        data={"topic": "service.delivery", "intent": "complaint"},
    ),
    Row("feedback-undo", permission="feedback.tag", kwargs=ITEM, methods=("POST",)),
    Row("feedback-link-all", permission="leads.edit", methods=("POST",), data={"title": "Export"}),
    Row("surveys", permission="feedback.view"),
    Row("survey-new", permission="surveys.edit", methods=("GET", "POST"), data={"name": "Another"}),
    Row("survey", permission="feedback.view", kwargs={"public_id": "survey.public_id"}),
    Row(
        "survey-answer",
        permission=OPEN,
        kwargs={"token": "voice_links.survey"},
        methods=("GET", "POST"),
        data={"score": "9"},
    ),
    Row("say", permission=OPEN, methods=("GET", "POST"), data=SAID),
    Row("say-as", permission=OPEN, kwargs={"token": "voice_links.say"}, methods=("GET", "POST"), data=SAID),
    Row(
        "api-feedback",
        permission="feedback.view",
        methods=("GET", "POST"),
        data={"feedback_id": "t-9", "text": "No refund"},
        api=True,
    ),
    Row("api-leads", permission="leads.view", api=True),
    Row("api-survey-answers", permission="feedback.view", api=True),
    Row("feedback-link", permission="leads.edit", kwargs=ITEM, methods=("POST",), data={"title": "Export"}),
    Row("leads", permission="leads.view"),
    Row("lead-new", permission="leads.edit", methods=("POST",), data={"title": "Export"}),
    Row("lead", permission="leads.view", kwargs={"public_id": "product_lead.public_id"}),
    Row(
        "lead-plan",
        permission="leads.edit",
        kwargs={"public_id": "product_lead.public_id"},
        methods=("POST",),
        data={"title": "Export", "status": "planned"},
    ),
    Row("feedback-move", permission="feedback.tag", kwargs=ITEM, methods=("POST",), data={"act": "answer"}),
)
