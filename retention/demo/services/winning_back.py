"""The demo's campaigns, through the same doors as anybody's: a graded win-back of the autumn, finished and read out,
and one that begins with the demo.

Who is asked and who is held out is drawn by the product. What the customers did is drawn here and synthetic: receipts
of the messages, and a few more orders among those who were asked, marked `synthetic` in their properties.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from django.test import override_settings

from campaigns.channels.sandbox import sandbox
from campaigns.enums import BandBy, CampaignStatus
from campaigns.models import Campaign, Message
from campaigns.ready.win_back import create_win_back
from campaigns.sandbox.server import Sandbox
from campaigns.services.launching import approve, finish_done, launch, request_approval
from campaigns.services.planning import plan_campaign
from campaigns.services.readouts import keep_readout
from campaigns.services.receipts import keep_receipts, process_receipts
from campaigns.services.sending import send_due
from campaigns.webhooks import secrets_of
from tenants.people.models import User

SEED = 20171002
HOURS_SENDING = 96
EXTRA_RETURN = 0.09
"""So many more of those who were asked come back, by this overlay."""


@contextmanager
def provider(mail: Path) -> Iterator[None]:
    """A sandbox provider in this process, and a folder for mails: nothing leaves this machine."""
    server = Sandbox(port=0, secret=lambda account: next(secrets_of(sandbox.name, account)))
    server.settings["kinds"] = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    mail.mkdir(parents=True, exist_ok=True)
    try:
        with override_settings(
            STAY_SANDBOX_URL=f"http://127.0.0.1:{server.server_address[1]}",
            EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend",
            EMAIL_FILE_PATH=str(mail),
        ):
            yield
    finally:
        server.shutdown()
        server.server_close()


def launch_win_back(*, name: str, name_zh: str, as_of: date, now: datetime) -> Campaign:
    """A marketer prepares it, an admin approves it, and it begins; one of this name that began stays as it is."""
    launched = Campaign.objects.filter(name=name, launched_at__isnull=False).first()
    if launched is not None:
        return launched
    marketer, admin = (User.objects.get(role=role) for role in ("marketer", "admin"))
    draft = create_win_back(name=name, name_zh=name_zh, band_by=BandBy.RHYTHM, actor=marketer, now=now)
    assert draft.current is not None
    request = request_approval(version=draft.current, actor=marketer, now=now, as_of=as_of)
    if request.needs_approval:
        approve(request=request, actor=admin, now=now + timedelta(minutes=20))
    return launch(request=request, actor=marketer, now=now + timedelta(minutes=25))


def send_all(campaign: Campaign, *, since: datetime, mail: Path) -> int:
    """Plan it and send hour by hour until nothing is due; how many messages were handed over."""
    plan_campaign(campaign.pk, clock=lambda: since)
    count = 0
    with provider(mail):
        for hours in range(HOURS_SENDING):
            now = since + timedelta(hours=hours)
            while (turn := send_due(clock=lambda now=now: now)).looked_at:  # type: ignore[misc]
                count += turn.handed_over
    return count


def receive(campaign: Campaign) -> int:
    """Nearly all is delivered, a third of it opened, a third of that clicked; how many receipts. Synthetic."""
    sent = Message.objects.filter(campaign=campaign, accepted_at__isnull=False).order_by("pk")
    messages = pd.DataFrame(sent.values_list("public_id", "accepted_at"), columns=["id", "at"])
    rng, went_on, count = np.random.default_rng(SEED), np.ones(len(messages), dtype=bool), 0
    for kind, share, minutes in (("delivered", 0.97, 1), ("opened", 0.34, 50), ("clicked", 0.3, 55)):
        went_on = went_on & (rng.random(len(messages)) < share)
        told = messages[went_on].assign(at=messages["at"] + pd.Timedelta(minutes=minutes))
        pairs = zip(told["id"].astype(str), told["at"].dt.to_pydatetime(), strict=True)
        count += keep_receipts(provider="sandbox", came=[_told(kind, message, at) for message, at in pairs])
    assert campaign.launched_at is not None
    process_receipts(now=campaign.launched_at + timedelta(hours=HOURS_SENDING))
    return count


def _told(kind: str, message: str, at: datetime) -> tuple[str, str, datetime]:
    body = {"type": f"message.{kind}", "timestamp": at.isoformat(), "data": {"id": message}}
    return f"demo-{kind}-{message}", json.dumps(body), at


def orders_of_the_asked(campaign: Campaign) -> pd.DataFrame:
    """More orders of customers who were sent something, within two weeks, as an orders file. Synthetic."""
    sent = Message.objects.filter(campaign=campaign, accepted_at__isnull=False)
    people = pd.DataFrame(
        sent.order_by("customer_id", "accepted_at", "pk").values_list("customer__external_id", "accepted_at"),
        columns=["customer", "sent_at"],
    ).drop_duplicates("customer", ignore_index=True)
    rng = np.random.default_rng(SEED)
    came = people[rng.random(len(people)) < EXTRA_RETURN].reset_index(drop=True)
    return pd.DataFrame(
        {
            "order_id": "demo-win-back-" + came["customer"],
            "customer": came["customer"],
            "ordered_at": came["sent_at"] + pd.to_timedelta(rng.integers(12 * 3600, 13 * 86400, len(came)), unit="s"),
            "amount": np.round(rng.lognormal(3.0, 0.6, len(came)), 2),
            "synthetic": True,
        }
    )


def read_out(campaign: Campaign, *, as_of: date, zone: str, now: datetime) -> None:
    """It is finished, and its readout is kept, once."""
    finish_done(now=now)
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.FINISHED, campaign.status
    assert campaign.experiment is not None
    if campaign.experiment.readouts.filter(as_of=as_of).exists():
        return
    control = campaign.experiment.arms.get(is_control=True)
    keep_readout(experiment=campaign.experiment, control=control, as_of=as_of, zone=zone, actor="demo", now=now)
