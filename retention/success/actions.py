"""What this app's acts are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from tenants.governance.actions import register_actions

register_actions(
    {
        "task.done": _("Task done"),
        "task.cancelled": _("Task called off"),
        "task.reassigned": _("Task given to somebody"),
        "playbook.created": _("SOP made"),
        "playbook.draft_saved": _("Draft of an SOP saved"),
        "playbook.published": _("SOP published"),
        "playbook.started": _("SOP started by hand"),
        "playbook.called_off": _("Run of an SOP called off"),
        "renewal.decided": _("Renewal decided"),
        "renewal.planned": _("Next step of a renewal set"),
        "portfolio.handed_over": _("Accounts handed over"),
        "account.rated": _("Account rated by its CSM"),
        "account.noted": _("Note or meeting written down"),
    }
)
