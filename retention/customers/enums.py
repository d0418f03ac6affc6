from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Behaviour(TextChoices):
    """What an event's name means; the map from names is editable."""

    LOG_IN = "log_in", _("Log-in")
    BROWSE = "browse", _("Browse")
    SEARCH = "search", _("Search")
    CART = "cart", _("Cart")
    FAVOURITE = "favourite", _("Favourite")
    COMMUNITY = "community", _("Community")
    CORE_USE = "core_use", _("Core use")
    PURCHASE = "purchase", _("Purchase")
    SERVICE = "service", _("Service")
    MESSAGE = "message", _("Message")
    OTHER = "other", _("Other")


class Clock(TextChoices):
    """What ends a silence: an order (shops) or a log-in (apps, content, software)."""

    PURCHASE = "purchase", _("Purchases")
    VISIT = "visit", _("Visits")


class CustomerKind(TextChoices):
    """Only people count: staff, test and robot profiles are left out of every number."""

    PERSON = "person", _("Person")
    STAFF = "staff", _("Staff")
    TEST = "test", _("Test")
    ROBOT = "robot", _("Robot")


class IdentityKind(TextChoices):
    """How a customer is recognised."""

    USER_ID = "user_id", _("User id")
    ANONYMOUS_ID = "anonymous_id", _("Anonymous id")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    EXTERNAL = "external", _("External id")


class OrderStatus(TextChoices):
    """Only a paid order counts as a purchase."""

    PAID = "paid", _("Paid")
    UNPAID = "unpaid", _("Unpaid")
    CANCELLED = "cancelled", _("Cancelled")


class ContactRole(TextChoices):
    """The part a person plays in an account."""

    DECISION_MAKER = "decision_maker", _("Decision maker")
    CHAMPION = "champion", _("Champion")
    ADMINISTRATOR = "administrator", _("Administrator")
    USER = "user", _("User")
    OTHER = "other", _("Other")


class Channel(TextChoices):
    """By what a customer is reached."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    PUSH = "push", _("App push")
    WECOM = "wecom", _("WeCom")
    CALL = "call", _("Phone call")
    LETTER = "letter", _("Letter")


class Purpose(TextChoices):
    """What a contact is for; consent is given per channel and purpose."""

    MARKETING = "marketing", _("Marketing")
    SERVICE = "service", _("Service")
    SURVEY = "survey", _("Survey")
    SUCCESS = "success", _("Success")


class Content(TextChoices):
    """What a message brings; a customer chooses among these."""

    OFFERS = "offers", _("Offers and coupons")
    REMINDERS = "reminders", _("Reminders of what you left or may need again")
    NEWS = "news", _("New products and reading")
    MEMBERSHIP = "membership", _("Membership and points")
    SURVEYS = "surveys", _("Short questions about how we do")


class Frequency(TextChoices):
    """How often a customer wants to hear from us at most; the house's own caps hold besides."""

    USUAL = "usual", _("As you see fit")
    WEEKLY = "weekly", _("At most once a week")
    MONTHLY = "monthly", _("At most once a month")


FREQUENCY_DAYS = {Frequency.WEEKLY: 7, Frequency.MONTHLY: 30}
"""The rolling window, in days, that holds at most one promotion for who chose so."""


class ImportStatus(TextChoices):
    """A job moves from (draft through) queued and running to one of three ends."""

    DRAFT = "draft", _("Being prepared")
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Stopped")


class PointKind(TextChoices):
    """How growth points came about. Earned ones are derived from facts; the others are facts, but that moved ones
    (which sum to nothing) only carry a debt to other points of the same customer."""

    EARNED = "earned", _("Earned")
    GRANTED = "granted", _("Given by a person")
    SPENT = "spent", _("Spent")
    MOVED = "moved", _("Debt moved to other points")


class EarnKind(TextChoices):
    """What earns growth points."""

    SPEND = "spend", _("Each unit of currency spent, net of refunds")
    ORDER_DAY = "order_day", _("Each day with an order")
    EVENT = "event", _("Each event")
