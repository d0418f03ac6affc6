"""Net promoter scores from the answers held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.translation import gettext as _

from feedback.models import Survey, SurveyResponse
from feedback.science.nps import Nps
from retention.common.errors import NotFound
from retention.customers.models import Customer
from retention.customers.selectors.scopes import visible_customers
from tenants.context import current_tenant
from tenants.people.scopes import scope_of

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


@dataclass(frozen=True)
class Scored:
    """A survey with its score and its last answer's day."""

    survey: Survey
    nps: Nps
    last: date | None


def surveys_with_nps(user: object) -> list[Scored]:
    """All surveys with the score of the answers that `user` may see, the one answered last first."""
    held = visible_answers(user).order_by()
    rows = held.values_list("survey").annotate(**COUNTS, last=Max("answered_at"))
    counted = {survey: (Nps(*counts), last) for survey, *counts, last in rows}
    zone, found = current_tenant().zone, []
    for survey in Survey.objects.all():
        nps, last = counted.get(survey.pk, (Nps(0, 0, 0), None))
        found.append(Scored(survey, nps, last.astimezone(zone).date() if last else None))
    return sorted(found, key=lambda one: (one.last or date.min, one.survey.name), reverse=True)


def nps_by_month(held: QuerySet[SurveyResponse]) -> list[tuple[date, Nps]]:
    """The score of each of the last twelve months with an answer in the tenant's zone, oldest first."""
    month = TruncMonth("answered_at", tzinfo=current_tenant().zone)
    rows = held.annotate(month=month).values_list("month").annotate(**COUNTS).order_by("-month")[:12]
    return [(moment.date(), Nps(*counts)) for moment, *counts in rows][::-1]


def visible_answers(user: object, survey: Survey | None = None) -> QuerySet[SurveyResponse]:
    """The answers that `user` may see with who gave them; one who is limited to some customers sees theirs."""
    held = SurveyResponse.objects.filter(withdrawn=False).select_related("customer")
    if survey is not None:
        held = held.filter(survey=survey)
    if not scope_of(user).is_limited:
        return held
    return held.filter(customer__in=visible_customers(Customer.objects.all(), user))
