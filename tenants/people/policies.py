"""The policies of people: who needs a second factor, how long links and keys live."""

from django.utils.translation import gettext_lazy as _

from tenants.policies import PolicyGroup, PolicySpec, groups, register

groups.register(PolicyGroup("people", _("People and keys")))
register(
    PolicySpec(
        "people.second_factor",
        "choice",
        "admins",
        _("Second factor required of"),
        help=_("Who must confirm each log-in with a code from their phone: nobody, admins or everybody."),
        group="people",
        choices=("nobody", "admins", "everybody"),
        choice_labels={"nobody": _("nobody"), "admins": _("admins"), "everybody": _("everybody")},
    ),
    PolicySpec(
        "people.invitation_hours",
        "hours",
        72,
        _("An invitation is open for"),
        help=_("After so many hours the link opens nothing any more."),
        group="people",
        minimum=1,
        maximum=720,
    ),
    PolicySpec(
        "keys.lifetime_days",
        "days",
        365,
        _("A new key lives for"),
        help=_("After so many days a key of a program stops working and a new one must be made."),
        group="people",
        minimum=1,
        maximum=1095,
    ),
    PolicySpec(
        "api.requests_per_second",
        "integer",
        50,
        _("Requests per second and key"),
        help=_("Averaged over ten seconds; a program that sends more is asked to wait."),
        group="people",
        minimum=1,
        maximum=10_000,
    ),
)
