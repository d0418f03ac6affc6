"""The inbox and the answers of a survey as tables."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.enums import Intent, ItemStatus
from feedback.models import FeedbackItem, SurveyResponse, Topic
from feedback.selectors.inbox import found_items
from retention.common.tables import Column, Filter, Search, Table

SHOWN = 120


def item_url(item: FeedbackItem) -> str:
    """The item's page."""
    return reverse("feedback-item", args=[item.public_id])


def _text(item: FeedbackItem) -> str:
    words = " ".join(item.text.split())
    return words if len(words) <= SHOWN else words[: SHOWN - 1] + "…"


def _main_topic(item: Any) -> str:
    tags = list(item.tags.all())
    return str(tags[0].topic) if tags else ""


def _by_topic(items: QuerySet[FeedbackItem], code: str) -> QuerySet[FeedbackItem]:
    if code == "none":
        return items.filter(tags=None)
    return items.filter(tags__place=0, tags__topic__code__startswith=code)


def _topics() -> list[tuple[str, str]]:
    kinds = Topic.objects.filter(parent=None, retired_at=None)
    return [("none", str(_("not tagged yet"))), *((topic.code, str(topic)) for topic in kinds)]


class InboxTable(Table):
    """What was said, newest first."""

    name = "feedback"
    columns = (
        Column("text", _("What was said"), value=_text, link=item_url),
        Column(
            "who",
            pgettext_lazy("somebody", "From"),
            kind="word",
            value=lambda item: str(item.customer or item.account or ""),
        ),
        Column("topic", _("Topic"), kind="word", value=_main_topic),
        Column("intent", _("Intent"), kind="word", value=lambda item: item.get_intent_display()),
        Column("status", _("Status"), kind="word", value=lambda item: item.get_status_display()),
        Column("received_at", _("Received at"), kind="moment", sort="received_at", falls_first=True),
    )
    filters = (
        Filter(
            "status",
            _("Status"),
            ItemStatus.choices,
            lambda items, value: items.filter(status=value),
            unset=lambda items: items.exclude(status=ItemStatus.DUPLICATE),
            unset_label=_("all but what was said before"),
        ),
        Filter("intent", _("Intent"), Intent.choices, lambda items, value: items.filter(intent=value)),
        Filter("topic", _("Topic"), _topics, _by_topic),
    )
    search = Search(_("Words in the text"), found_items)
    default_sort = "-received_at"
    below = "feedback/_together.html"
    empty_title = _("Nothing was said yet")
    empty_text = _("Import feedback (complaints, reviews, comments), and it waits here to be put under its topic.")


def _customer_url(answer: SurveyResponse) -> str:
    return reverse("customer", args=[answer.customer.public_id]) if answer.customer else ""


def _by_score(answers: QuerySet[SurveyResponse], value: str) -> QuerySet[SurveyResponse]:
    low, high = {"promoters": (9, 10), "passives": (7, 8), "detractors": (0, 6)}[value]
    return answers.filter(score__range=(low, high))


class AnswerTable(Table):
    """What was answered to a survey, newest first."""

    name = "answers"
    columns = (
        Column("score", _("Score"), kind="number", sort="score", falls_first=True),
        Column(
            "customer", _("Customer"), kind="word", value=lambda answer: str(answer.customer or ""), link=_customer_url
        ),
        Column("comment", _("Comment")),
        Column("answered_at", _("Answered at"), kind="moment", sort="answered_at", falls_first=True),
    )
    filters = (
        Filter(
            "group",
            pgettext_lazy("survey", "Who"),
            [("promoters", _("Promoters (9, 10)")), ("passives", _("Passives (7, 8)")),
             ("detractors", _("Detractors (0 to 6)"))],
            _by_score,
        ),
    )  # fmt: skip
    search = Search(_("Words in the comment"), lambda answers, text: answers.filter(comment__icontains=text))
    default_sort = "-answered_at"
    empty_title = _("No answer yet")
    empty_text = _("Send the survey’s link in a message, or import answers.")
