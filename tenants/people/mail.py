"""Mails to colleagues: a subject and a text from templates, in the reader's language, sent after the commit."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation


def send_later(*, to: str, template: str, context: dict[str, object], language: str, zone: str = "") -> None:
    """Send ``people/mail/<template>_{subject,body}.txt`` once the transaction stands; moments are told in `zone`."""
    with translation.override(language), timezone.override(zone or None):
        subject = " ".join(render_to_string(f"people/mail/{template}_subject.txt", context).split())
        body = render_to_string(f"people/mail/{template}_body.txt", context)
    transaction.on_commit(partial(send_mail, subject, body, settings.DEFAULT_FROM_EMAIL, [to]))
