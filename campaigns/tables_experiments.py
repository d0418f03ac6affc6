"""The list of experiments, declared."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.enums import ExperimentSource
from campaigns.forms import in_reader_language
from campaigns.models import Experiment, Exposure
from retention.common.tables import Column, Filter, Search, Table


def listed_experiments() -> QuerySet[Any]:
    """Experiments with the number of customers who were exposed."""
    counted = (
        Exposure.objects.filter(experiment=OuterRef("pk"), withdrawn=False)
        .order_by()
        .values("experiment")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Experiment.objects.select_related("campaign").annotate(
        exposed=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    )


def experiment_url(experiment: Experiment) -> str:
    """The experiment's page."""
    return reverse("experiment", args=[experiment.public_id])


def experiment_title(experiment: Experiment) -> str:
    """What it is called on screen: as its campaign, where it is one."""
    campaign = getattr(experiment, "campaign", None)
    return in_reader_language(campaign) if campaign is not None else experiment.name


def _by_source(rows: QuerySet[Any], source: str) -> QuerySet[Any]:
    return rows.filter(source=source)


def _found(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(name__icontains=text) | Q(campaign__name_zh__icontains=text))


class ExperimentTable(Table):
    """Experiments, newest first."""

    name = "experiments"
    columns = (
        Column("name", _("Name"), value=experiment_title, link=experiment_url, sort="name"),
        Column("source", _("Source"), value=lambda row: row.get_source_display()),
        Column("exposed", _("Customers"), kind="number"),
        Column("started_at", _("Started"), kind="moment"),
        Column("ended_at", _("Ended"), kind="moment"),
        Column("created", _("Made"), kind="moment", value="created_at", sort="id", falls_first=True),
    )
    filters = (Filter("source", _("Source"), choices=ExperimentSource.choices, apply=_by_source),)
    search = Search(_("Name"), _found)
    default_sort = "-created"
    empty_title = _("No experiment yet")
    empty_text = _(
        "Every campaign is one. A trial from elsewhere comes in as a file of exposures and one of outcomes."
    )
