"""What rules may ask of campaigns: what came of them for a customer, and whether an address is suppressed."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from campaigns.channels import CampaignChannel, channels
from campaigns.models import Campaign
from retention.customers.enums import Channel
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields import Field, Label, Param, Source, register
from tenants.governance.erased_marks import digest_sql

DAYS = Param("days", _("days"), "integer", default=90, minimum=1)


def campaigns() -> Mapping[str, Label]:
    """Any campaign, or one of those that were launched, by its public id."""
    launched = Campaign.objects.filter(launched_at__isnull=False).order_by("-launched_at")
    return {"any": _("any campaign"), **{str(one.public_id): one.name for one in launched}}


CAMPAIGN = Param("campaign", _("campaign"), "choice", default="any", choices=campaigns)
CHANNEL = Param("channel", _("channel"), "choice", default="email", choices=dict(Channel.choices))
OUTCOMES: dict[str, Label] = {
    "enrolled": _("was enrolled"),
    "held_out": _("was held out"),
    "sent": _("was sent a message"),
    "delivered": _("got a message"),
    "opened": _("opened a message"),
    "clicked": _("clicked in a message"),
    "answered": _("answered a message"),
    "complained": _("marked a message as spam"),
    "failed": _("a message could not be delivered"),
    "returned": _("came back"),
    "redeemed": _("redeemed its coupon"),
}
_OF = "(%(campaign)s::text = 'any' OR k.public_id::text = %(campaign)s)"
_LATELY = (
    "o.happened_at < %(moment)s::timestamptz"
    " AND o.happened_at >= %(moment)s::timestamptz - make_interval(days => %(days)s::int)"
)
OUTCOME = Source(
    "campaign_outcomes",
    f"""
    SELECT o.customer_id, array_agg(DISTINCT o.code) AS codes FROM (
        SELECT n.customer_id, CASE WHEN n.held_out THEN 'held_out' ELSE 'enrolled' END AS code,
               n.enrolled_at AS happened_at
        FROM campaigns_enrollment n JOIN campaigns_campaign k ON k.id = n.campaign_id WHERE {_OF}
        UNION ALL
        SELECT m.customer_id, w.code, w.happened_at
        FROM campaigns_message m JOIN campaigns_campaign k ON k.id = m.campaign_id
        CROSS JOIN LATERAL (VALUES
            ('sent', m.accepted_at), ('opened', m.opened_at), ('clicked', m.clicked_at),
            ('answered', m.answered_at), ('complained', m.complained_at),
            (CASE WHEN m.state IN ('delivered', 'failed') THEN m.state::text END, m.ended_at)
        ) AS w (code, happened_at)
        WHERE {_OF} AND w.code IS NOT NULL
        UNION ALL
        SELECT t.customer_id, 'returned', t.occurred_at
        FROM campaigns_outcome t JOIN campaigns_campaign k ON k.experiment_id = t.experiment_id
        WHERE {_OF} AND t.metric = 'returned' AND t.value > 0 AND NOT t.withdrawn
        UNION ALL
        SELECT m.customer_id, 'redeemed', x.redeemed_at
        FROM campaigns_coupon x JOIN campaigns_message m ON m.id = x.message_id
        JOIN campaigns_campaign k ON k.id = m.campaign_id WHERE {_OF}
    ) o WHERE {_LATELY} GROUP BY o.customer_id""",
    (CAMPAIGN, DAYS),
)
MESSAGES = Source(
    "campaign_messages",
    f"""
    SELECT m.customer_id, count(*) AS sent
    FROM campaigns_message m JOIN campaigns_campaign k ON k.id = m.campaign_id
    CROSS JOIN LATERAL (SELECT m.accepted_at AS happened_at) o
    WHERE {_OF} AND {_LATELY} GROUP BY m.customer_id""",
    (CAMPAIGN, DAYS),
)


def _suppressed() -> str:
    """Customers whose address by the channel was on the suppression list at the end of the day."""
    digests = " ".join(
        f"WHEN '{each.code}' THEN CASE WHEN {each.address} <> '' THEN {_digest(each)} END" for each in channels
    )
    return f"""
    SELECT d.customer_id FROM (
        SELECT c.id AS customer_id, CASE %(channel)s::text {digests} END AS digest FROM customers_customer c
    ) d
    WHERE EXISTS (
        SELECT FROM campaigns_suppression x
        WHERE x.channel = %(channel)s AND x.digest = d.digest AND x.since < %(moment)s::timestamptz
          AND (x.lifted_at IS NULL OR x.lifted_at >= %(moment)s::timestamptz))"""


def _digest(channel: CampaignChannel) -> str:
    return digest_sql(channel.mark, f"({channel.address})")[0].replace("%s", f"%({_prefix(channel)})s")


def _prefix(channel: CampaignChannel) -> str:
    return f"prefix_{channel.code}"


def _prefixes() -> Mapping[str, str]:
    """The tenant's salt, as the digest of each channel's address begins: bound, so that no statement shows it."""
    return {_prefix(each): digest_sql(each.mark, each.address)[1] for each in channels}


SUPPRESSED = Source("suppressed", _suppressed, (CHANNEL,), _prefixes)
_G = FieldGroup.CAMPAIGN
register(
    Field(
        "campaign_outcomes",
        _("what came of {campaign} in {days} days"),
        FieldType.LIST,
        "COALESCE({s}.codes, ARRAY[]::text[])",
        _G,
        OUTCOME,
        choices=OUTCOMES,
        help=_("What happened to the customer in the campaign, held out or not, by the receipts and facts held."),
    ),
    Field(
        "campaign_messages",
        _("messages of {campaign} sent in {days} days"),
        FieldType.NUMBER,
        "COALESCE({s}.sent, 0)",
        _G,
        MESSAGES,
    ),
    Field(
        "suppressed",
        _("on the suppression list for {channel}"),
        FieldType.BOOLEAN,
        "{s}.customer_id IS NOT NULL",
        _G,
        SUPPRESSED,
    ),
)
