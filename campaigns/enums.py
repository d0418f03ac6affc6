from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ExperimentSource(TextChoices):
    """Where an experiment comes from."""

    CAMPAIGN = "campaign", _("Campaign")
    IMPORTED = "imported", _("Imported trial")
    HUMAN_WORK = "human_work", _("Human work")
    GLOBAL_HOLDOUT = "global_holdout", _("Global holdout")


class ExperimentUnit(TextChoices):
    """What is drawn into arms."""

    CUSTOMER = "customer", _("customer")


class CampaignKind(TextChoices):
    """What a campaign is for; a graded win-back has tiers by how long a customer has been away."""

    WIN_BACK = "win_back", _("Graded win-back")
    ORDINARY = "ordinary", _("Ordinary campaign")
    TRIGGERED = "triggered", _("Triggered")


class CampaignStatus(TextChoices):
    """Where a campaign is. Only a running one sends."""

    DRAFT = "draft", _("Draft")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    STOPPED = "stopped", _("Stopped")
    FINISHED = "finished", _("Finished")


class PauseReason(TextChoices):
    """Why a campaign pauses."""

    BY_HAND = "by_hand", _("paused by a person")
    SIZE_MOVED = "size_moved", _("the audience's size moved since the preview")
    BOUNCES = "bounces", _("too many could not be delivered")
    COMPLAINTS = "complaints", _("too many complained")
    RESTORED = "restored", _("the database was restored")


class BandBy(TextChoices):
    """What the tiers of a ladder are cut by."""

    LOGIN_GAP = "login_gap", _("days since the last log-in")
    RHYTHM = "r", _("silence in the customer's own rhythm (r)")


class MessageState(TextChoices):
    """Where a message is. Only *planned* and *not_sent* may be attempted; TRANSITIONS says what follows what."""

    PLANNED = "planned", _("Planned")
    CLAIMED = "claimed", _("Being prepared")
    ATTEMPTING = "attempting", _("Being sent")
    UNKNOWN = "unknown", _("Outcome unknown")
    NOT_SENT = "not_sent", _("Not sent yet")
    ACCEPTED = "accepted", _("Accepted by the provider")
    REJECTED = "rejected", _("Rejected by the provider")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Could not be delivered")
    WITHHELD = "withheld", _("Withheld")


ATTEMPTABLE = (MessageState.PLANNED, MessageState.NOT_SENT)
"""The states out of which a message may be claimed."""
SENT = (MessageState.ACCEPTED, MessageState.DELIVERED, MessageState.FAILED)
"""The provider took it."""
DOUBTFUL = (MessageState.ATTEMPTING, MessageState.UNKNOWN)
"""The network may have been reached."""
ENDED = (
    MessageState.ACCEPTED,
    MessageState.REJECTED,
    MessageState.DELIVERED,
    MessageState.FAILED,
    MessageState.WITHHELD,
)
"""Nothing is left to do for these, though a receipt may still move them forward."""
TRANSITIONS: dict[MessageState, tuple[MessageState, ...]] = {
    MessageState.PLANNED: (MessageState.CLAIMED, MessageState.WITHHELD),
    MessageState.CLAIMED: (
        MessageState.PLANNED,
        MessageState.NOT_SENT,
        MessageState.ATTEMPTING,
        MessageState.WITHHELD,
    ),
    MessageState.ATTEMPTING: (
        MessageState.CLAIMED,  # put back by its own worker, before the network
        MessageState.ACCEPTED,
        MessageState.REJECTED,
        MessageState.UNKNOWN,
        MessageState.NOT_SENT,
        MessageState.DELIVERED,
        MessageState.FAILED,
    ),
    MessageState.UNKNOWN: (
        MessageState.ACCEPTED,
        MessageState.NOT_SENT,
        MessageState.REJECTED,
        MessageState.DELIVERED,
        MessageState.FAILED,
    ),
    MessageState.NOT_SENT: (
        MessageState.CLAIMED,
        MessageState.WITHHELD,
        MessageState.ACCEPTED,
        MessageState.DELIVERED,
        MessageState.FAILED,
    ),
    MessageState.ACCEPTED: (MessageState.DELIVERED, MessageState.FAILED),
    MessageState.DELIVERED: (MessageState.FAILED,),
    MessageState.REJECTED: (),
    MessageState.FAILED: (),
    MessageState.WITHHELD: (),
}


class Lane(TextChoices):
    """Transactional work has its own queue and workers."""

    CAMPAIGN = "campaign", _("Campaigns")
    TRANSACTIONAL = "transactional", _("Answers and service")


