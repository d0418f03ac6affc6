"""Send what is due: claim, render, attempt, hand over, record. Any number of workers may do it, and any may die.

Attempts are begun in small groups, each in one transaction with the outcomes of the group before. A group is as large
as can be handed over in half a second: so no message goes out later than that after it was last asked whether it may,
and at most one group is in doubt when a worker dies.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from campaigns.channels import Provider, Session, channels
from campaigns.enums import Lane, Reason, Verdict
from campaigns.services.attempting import (
    Attempted,
    begin_attempts,
    give_back,
    keep_leases,
    record_outcomes,
    take_back,
)
from campaigns.services.claiming import Claim, Ready, claim_batch, withhold
from campaigns.services.deciding import Decided, keep_decisions
from campaigns.services.rendering import Rendered, render_batch
from campaigns.services.settling import release
from tenants.policies import policy_number

Clock = Callable[[], datetime]
FIRST_GROUP, LARGEST_GROUP = 8, 128
SECONDS_A_GROUP = 0.5
SECONDS_BETWEEN_LEASES = 20.0


@dataclass
class Turn:
    """What one turn did: messages looked at and handed over; `more` when others may be due."""

    looked_at: int = 0
    handed_over: int = 0
    more: bool = False


def send_due(*, clock: Clock, lane: Lane = Lane.CAMPAIGN, most: int | None = None, seconds: float = 60) -> Turn:
    """Send up to `most` messages of `lane` (the tenant's share of a turn), for `seconds` at most."""
    most = int(policy_number("sending.messages_at_a_turn")) if most is None else most
    turn, began = Turn(), time.monotonic()
    while turn.looked_at < most and time.monotonic() - began < seconds:
        claim = claim_batch(lane=lane, now=clock())
        if not claim.looked_at:
            return turn
        turn.looked_at += claim.looked_at
        turn.handed_over += deliver(claim, clock=clock)
    turn.more = True
    return turn


def deliver(claim: Claim, *, clock: Clock) -> int:
    """Hand over what `claim` holds, channel by channel; how many providers were asked to take."""
    by_channel: dict[str, list[Ready]] = defaultdict(list)
    for each in claim.ready:
        by_channel[each.known.channel].append(each)
    count = 0
    for code, ready in by_channel.items():
        provider = channels[code].provider()
        assert provider is not None
        rendered, failed = render_batch(ready, now=clock())
        if failed:
            _without_text([each for each in ready if each.known.id in failed], clock())
        with provider.session() as session:
            count += _Delivery(claim.token, provider, session, clock).run(rendered)
    return count


@transaction.atomic
def _without_text(ready: list[Ready], now: datetime) -> None:
    messages = [each.known.id for each in ready]
    withhold([(message, Reason.NO_TEXT) for message in messages])
    release(messages)
    keep_decisions((Decided(each.known, Verdict.NO, (Reason.NO_TEXT,)) for each in ready), now=now)


class _Delivery:
    """One channel's part of a claim, over one connection."""

    def __init__(self, claim: UUID, provider: Provider, session: Session, clock: Clock) -> None:
        self._claim, self._provider, self._session, self._clock = claim, provider, session, clock
        self._done: list[Attempted] = []
        self._back: list[Rendered] = []
        self._count = 0

    def run(self, rendered: list[Rendered]) -> int:
        """Group by group; whatever happens, known outcomes are kept."""
        waiting, size, leased = deque(rendered), FIRST_GROUP, time.monotonic()
        try:
            while waiting:
                group = [waiting.popleft() for _ in range(min(size, len(waiting)))]
                took = self._hand_over(self._begin(group))
                waiting.extendleft(reversed(self._back))
                size = min(2 * size, LARGEST_GROUP) if took < SECONDS_A_GROUP / 2 else max(1, size // 2)
                if time.monotonic() - leased > SECONDS_BETWEEN_LEASES:
                    keep_leases(self._claim)
                    leased = time.monotonic()
        finally:
            with transaction.atomic():
                self._record(self._clock())
        return self._count

    def _begin(self, group: list[Rendered]) -> list[Rendered]:
        """The outcomes of the group before and the begin of this one, in one commit."""
        now = self._clock()
        with transaction.atomic():
            self._record(now)
            begun = begin_attempts(self._claim, [each.written for each in group], provider=self._provider, now=now)
            left = [each.written.message for each in group if each.written.message not in begun]
            if left:
                give_back(self._claim, left, now=now)
        self._done, self._back = [], []
        return [each for each in group if each.written.message in begun]

    def _hand_over(self, group: list[Rendered]) -> float:
        began = time.monotonic()
        for place, each in enumerate(group):
            if place and time.monotonic() - began > SECONDS_A_GROUP:
                self._back = group[place:]
                break
            outcome = self._session.send(each.outgoing)
            self._count += 1
            self._done.append(Attempted(each.written.message, outcome, self._clock()))
        return time.monotonic() - began

    def _record(self, now: datetime) -> None:
        record_outcomes(self._claim, self._done, provider=self._provider, now=now)
        if self._back:
            take_back(self._claim, [each.written.message for each in self._back])
