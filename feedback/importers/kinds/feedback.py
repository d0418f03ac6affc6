"""Feedback: what customers said, one voice a row."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.enums import Intent
from feedback.importers.facts import write_facts
from feedback.services.duplicates import APPEAR_AGAIN, merge_sql
from retention.common.ids import UUID7_SQL
from retention.customers.importers.profiles import Target, merge_rows
from retention.customers.importers.registry import Column, ColumnType, Importer, Outcome, register
from retention.customers.importers.stage import ACCOUNTS, CUSTOMERS, ROWS, Stage
from retention.customers.languages import HAN
from tenants.services.statistics import refresh_statistics

_TOPIC = """
    SELECT t.id FROM feedback_topic t
    WHERE lower(btrim(s.topic)) IN (lower(t.code), lower(split_part(t.code, '.', 2)), lower(t.zh), lower(t.en))
    ORDER BY (lower(t.code) = lower(btrim(s.topic))) DESC, t.parent_id IS NULL, t.id LIMIT 1
"""
_SOURCE = f"""
    SELECT s.feedback_id, c.customer_id, a.account_id, coalesce(s.text, f.text) AS text,
           coalesce(s.language, CASE WHEN s.text ~ '{HAN}' THEN 'zh-hans' WHEN s.text IS NOT NULL THEN 'en' END,
                    f.language, '') AS language,
           coalesce(s.channel, f.channel, '') AS channel,
           CASE WHEN f.status <> 'new' THEN f.intent
                ELSE coalesce(s.intent, CASE WHEN s.topic IS NOT NULL
                                             THEN coalesce(nullif(f.intent, ''), 'complaint') END,
                              f.intent, '') END AS intent,
           CASE WHEN f.status <> 'new' THEN f.severe
                ELSE coalesce(s.severe, nullif(s.intent = 'escalation', false), f.severe, false) END AS severe,
           s.sentiment,
           coalesce(s.received_at, f.received_at, %(now)s) AS received_at, s.deleted IS TRUE AS withdrawn,
           CASE WHEN s.topic IS NULL THEN s.extra ELSE s.extra || jsonb_build_object('topic', s.topic) END AS extra,
           s.digest, s.line
    FROM {ROWS} s LEFT JOIN {CUSTOMERS} c ON c.ref = s.customer LEFT JOIN {ACCOUNTS} a ON a.ref = s.account
    LEFT JOIN feedback_feedbackitem f ON f.feedback_id = s.feedback_id
"""
_VALUES = (
    "customer_id",
    "account_id",
    "text",
    "language",
    "channel",
    "intent",
    "severe",
    "sentiment",
    "received_at",
    "withdrawn",
)
_HEARD = """
    SELECT i.*, t.code AS topic FROM feedback_feedbackitem i
    LEFT JOIN feedback_tag g ON g.item_id = i.id AND g.place = 0 LEFT JOIN feedback_topic t ON t.id = g.topic_id
    WHERE i.updated_at = %(now)s
"""
_FACTS = f"""
    SELECT 'feedback-' || h.feedback_id AS event_id, h.customer_id, h.account_id, 'feedback_received' AS name,
           h.received_at AS occurred_at,
           jsonb_strip_nulls(jsonb_build_object('feedback_id', h.feedback_id, 'sentiment', h.sentiment,
                                                'topic', h.topic, 'intent', nullif(h.intent, ''))) AS properties,
           h.withdrawn
    FROM ({_HEARD}) h
    UNION ALL
    SELECT 'complaint-' || h.feedback_id, h.customer_id, h.account_id, 'complaint_opened', h.received_at,
           jsonb_strip_nulls(jsonb_build_object('complaint_id', h.feedback_id, 'topic', h.topic, 'severe', h.severe)),
           h.withdrawn OR h.status = 'duplicate' OR h.intent NOT IN ('complaint', 'leaving', 'escalation')
    FROM ({_HEARD}) h