class AttemptOutcome(TextChoices):
    """What came of one hand-over to a provider."""

    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    UNKNOWN = "unknown", _("unknown")
    NOT_SENT = "not_sent", _("not sent")


class Verdict(TextChoices):
    """What was decided about one customer and one step."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    LATER = "later", _("Later")


class Reason(TextChoices):
    """Why. Stored with each decision; shown to the operator and to the customer."""

    IN_AUDIENCE = "in_audience", _("in the audience")
    CHECKED = "checked", _("every check passed when it was sent")
    HELD_OUT = "held_out", _("in the holdout, to measure what the campaign does")
    GLOBAL_HOLDOUT = "global_holdout", _("in the global holdout")
    NO_BAND = "no_band", _("no step is for customers like this")
    ENROLLED = "enrolled", _("already in this campaign")
    NOT_COUNTED = "not_counted", _("merged, staff, a test profile or a robot")
    ERASED = "erased", _("erased")
    NO_ADDRESS = "no_address", _("no address for the channel")
    SUPPRESSED = "suppressed", _("on the suppression list")
    NO_CONSENT = "no_consent", _("no consent for the channel")
    REFUSED_ALL = "refused_all", _("refused personal messages as a whole")
    CONTENT_OFF = "content_off", _("does not want this kind of content")
    CHANNEL_OFF = "channel_off", _("does not want this channel")
    CAP = "cap", _("frequency cap reached")
    QUIET_HOURS = "quiet_hours", _("quiet hours where the customer is")
    OPEN_COMPLAINT = "open_complaint", _("an open complaint holds promotions")
    STOPPED = "stopped", _("sending is stopped")
    CAMPAIGN_PAUSED = "campaign_paused", _("the campaign is paused")
    CAMPAIGN_STOPPED = "campaign_stopped", _("the campaign was stopped")
    CAMPAIGN_ENDED = "campaign_ended", _("the campaign's window is over")
    OLD_VERSION = "old_version", _("planned by an older version of the campaign")
    NOT_APPROVED = "not_approved", _("a second person has not approved")
    CANARY = "canary", _("the first few are watched before the rest")
    TOO_LATE = "too_late", _("too late to be of use")
    NO_COUPON = "no_coupon", _("no coupon was left")
    OTHER_OFFER = "other_offer", _("another offer that can’t be combined with this one is still open")
    OFFER_AUDIENCE = "offer_audience", _("the offer is for new customers, or for returning ones")
    NO_TEXT = "no_text", _("the text could not be made")
    NO_CHANNEL = "no_channel", _("the channel is not connected")
    NO_ANSWER = "no_answer", _("the provider did not take it")
    TRIED_OUT = "tried_out", _("tried too often")
    RETURNED = "returned", _("came back meanwhile")
    RESTORED = "restored", _("waited when the database was restored: it may have been sent before")


class ReceiptKind(TextChoices):
    """What a provider tells us of a message."""

    ACCEPTED = "accepted", _("Accepted")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Could not be delivered")
    OPENED = "opened", _("Opened")
    CLICKED = "clicked", _("Clicked")
    REPLIED = "replied", _("Answered")
    COMPLAINED = "complained", _("Marked as spam")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")


class SuppressionReason(TextChoices):
    """Why an address gets nothing more."""

    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
    COMPLAINED = "complained", _("complained")
    BOUNCED = "bounced", _("could not be reached")
    ERASED = "erased", _("erased")
    BY_HAND = "by_hand", _("entered by a person")


class CouponState(TextChoices):
    """Where a code is."""

    FREE = "free", _("Free")
    RESERVED = "reserved", _("Reserved")
    COMMITTED = "committed", _("Given")
    REDEEMED = "redeemed", _("Redeemed")


class OfferKind(TextChoices):
    """What is offered."""

    COUPON = "coupon", _("Coupon")
    MEMBERSHIP_TRIAL = "membership_trial", _("Membership trial")
    SERVICE = "service", _("Service")
    LETTER = "letter", _("Personal letter")
    POINTS = "points", _("Growth points")


class OfferAudience(TextChoices):
    """Whom an offer is for. New and returning never meet in one customer's hands."""

    ANYONE = "anyone", _("Anyone")
    NEW = "new", _("New customers: no order yet")
    RETURNING = "returning", _("Returning customers: at least one order")


class CostKind(TextChoices):
    """What a cost is for."""

    MESSAGE = "message", _("Message")
    BENEFIT = "benefit", _("Benefit")
    MINUTES = "minutes", _("Minutes of people")
