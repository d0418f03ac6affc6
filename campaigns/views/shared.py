"""What the doors of campaigns share."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from campaigns.models import Campaign, MessageTemplate
from tenants.people.models import User


def find_campaign(public_id: UUID) -> Campaign:
    """The campaign with this id, else 404."""
    rows = Campaign.objects.select_related("current__segment", "experiment")
    return get_object_or_404(rows, public_id=public_id)


def find_text(public_id: UUID) -> MessageTemplate:
    """The living text with this id, else 404."""
    return get_object_or_404(MessageTemplate, public_id=public_id, archived_at=None)


def signed_in(request: HttpRequest) -> User:
    """Who acts; the door has checked that it is a person."""
    assert isinstance(request.user, User)
    return request.user
