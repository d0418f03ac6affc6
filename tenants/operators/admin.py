"""Tenants, their schemas and the dead letters, as an operator sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from retention.common import clock
from retention.common.errors import DomainError
from tenants.models import DeadLetter, SchemaState, Tenant
from tenants.operators.forms import DeleteForm, TenantForm
from tenants.operators.site import operator_site
from tenants.services.creating import create_tenant
from tenants.services.dead_letters import drop_letter, retry_letter
from tenants.services.lifecycle import count_loss, delete_tenant, resume_tenant, suspend_tenant


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that are looked at; what is done to them is done by services."""

    def get_urls(self) -> list[Any]:
        """Named pages only."""
        return [pattern for pattern in super().get_urls() if pattern.name]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Tenant, site=operator_site)
class TenantAdmin(ReadOnly):
    """Create, suspend, resume, delete."""

    fields = ("name", "slug", "business", "status", "timezone", "currency", "created_at")
    list_display = ("name", "slug", "business", "status", "created_at")
    list_filter = ("status", "business")
    search_fields = ("name", "slug", "domains__domain")
    actions = ("suspend", "resume")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None  # one at a time, by its own page

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Order a tenant; the invitation's link is shown once."""
        form = TenantForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                email = form.cleaned_data["admin_email"]
                created = create_tenant(plan=form.plan(), admin_email=email, actor=request.user, now=clock.now())
            except DomainError as error:
                form.add_error(None, error.words)
            else:
                words = _("%(name)s is ready. %(email)s comes in by %(url)s")
                known = {"name": created.tenant.name, "email": created.admin, "url": created.invitation_url}
                messages.success(request, words % known)
                return self._to_list()
        return self._page(request, "add", {"form": form, "title": _("Add a tenant")})

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Say what would be lost, and delete when the short name was typed."""
        tenant = get_object_or_404(Tenant, pk=object_id)
        form = DeleteForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                delete_tenant(tenant=tenant, typed_slug=form.cleaned_data["typed_slug"], actor=request.user)
            except DomainError as error:
                form.add_error("typed_slug", error.words)
            else:
                messages.success(request, _("%(name)s is deleted.") % {"name": tenant.name})
                return self._to_list()
        context = {"form": form, "title": _("Delete %(name)s") % {"name": tenant.name}, "loss": count_loss(tenant)}
        return self._page(request, "delete", context)

    @admin.action(description=gettext_lazy("Suspend: its hosts answer 503"))
    def suspend(self, request: HttpRequest, queryset: QuerySet[Tenant]) -> None:
        """Stop serving the chosen."""
        self._each(request, queryset, suspend_tenant)

    @admin.action(description=gettext_lazy("Resume"))
    def resume(self, request: HttpRequest, queryset: QuerySet[Tenant]) -> None:
        """Serve the chosen again."""
        self._each(request, queryset, resume_tenant)

    def _each(self, request: HttpRequest, queryset: QuerySet[Tenant], act: Any) -> None:
        for tenant in queryset:
            try:
                act(tenant=tenant, actor=request.user)
            except DomainError as error:
                messages.error(request, error.words)

    def _to_list(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("operator:tenants_tenant_changelist"))

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        whole = {**self.admin_site.each_context(request), "opts": self.model._meta, **context}
        return TemplateResponse(request, f"operators/{name}.html", whole)


@admin.register(SchemaState, site=operator_site)
class SchemaStateAdmin(ReadOnly):
    """Which schemas equal the template."""

    list_display = ("schema_name", "status", "noted_at", "error")
    list_filter = ("status",)


@admin.register(DeadLetter, site=operator_site)
class DeadLetterAdmin(ReadOnly):
    """Messages that were refused: sent again through the same checks, or dropped. Both are in the audit log."""

    list_display = ("task", "reason", "refused_at", "arguments")
    list_filter = ("reason", "task")
    search_fields = ("task", "task_id")
    actions = ("retry", "drop")

    @admin.action(description=gettext_lazy("Send again"))
    def retry(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> None:
        """What is refused anew comes back into the list, with its reason."""
        self._each(request, queryset, retry_letter)

    @admin.action(description=gettext_lazy("Drop: what they would have done is not done"))
    def drop(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> None:
        """Forget the chosen."""
        self._each(request, queryset, drop_letter)

    def _each(self, request: HttpRequest, queryset: QuerySet[DeadLetter], act: Callable[..., None]) -> None:
        ended = 0
        for letter in queryset.values_list("pk", flat=True):
            try:
                act(letter=letter, actor=request.user)
                ended += 1
            except DomainError as error:
                messages.error(request, error.words)
        if ended:
            words = ngettext("Done for %(n)s message.", "Done for %(n)s messages.", ended)
            messages.success(request, words % {"n": ended})


operator_urls = operator_site.urls
