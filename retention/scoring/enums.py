"""Stable codes of scoring; their words on screen are in DEFINITIONS order."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Pool(TextChoices):
    """Where a customer stands on their own rhythm: silence ÷ threshold under .5, 1, 2, or beyond."""

    ACTIVE = "active", _("Active")
    AT_RISK = "at_risk", _("At risk")
    HIBERNATING = "hibernating", _("Hibernating")
    LOST = "lost", _("Lost")
    GONE = "gone", _("Gone for good")


SILENT = (Pool.HIBERNATING, Pool.LOST, Pool.GONE)
"""Pools whose members have let their whole threshold pass."""


class Stage(TextChoices):
    """The healthy stages: only customers of the active pool have one."""

    NEW = "new", _("New")
    GROWING = "growing", _("Growing")
    MATURE = "mature", _("Mature")
    RETURNED = "returned", _("Returned")


class MoveReason(TextChoices):
    """Why a customer entered a pool."""

    FIRST = "first", _("First purchase or visit")
    SILENCE = "silence", _("Kept silent")
    ORDER = "order", _("Bought again")
    LOG_IN = "log_in", _("Logged in again")


class Tier(TextChoices):
    """The eight value tiers: Key where M ≥ 4, else General; then by R and F."""

    KEY_VALUE = "key_value", _("Key, value")
    KEY_GROW = "key_grow", _("Key, grow")
    KEY_KEEP = "key_keep", _("Key, keep")
    KEY_SAVE = "key_save", _("Key, save")
    GENERAL_VALUE = "general_value", _("General, value")
    GENERAL_GROW = "general_grow", _("General, grow")
    GENERAL_KEEP = "general_keep", _("General, keep")
    GENERAL_SAVE = "general_save", _("General, save")


class FalseChurn(TextChoices):
    """Why a silent customer is not lost: what they still do."""

    CART = "cart", _("Open cart or unpaid order")
    FOLLOW = "follow", _("Follows something")
    COMMUNITY = "community", _("Takes part in the community")


class HealthBand(TextChoices):
    """The band of a health of 0–100; none below half of the weight."""

    HEALTHY = "healthy", _("Healthy")
    WATCH = "watch", _("Watch")
    RISK = "risk", _("Risk")


class ThresholdSource(TextChoices):
    """Where a silence threshold comes from."""

    OBSERVED = "observed", _("Learned from its own gaps")
    PARENT = "parent", _("Taken from the level above")
    FLOOR = "floor", _("Preset: too few gaps")
    OVERRIDE = "override", _("Set by hand")


class RunStatus(TextChoices):
    """A run moves from queued through running to one of its ends."""

    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    REPLACED = "replaced", _("Replaced by a newer run")
    STOPPED = "stopped", _("Stopped")


class RunKind(TextChoices):
    """A full run fits models and thresholds and scores everybody; a refresh restates whom the day touched."""

    FULL = "full", pgettext_lazy("run", "Full")
    REFRESH = "refresh", pgettext_lazy("run", "Refresh")


class FullReason(TextChoices):
    """Why a run scored everybody."""

    ASKED = "asked", _("asked for")
    FIRST = "first", _("nothing to build on")
    PAST = "past", _("an earlier day, or what was known then")
    CODE = "code", _("Stay computes otherwise since an update")
    FEW = "few", _("few customers: scoring all of them is quick")
    AGE = "age", _("the last full run was long enough ago")
    RULES = "rules", _("a policy changed")
    MAP = "map", _("what events mean changed")
    CATEGORIES = "categories", _("the categories changed")
    OVERRIDES = "overrides", _("a threshold was set by hand or released")
    FEEDS = "feeds", _("a kind of event came up or ceased")
    ZONE = "zone", _("the time zone changed")
    MANY = "many", _("too many customers to restate")


class ShardStatus(TextChoices):
    """A shard is waiting (also while its row is locked by a worker) or done."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
