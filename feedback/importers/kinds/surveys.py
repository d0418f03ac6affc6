"""Surveys: scores from 0 to 10, one answer a row."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.importers.facts import write_facts
from feedback.importers.kinds.feedback import merge_and_tell
from retention.common.ids import UUID7_SQL
from retention.customers.importers.profiles import Target, merge_rows
from retention.customers.importers.registry import Column, ColumnType, Importer, Outcome, register
from retention.customers.importers.stage import CUSTOMERS, ROWS, Stage
from retention.customers.languages import HAN

DEFAULT_NAME = "NPS"
_SOURCE = f"""
    SELECT s.response_id, v.id AS survey_id, c.customer_id, coalesce(s.score, r.score) AS score,
           coalesce(s.comment, r.comment, '') AS comment,
           coalesce(s.answered_at, r.answered_at, %(now)s) AS answered_at, s.deleted IS TRUE AS withdrawn,
           s.extra, s.digest, s.line
    FROM {ROWS} s LEFT JOIN {CUSTOMERS} c ON c.ref = s.customer
    LEFT JOIN feedback_surveyresponse r ON r.response_id = s.response_id
    JOIN feedback_survey v ON CASE WHEN s.survey IS NULL AND r.id IS NOT NULL THEN v.id = r.survey_id
                                   ELSE v.name = coalesce(s.survey, '{DEFAULT_NAME}') END
"""
_FACTS = """
    SELECT 'nps-' || r.response_id AS event_id, r.customer_id, NULL::bigint AS account_id, 'nps_answered' AS name,
           r.answered_at AS occurred_at, jsonb_build_object('score', r.score, 'survey', v.name) AS properties,
           r.withdrawn
    FROM feedback_surveyresponse r JOIN feedback_survey v ON v.id = r.survey_id
    WHERE r.updated_at = %(now)s
"""


_VOICE = f"""
    SELECT CASE WHEN length(r.response_id) > 193 THEN 'survey-' || md5(r.response_id)
                ELSE 'survey-' || r.response_id END AS feedback_id,
           r.customer_id, r.comment, CASE WHEN r.comment ~ '{HAN}' THEN 'zh-hans' ELSE 'en' END AS language,
           r.answered_at, jsonb_build_object('score', r.score, 'survey', v.name) AS properties, r.withdrawn
    FROM feedback_surveyresponse r JOIN feedback_survey v ON v.id = r.survey_id
    WHERE r.updated_at = %(now)s AND r.comment ~ '\\S'
"""


def apply_surveys(stage: Stage) -> Outcome:
    """An answer is known by its id. A survey that nobody knows is made; without a name it is called NPS."""
    stage.derive_ids()
    stage.refuse(
        "s.score NOT BETWEEN 0 AND 10",
        column="score",
        value="s.score",
        reason=gettext("A score is a whole number from 0 to 10."),
        mend=gettext("Scale it to 0–10, or leave the row out."),
    )
    stage.refuse(
        "s.score IS NULL AND NOT EXISTS (SELECT FROM feedback_surveyresponse r WHERE r.response_id = s.response_id)",
        column="score",
        reason=gettext("The score is empty."),
        mend=gettext("Fill it in, or leave the row out."),
    )
    stage.resolve_customers()
    stage.refresh_created()
    stage.execute(
        f"""
        INSERT INTO feedback_survey (public_id, name, created_at)
        SELECT {UUID7_SQL}, n.name, %(now)s
        FROM (SELECT DISTINCT coalesce(s.survey, '{DEFAULT_NAME}') AS name FROM {ROWS} s
              WHERE s.survey IS NOT NULL
                 OR NOT EXISTS (SELECT FROM feedback_surveyresponse r WHERE r.response_id = s.response_id)) n
        WHERE NOT EXISTS (SELECT FROM feedback_survey v WHERE v.name = n.name)
        ORDER BY n.name ON CONFLICT (name) DO NOTHING
        """
    )
    done = merge_rows(
        stage,
        Target(
            table="feedback_surveyresponse",
            key=("response_id",),
            values=("survey_id", "customer_id", "score", "comment", "answered_at", "withdrawn"),
            source=_SOURCE,
            extra="properties",
            fresh={"public_id": UUID7_SQL, "recorded_at": "%(now)s", "updated_at": "%(now)s"},
            touch={"updated_at": "%(now)s"},
        ),
    )
    if done.kept:
        write_facts(stage, _FACTS)
        _hear(stage)
    return done


def _hear(stage: Stage) -> None:
    """Each comment is a voice in the inbox, as one that came by the link is."""
    stage.execute(
        f"""
        INSERT INTO feedback_feedbackitem AS i (public_id, feedback_id, customer_id, text, language, channel,
                                                received_at, properties, recorded_at, updated_at, withdrawn)
        SELECT {UUID7_SQL}, h.feedback_id, h.customer_id, h.comment, h.language, 'survey', h.answered_at,
               h.properties, %(now)s, %(now)s, h.withdrawn
        FROM ({_VOICE}) h
        WHERE NOT h.withdrawn OR EXISTS (SELECT FROM feedback_feedbackitem f WHERE f.feedback_id = h.feedback_id)
        ON CONFLICT (feedback_id) DO UPDATE
        SET customer_id = excluded.customer_id, text = excluded.text, language = excluded.language,
            received_at = excluded.received_at, properties = excluded.properties, withdrawn = excluded.withdrawn,
            updated_at = excluded.updated_at
        WHERE (i.customer_id, i.text, i.received_at, i.properties, i.withdrawn)
              IS DISTINCT FROM (excluded.customer_id, excluded.text, excluded.received_at, excluded.properties,
                                excluded.withdrawn)
        """
    )
    merge_and_tell(stage)


SURVEYS = register(
    Importer(
        kind="surveys",
        tables=("feedback_surveyresponse", "feedback_feedbackitem"),
        label=_("Survey answers"),
        help=_("Scores from 0 to 10 with a comment; an answer may be nobody’s."),
        id_column="response_id",
        deletable=True,
        apply=apply_surveys,
        columns=(
            Column("response_id", ColumnType.ID, _("Response id"), synonyms=("id", "answer_id", "答卷id")),
            Column("survey", ColumnType.TEXT, _("Survey"), synonyms=("survey_name", "campaign", "问卷", "调查")),
            Column(
                "customer",
                ColumnType.ID,
                _("Customer"),
                synonyms=("customer_id", "user", "user_id", "userid", "member_id", "用户", "用户id", "会员id"),
            ),
            Column("score", ColumnType.INTEGER, _("Score"), synonyms=("nps", "rating", "rec", "分数", "评分", "打分")),
            Column(
                "comment",
                ColumnType.TEXT,
                _("Comment"),
                max_length=20_000,
                synonyms=("why", "text", "reason", "评论", "意见"),
            ),
            Column(
                "answered_at",
                ColumnType.DATETIME,
                _("Answered at"),
                synonyms=("timestamp", "date", "time", "created_at", "时间", "日期", "提交时间"),
            ),
        ),
    )
)
