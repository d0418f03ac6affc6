"""The consequences of an erasure in sentences."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Promise | str] = {
    "profiles_emptied": _("customer rows emptied: %(count)d"),
    "identities_removed": _("marks of recognition removed: %(count)d"),
    "contacts_removed": _("roles in accounts removed: %(count)d"),
    "orders_emptied": _("orders emptied but for day and amount: %(count)d"),
    "events_emptied": _("events emptied but for name and day: %(count)d"),
    "states_removed": _("running sums removed: %(count)d"),
    "point_entries_emptied": _("point entries emptied: %(count)d"),
    "tags_removed": _("external tags removed: %(count)d"),
    "touches_emptied": _("notes of contacts emptied: %(count)d"),
    "preferences_removed": _("message preferences removed: %(count)d"),
    "refused_values_emptied": _("values of refused rows emptied: %(count)d"),
    "import_files_removed": _("files of finished imports removed: %(count)d"),
    "scores_removed": _("scores removed: %(count)d"),
    "segment_stays_removed": _("stays in segments removed: %(count)d"),
    "marks_kept_as_hashes": _("hashes kept, so that no import brings them back: %(count)d"),
}


def in_words(counts: dict[str, int]) -> list[str]:
    """One line for each thing that is done at least once."""
    return [
        str(WORDS[name]) % {"count": count} if name in WORDS else f"{name}: {count}"
        for name, count in counts.items()
        if count
    ]
