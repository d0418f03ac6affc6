"""Doors of feedback."""

from datetime import UTC, datetime

from feedback.models import FeedbackItem
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
    Row("feedback-move", permission="feedback.tag", kwargs=ITEM, methods=("POST",), data={"act": "answer"}),
)
