"""Net promoter scores from the answers held."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from feedback.models import Survey, SurveyResponse
from feedback.science.nps import Nps
from retention.common.errors import NotFound

PROMOTERS, DETRACTORS = Q(score__gte=9), Q(score__lte=6)
COUNTS = {
    "promoters": Count("pk", filter=PROMOTERS),
    "passives": Count("pk", filter=~PROMOTERS & ~DETRACTORS),
    "detractors": Count("pk", filter=DETRACTORS),
}


def answers(survey: str | None = None) -> QuerySet[SurveyResponse]:
    """The answers in force, of one survey or of all; raises NotFound with the known names."""
    held = SurveyResponse.objects.filter(withdrawn=False).order_by()
    if survey is None:
        return held
    if not Survey.objects.filter(name=survey).exists():
        known = ", ".join(Survey.objects.values_list("name", flat=True)[:20]) or _("none yet")
        raise NotFound(
            "unknown_survey", _("There is no survey called “%s”.") % survey, mend=_("Use one of: %s.") % known
        )
    return held.filter(survey__name=survey)


def nps_of(held: QuerySet[SurveyResponse]) -> Nps:
    """The score of these answers."""
    return Nps(**held.aggregate(**COUNTS))


def nps_by(held: QuerySet[SurveyResponse], field: str) -> dict[str, Nps]:
    """The score for each value of `field`, a column of the answers' file, else a customer's trait; "" is unknown."""
    value = Coalesce(KeyTextTransform(field, "properties"), KeyTextTransform(field, "customer__traits"))
    rows = held.annotate(value=value).values_list("value").annotate(**COUNTS).order_by("value")
    return {found or "": Nps(promoters, passives, detractors) for found, promoters, passives, detractors in rows}
