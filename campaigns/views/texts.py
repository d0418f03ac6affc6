"""The pages of texts: all of them, one in both languages with its previews, a test to oneself."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.forms import NewTextForm, TextForm, in_reader_language
from campaigns.models import MessageTemplate, TemplateVersion
from campaigns.services.previews import preview_texts
from campaigns.services.templates import TextsRefused, create_template, save_texts
from campaigns.services.test_send import send_test
from campaigns.tables import TextTable
from campaigns.templating.variables import variables
from campaigns.views.shared import find_text, signed_in
from retention.common import clock
from retention.common.tables import render_table
from retention.customers.models import Customer
from retention.customers.selectors.lists import counted_customers, found_customers
from retention.customers.selectors.scopes import visible_customers
from tenants.people.permissions import may, require

REAL_CUSTOMERS = 3
FIELDS = {"en": "body_en", "zh-hans": "body_zh"}


@require("campaigns.view")
def text_list(request: HttpRequest) -> HttpResponse:
    """All texts."""
    rows = MessageTemplate.objects.filter(archived_at=None)
    return render_table(
        request, TextTable, rows, "campaigns/texts.html", {"may_edit": may(request.user, "campaigns.edit")}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require("campaigns.edit")
def text_new(request: HttpRequest) -> HttpResponse:
    """A text of one's own."""
    form = NewTextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        names = {name: form.cleaned_data[name] for name in ("name", "name_zh", "channel", "purpose")}
        try:
            made = create_template(**names, texts=form.texts(), actor=signed_in(request), now=clock.now())
        except TextsRefused as refused:
            _show(form, refused)
        else:
            return redirect("text", public_id=made.public_id)
    context = {"form": form, "variables": variables, "text": None}
    return render(request, "campaigns/text.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require("campaigns.edit")
def text_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One text in both languages; saving makes its next version."""
    text = find_text(public_id)
    form = TextForm(request.POST or None, initial=_written(text))
    if request.method == "POST" and form.is_valid():
        try:
            save_texts(template=text, texts=form.texts(), actor=signed_in(request), now=clock.now(),
                       seen=form.cleaned_data["seen"])  # fmt: skip
        except TextsRefused as refused:
            _show(form, refused)
        else:
            messages.success(request, _("Version %(number)s is saved.") % {"number": text.number})
            return redirect("text", public_id=text.public_id)
    context = {"form": form, "variables": variables, "text": text, "title": in_reader_language(text)}
    return render(request, "campaigns/text.html", context, status=400 if form.errors else 200)


@require_POST
@require("campaigns.edit")
def text_preview(request: HttpRequest) -> HttpResponse:
    """What is written in the form, for made-up values and for real customers that this person may see."""
    form = TextForm(request.POST)
    form.is_valid()
    found = {name: form.data.get(name, "") for name in ("subject_en", "body_en", "subject_zh", "body_zh")}
    form.cleaned_data = found
    previews = preview_texts(
        channel=request.POST.get("channel", "email"),
        purpose=request.POST.get("purpose", "marketing"),
        texts=form.texts(),
        customers=_real_customers(request),
        now=clock.now(),
    )
    return render(request, "campaigns/_previews.html", {"previews": previews})


@require_POST
@require("campaigns.edit")
def text_test(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The saved text in both languages, to one's own mail address."""
    text = find_text(public_id)
    written = TemplateVersion.objects.filter(template=text, number=text.number)
    previews = preview_texts(
        channel=text.channel,
        purpose=text.purpose,
        texts={each.language: each for each in written},
        customers=[],
        now=clock.now(),
    )
    base = f"{request.scheme}://{request.get_host()}"
    fine = {each.language: each for each in previews if each.error is None}
    sent = send_test(template=text, previews=fine, actor=signed_in(request), now=clock.now(), base_url=base)
    words = ngettext("%(count)s test is on its way to you.", "%(count)s tests are on their way to you.", sent)
    messages.success(request, words % {"count": sent})
    return redirect("text", public_id=text.public_id)


def _real_customers(request: HttpRequest) -> Sequence[Customer]:
    """Those that the search finds, else some that ordered lately."""
    rows = visible_customers(counted_customers(), request.user)
    asked = request.POST.get("customer", "").strip()[:200]
    if asked:
        return list(found_customers(rows, asked)[:REAL_CUSTOMERS])
    return list(rows.filter(state__last_order_on__isnull=False).order_by("-state__last_order_on")[:REAL_CUSTOMERS])


def _written(text: MessageTemplate) -> dict[str, object]:
    found: dict[str, object] = {"seen": text.number}
    for each in TemplateVersion.objects.filter(template=text, number=text.number):
        mark = "zh" if each.language.startswith("zh") else "en"
        found[f"subject_{mark}"], found[f"body_{mark}"] = each.subject, each.body
    return found


def _show(form: TextForm, refused: TextsRefused) -> None:
    """Each fault stands at its text, with line and mend."""
    for language, fault in refused.faults.items():
        field = FIELDS[language]
        if fault.code == "subject_empty":
            field = field.replace("body", "subject")
        where = _("Line %(line)s: ") % {"line": getattr(fault, "line", 1)} if "body" in field else ""
        form.add_error(field, f"{where}{fault.message} {fault.mend}")
