"""Lists of tasks, accounts, ends of terms and runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from retention.common import clock, formats
from retention.common.tables import Column, Filter, Search, Table, badge
from retention.scoring.enums import HealthBand
from retention.success.enums import RenewalStatus, RunStatus, TaskKind, TaskStatus
from retention.success.models import PlaybookRun, Renewal, Task
from retention.success.selectors.wording import in_words

BANDS = {HealthBand.HEALTHY: "good", HealthBand.WATCH: "warn", HealthBand.RISK: "bad"}
TRACKS: dict[str, dict[str, object]] = {
    "delivery": {"delivery_slips": True},
    "alerts": {"alert_count__gt": 0},
    "left": {"has_left": True},
}
"""What a choice of the portfolio's filter asks of an account."""
Rows = QuerySet[Any]


def task_url(task: Task) -> str:
    """Its page."""
    return reverse("task", args=[task.public_id])


def account_url(account: Any) -> str:
    """Its page."""
    return reverse("account", args=[account.public_id])


def run_url(run: PlaybookRun) -> str:
    """Its page."""
    return reverse("playbook-run", args=[run.public_id])


def renewal_url(renewal: Renewal) -> str:
    """Its page."""
    return reverse("renewal", args=[renewal.public_id])


def party(row: Any) -> str:
    """The account or customer it is about."""
    return str(row.account or row.customer or "")


def due_cell(task: Task) -> SafeString:
    """When it is due, and that it is late."""
    late = badge(_("overdue"), "bad") if task.is_open and task.due_at < clock.now() else ""
    return format_html("{} {}", formats.moment(task.due_at), late)


def health_cell(account: Any) -> SafeString | None:
    """The score with its band."""
    if account.health is None:
        return None
    band = HealthBand(account.health_band) if account.health_band else None
    return badge(
        f"{formats.reached(account.health)} {band.label if band else ''}".strip(), BANDS[band] if band else "secondary"
    )


def tracks_cell(account: Any) -> SafeString:
    """The two tracks: delivery (SOPs) and relationship (alerts, tasks), either slipping shows. Who left is on none."""
    said = []
    if account.delivery_slips:
        said.append((badge(_("delivery slips"), "bad"),))
    if account.alert_count:
        said.append((badge(_("%(n)s alerts") % {"n": account.alert_count}, "warn"),))
    if account.task_count:
        said.append((badge(_("%(n)s tasks") % {"n": account.task_count}, "info"),))
    if not said:
        said.append(
            (badge(_("no contract in force"), "secondary") if account.has_left else badge(_("on track"), "good"),)
        )
    return format_html_join(" ", "{}", said)


class TaskTable(Table):
    """Open tasks unless asked otherwise, soonest first."""

    name = "tasks"
    columns = (
        Column("title", _("Task"), value="shown_title", link=task_url),
        Column("party", _("For"), value=party),
        Column("kind", _("Kind"), value=lambda task: task.get_kind_display()),
        Column("who", _("Who"), value=lambda task: str(task.assignee or task.get_role_display())),
        Column("status", _("Status"), value=lambda task: task.get_status_display()),
        Column("due", _("Due"), kind="html", value=due_cell, sort="due_at"),
    )
    filters = (
        Filter(
            "status",
            _("Status"),
            choices=lambda: [*TaskStatus.choices, ("all", _("all"))],
            apply=lambda tasks, value: tasks if value == "all" else tasks.filter(status=value),
            unset_label=TaskStatus.OPEN.label,
            unset=lambda tasks: tasks.filter(status=TaskStatus.OPEN),
        ),
        Filter("kind", _("Kind"), TaskKind.choices, lambda tasks, value: tasks.filter(kind=value)),
    )
    default_sort = "due"
    empty_title = _("Nothing to do")
    empty_text = _("Tasks come from alerts, SOPs and campaigns. Start an SOP on an account’s page.")

    def prepare(self, rows: Sequence[Any]) -> None:
        in_words(rows)


class PortfolioTable(Table):
    """Accounts with what matters about them."""

    name = "portfolio"
    columns = (
        Column("name", _("Account"), value=str, sort="name", link=account_url),
        Column("health", _("Health"), kind="html", value=health_cell, sort="health"),
        Column("renews_on", _("Renewal"), kind="day", sort="renews_on"),
        Column("money", _("Contract value"), kind="money", sort="money", falls_first=True),
        Column("tracks", _("Tracks"), kind="html", value=tracks_cell),
        Column("csm", _("CSM"), sort="csm"),
        Column("consultant", _("Consultant")),
    )
    filters = (
        Filter(
            "band",
            _("Health"),
            HealthBand.choices,
            lambda accounts, value: accounts.filter(health_band=value),
        ),
        Filter(
            "slips",
            _("Tracks"),
            choices=[
                ("delivery", _("Delivery slips")),
                ("alerts", _("With alerts")),
                ("left", _("No contract in force")),
            ],
            apply=lambda accounts, value: accounts.filter(**TRACKS[value]),
        ),
    )
    search = Search(
        _("Name, id or CSM"),
        lambda accounts, text: accounts.filter(
            Q(name__icontains=text) | Q(external_id__istartswith=text) | Q(csm__icontains=text)
        ),
    )
    default_sort = "name"
    empty_title = _("No accounts yet")
    empty_text = _("Import accounts and contracts, and they appear here.")

    def get_filters(self) -> Sequence[Filter]:
        """The reader's own, or everybody's, and the declared ones."""
        email = getattr(self.request.user, "email", "")
        mine = Filter(
            "mine", _("Whose"), [("me", _("Mine"))], lambda accounts, value: accounts.filter(csm__iexact=email)
        )
        return [mine, *self.filters]


class RenewalTable(Table):
    """Ends of terms, soonest first."""

    name = "renewals"
    columns = (
        Column("account", _("For"), value=lambda row: party(row.contract), link=renewal_url),
        Column("product", _("Product"), value="contract.product"),
        Column("ends_on", _("Term ends on"), kind="day", sort="ends_on"),
        Column("amount", _("At stake"), kind="money", sort="amount", falls_first=True),
        Column("status", _("Status"), value=lambda row: row.get_status_display()),
        Column("next_step", _("Next step")),
        Column("owner", _("Who"), value="owner"),
    )
    filters = (Filter("status", _("Status"), RenewalStatus.choices, lambda rows, value: rows.filter(status=value)),)
    default_sort = "ends_on"
    empty_title = _("No term is known to end")
    empty_text = _("Import contracts with their last day, and each end of a term appears here.")


class RunTable(Table):
    """Runs of a playbook, newest first."""

    name = "runs"
    columns = (
        Column("party", _("For"), value=party, link=run_url),
        Column("status", _("Status"), value=lambda run: run.get_status_display()),
        Column("trigger", _("Started by"), value=lambda run: run.get_trigger_display()),
        Column("started_at", _("Started at"), kind="moment", sort="started_at", falls_first=True),
    )
    filters = (Filter("status", _("Status"), RunStatus.choices, lambda rows, value: rows.filter(status=value)),)
    default_sort = "-started_at"
    empty_title = _("It has not run yet")
    empty_text = _("Start it on an account’s page, or let an alert start it.")
