"""A test message to the person who writes it: marked as a test, with made-up coupons, and no row of it kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import MessageTemplate
from campaigns.services.previews import Preview
from tenants.governance.services.audit import record_act
from tenants.people.models import User


@transaction.atomic
def send_test(
    *, template: MessageTemplate, previews: Mapping[str, Preview], actor: User, now: datetime, base_url: str
) -> int:
    """Mail each preview to `actor`'s own address; how many went out. It counts against nothing and takes no coupon."""
    for language, preview in previews.items():
        subject = _("[Test, %(language)s] %(subject)s") % {
            "language": language,
            "subject": preview.subject or template.name,
        }
        mail = EmailMultiAlternatives(subject, preview.text, to=[actor.email], headers={"X-Stay-Test": base_url})
        if preview.html:
            mail.attach_alternative(preview.html, "text/html")
        mail.send()
    record_act(actor=actor, action="template.tested", target=f"template:{template.public_id}", at=now,
               detail={"languages": sorted(previews)})  # fmt: skip
    return len(previews)
