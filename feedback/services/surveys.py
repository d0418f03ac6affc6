"""Surveys that people make."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from feedback.models import Survey
from retention.common.errors import Conflict
from tenants.governance.services.audit import record_act


@transaction.atomic
def create_survey(*, name: str, question_en: str, question_zh: str, actor: object, now: datetime) -> Survey:
    """A survey that can be asked; an empty question is the usual one, how likely somebody is to recommend us.

    Raises Conflict when another one has the name.
    """
    survey, made = Survey.objects.get_or_create(
        name=name.strip(),
        defaults={"question_en": question_en.strip(), "question_zh": question_zh.strip(), "created_at": now},
    )
    if not made:
        raise Conflict("survey_exists", _("There is a survey of this name."), mend=_("Choose another name."))
    record_act(actor=actor, action="survey.created", target=f"survey:{survey.public_id}", at=now)
    return survey