"""


def apply_feedback(stage: Stage) -> Outcome:
    """An item is known by its id; what a later row fills in changes it, but not the intent and severity of one that
    a person took up. A topic that the tree doesn't hold is kept as a property, so that nothing said is lost."""
    stage.derive_ids()
    stage.refuse(
        "s.sentiment NOT BETWEEN -1 AND 1",
        column="sentiment",
        value="s.sentiment",
        reason=gettext("A sentiment lies between −1 and 1."),
        mend=gettext("Scale it, or leave it empty."),
    )
    stage.refuse(
        "s.text IS NULL AND NOT EXISTS (SELECT FROM feedback_feedbackitem f WHERE f.feedback_id = s.feedback_id)",
        column="text",
        reason=gettext("Nothing was said: the text is empty."),
        mend=gettext("Fill in the text, or leave the row out."),
    )
    stage.resolve_customers()
    stage.resolve_accounts()
    stage.refresh_created()
    done = merge_rows(
        stage,
        Target(
            table="feedback_feedbackitem",
            key=("feedback_id",),
            values=_VALUES,
            source=_SOURCE,
            extra="properties",
            fresh={"public_id": UUID7_SQL, "recorded_at": "%(now)s", "updated_at": "%(now)s"},
            touch={"updated_at": "%(now)s"},
        ),
    )
    if done.kept:
        refresh_statistics(("feedback_feedbackitem",))  # just written: what follows joins it with itself
        _tag(stage)
        merge_and_tell(stage)
    return done


def merge_and_tell(stage: Stage) -> None:
    """What was said before waits once; of the rest scoring hears."""
    stage.execute(APPEAR_AGAIN)
    stage.execute(merge_sql("d.recorded_at = %(now)s"))
    write_facts(stage, _FACTS)


def _tag(stage: Stage) -> None:
    """The main topic as the file says; a person's tag stands."""
    stage.execute(
        f"""
        INSERT INTO feedback_tag (item_id, topic_id, place, how, tagged_at)
        SELECT i.id, t.id, 0, 'imported', %(now)s
        FROM (SELECT DISTINCT ON (s.feedback_id) s.feedback_id, s.topic FROM {ROWS} s WHERE s.topic IS NOT NULL
              ORDER BY s.feedback_id, s.line DESC) s
        JOIN feedback_feedbackitem i ON i.feedback_id = s.feedback_id
        JOIN LATERAL ({_TOPIC}) t ON true
        ON CONFLICT (item_id, place) DO UPDATE SET topic_id = EXCLUDED.topic_id, tagged_at = EXCLUDED.tagged_at
        WHERE feedback_tag.how = 'imported' AND feedback_tag.topic_id <> EXCLUDED.topic_id
        """
    )


FEEDBACK = register(
    Importer(
        kind="feedback",
        tables=("feedback_feedbackitem", "feedback_tag"),
        label=_("Feedback"),
        help=_("What customers said, one voice a row: complaints, reviews, comments, notes of calls."),
        id_column="feedback_id",
        deletable=True,
        apply=apply_feedback,
        columns=(
            Column(
                "feedback_id",
                ColumnType.ID,
                _("Feedback id"),
                synonyms=("id", "ticket_id", "review_id", "反馈id", "投诉id"),
            ),
            Column(
                "customer",
                ColumnType.ID,
                _("Customer"),
                synonyms=(
                    "customer_id",
                    "user",
                    "user_id",
                    "userid",
                    "member_id",
                    "author",
                    "用户",
                    "用户id",
                    "会员id",
                ),
            ),
            Column(
                "account", ColumnType.ID, _("Account"), synonyms=("account_id", "company", "客户", "客户id", "企业")
            ),
            Column(
                "text",
                ColumnType.TEXT,
                _("Text"),
                max_length=20_000,
                synonyms=(
                    "feedback_text",
                    "comment",
                    "message",
                    "body",
                    "review",
                    "content",
                    "内容",
                    "评论",
                    "反馈内容",
                    "投诉内容",
                ),
            ),
            Column("language", ColumnType.LANGUAGE, _("Language"), synonyms=("lang", "locale", "语言")),
            Column(
                "channel", ColumnType.TEXT, _("Channel"), max_length=40, synonyms=("source", "via", "渠道", "来源")
            ),
            Column(
                "topic",
                ColumnType.TEXT,
                _("Topic"),
                synonyms=("category", "reason", "label", "主题", "分类", "原因"),
                help=_("A topic's code or name; other words are kept beside the item"),
            ),
            Column(
                "intent",
                ColumnType.CHOICE,
                _("Intent"),
                choices=tuple(Intent.values),
                help=_("With a topic and without an intent it counts as a complaint"),
                synonyms=("kind", "意图"),
            ),
            Column("severe", ColumnType.BOOLEAN, _("Severe"), synonyms=("严重",)),
            Column("sentiment", ColumnType.NUMBER, _("Sentiment"), synonyms=("polarity", "情绪")),
            Column(
                "received_at",
                ColumnType.DATETIME,
                _("Received at"),
                synonyms=("created_at", "date", "time", "timestamp", "occurred_at", "时间", "日期", "反馈时间"),
            ),
        ),
    )
)
