"""Doors of feedback."""

from datetime import UTC, datetime

from feedback.models import FeedbackItem, LeadLink, ProductLead
from tests.isolation.matrix import Row, World, thing

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
    Row("feedback-link", permission="leads.edit", kwargs=ITEM, methods=("POST",), data={"title": "Export"}),
    Row("leads", permission="leads.view"),
    Row("lead-new", permission="leads.edit", methods=("POST",), data={"title": "Export"}),
    Row(
        "lead",
        permission="leads.view",
        kwargs={"public_id": "product_lead.public_id"},
        methods=("GET", "POST"),
        data={"title": "Export", "status": "planned"},
    ),
    Row("feedback-move", permission="feedback.tag", kwargs=ITEM, methods=("POST",), data={"act": "answer"}),
)
