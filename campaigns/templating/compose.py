"""A message as its channel needs it, from one text in one language and the values of one customer.

A mail gets a footer (why, preferences, unsubscribe) and a plain text beside its HTML. An SMS gets the 【signature】
and the words that stop it. Both are checked in what was rendered, not in what was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.templating.check import check_template
from campaigns.templating.engine import render
from campaigns.templating.html import to_html, to_text
from campaigns.templating.refused import TemplateRefused
from retention.customers.enums import Channel, Purpose
from retention.customers.languages import is_chinese
from tenants.context import current_tenant
from tenants.policies import policy_value

STOP_WORDS = {True: "拒收请回复R", False: "Reply STOP to opt out"}
LONGEST = {Channel.SMS: 500, Channel.PUSH: 240}
"""Characters, after the values are filled in."""


@dataclass(frozen=True)
class Wording:
    """A text for a channel in a language: what a TemplateVersion and its template hold."""

    channel: str
    purpose: str
    language: str
    body: str
    subject: str = ""


@dataclass(frozen=True)
class Composed:
    """What goes out. `html` is empty except in a mail."""

    subject: str
    text: str
    html: str = ""


def check_wording(wording: Wording) -> frozenset[str]:
    """The variables that `wording` mentions; raises TemplateRefused with line and mend when it can't be saved."""
    if not wording.body.strip():
        raise TemplateRefused("template_empty", _("There is no text."), mend=_("Write what the customer shall read."))
    if wording.channel == Channel.EMAIL and not wording.subject.strip():
        raise TemplateRefused("subject_empty", _("A mail needs a subject."), mend=_("Write one."))
    subject = check_template(wording.subject, language=wording.language)
    body = check_template(wording.body, language=wording.language, html=wording.channel == Channel.EMAIL)
    return subject | body


def compose(wording: Wording, values: Mapping[str, str]) -> Composed:
    """`wording` with `values`; raises TemplateRefused when the result may not be sent."""
    subject = " ".join(render(wording.subject, values, language=wording.language).split())
    if wording.channel == Channel.EMAIL:
        return _mail(wording, subject, values)
    text = render(wording.body, values, language=wording.language).strip()
    if not text:
        raise TemplateRefused("text_empty", _("Nothing is left of the text for this customer."))
    if wording.channel == Channel.SMS:
        text = _sms(wording, text)
    longest = LONGEST.get(Channel(wording.channel))
    if longest is not None and len(text) > longest:
        raise TemplateRefused(
            "text_too_long",
            _("The text is %(length)s characters long; %(limit)s fit.") % {"length": len(text), "limit": longest},
            mend=_("Make it shorter."),
        )
    return Composed(subject, text)


def signature() -> str:
    """What an SMS begins with: the tenant's signature in its brackets."""
    return f"【{policy_value('campaigns.sms_signature') or current_tenant().name}】"


def _sms(wording: Wording, text: str) -> str:
    sign, stop = signature(), STOP_WORDS[is_chinese(wording.language)]
    if not text.startswith(sign):
        text = f"{sign}{text}"
    if wording.purpose == Purpose.MARKETING and stop not in text:
        text = f"{text} {stop}"
    return text


def _mail(wording: Wording, subject: str, values: Mapping[str, str]) -> Composed:
    body = to_html(render(wording.body, values, language=wording.language, html=True))
    if not subject or not to_text(body).strip():
        raise TemplateRefused("text_empty", _("Nothing is left of the text for this customer."))
    with translation.override("zh-hans" if is_chinese(wording.language) else "en"):
        links = {name: values.get(name, "") for name in ("preferences_link", "unsubscribe_link", "why_link")}
        names = {"subject": subject, "body": body, "sender": current_tenant().name, "language": wording.language,
                 "is_marketing": wording.purpose == Purpose.MARKETING, **links}  # fmt: skip
        html = render_to_string("campaigns/mail/layout.html", names)
        footer = render_to_string("campaigns/mail/footer.txt", names)
    return Composed(subject, f"{to_text(body)}\n-- \n{footer.strip()}\n", html)
