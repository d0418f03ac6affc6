"""The lists of campaigns and texts."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.enums import SENT, CampaignKind, CampaignStatus
from campaigns.forms import in_reader_language
from campaigns.models import Campaign, MessageTemplate
from retention.common.tables import Column, Filter, Search, Table, badge
from retention.customers.enums import Channel

TONES = {"draft": "secondary", "running": "good", "paused": "warn", "stopped": "bad", "finished": "info"}


def with_counts(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Each with how many messages were taken by a provider."""
    return campaigns.annotate(sent=Count("messages", filter=Q(messages__state__in=SENT)))


def _status(campaign: Campaign) -> str:
    return badge(campaign.get_status_display(), TONES[campaign.status])


class CampaignTable(Table):
    """All campaigns, newest first."""

    name = "campaigns"
    columns = (
        Column("name", _("Campaign"), value=in_reader_language, sort="name",
               link=lambda row: reverse("campaign", args=[row.public_id])),
        Column("kind", _("Kind"), value=lambda row: row.get_kind_display()),
        Column("status", _("Status"), kind="html", value=_status),
        Column("sent", _("Sent"), kind="number"),
        Column("launched", _("Launched"), kind="moment", value="launched_at"),
        Column("made", _("Made"), kind="day", value="created_at", sort="created_at", falls_first=True),
    )  # fmt: skip
    filters = (
        Filter("status", _("Status"), CampaignStatus.choices, lambda rows, value: rows.filter(status=value)),
        Filter("kind", _("Kind"), CampaignKind.choices, lambda rows, value: rows.filter(kind=value)),
    )
    search = Search(_("Name"), lambda rows, text: rows.filter(Q(name__icontains=text) | Q(name_zh__icontains=text)))
    default_sort = "-made"
    empty_title = _("No campaign yet")
    empty_text = _("Begin with the graded win-back: its tiers, texts and offers are ready.")


def _versions(template: MessageTemplate) -> Any:
    return template.number


class TextTable(Table):
    """All texts."""

    name = "texts"
    columns = (
        Column("name", _("Text"), value=in_reader_language, sort="name",
               link=lambda row: reverse("text", args=[row.public_id])),
        Column("channel", _("Channel"), value=lambda row: row.get_channel_display()),
        Column("purpose", _("Purpose"), value=lambda row: row.get_purpose_display()),
        Column("number", _("Version"), kind="number", value=_versions),
        Column("changed", _("Changed"), kind="moment", value="updated_at", sort="updated_at", falls_first=True),
    )  # fmt: skip
    filters = (Filter("channel", _("Channel"), Channel.choices, lambda rows, value: rows.filter(channel=value)),)
    search = Search(_("Name"), lambda rows, text: rows.filter(Q(name__icontains=text) | Q(name_zh__icontains=text)))
    default_sort = "-changed"
    empty_title = _("No text yet")
    empty_text = _("The graded win-back brings five; or write your own.")
