"""Acts of sending, each in a process of its own that may be killed, or kills itself at a named point, by kill -9.

Read as lines of JSON from standard input; each is done by a fork of this process, which has nothing open but its
code, so that a hundred processes cost no hundred starts. The answer is a line: the child's number, then its exit.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import django

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
BATCH = 20
Change = Callable[[], None]


def die() -> None:
    """kill -9 of this process, by itself."""
    os.kill(os.getpid(), signal.SIGKILL)


def after(owner: Any, name: str, *, call: int = 1) -> None:
    """Die as soon as `owner.name` has returned for the `call`-th time."""
    original = getattr(owner, name)
    left = [call]

    def deadly(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        left[0] -= 1
        if not left[0]:
            die()
        return result

    setattr(owner, name, deadly)


def points() -> dict[str, Change]:
    """Where a process may die. What dies inside a transaction dies before its commit."""
    from campaigns.channels import sandbox
    from campaigns.services import claiming, planning, sending
    from campaigns.views import hooks

    return {
        "before_plan_commit": lambda: after(planning, "_plan"),
        "after_plan_commit": lambda: after(planning, "plan_batch", call=3),
        "planner_mid_batch": lambda: after(planning, "_plan", call=2),
        "after_claim": lambda: after(sending, "claim_batch"),
        "cap_reserved": lambda: after(claiming, "reserve_slots"),
        "coupon_issued": lambda: after(claiming, "reserve_coupons"),
        "after_attempt_commit": lambda: after(sending._Delivery, "_begin"),
        "answer_read": lambda: after(sandbox.SandboxSession, "send", call=3),
        "after_commit": lambda: after(sending._Delivery, "_begin", call=2),
        "webhook_received": lambda: after(hooks, "keep_receipt"),
        "": lambda: None,
    }


def make(slug: str, people: int) -> None:
    """A tenant with customers and a launched campaign with a coupon, not yet planned."""
    from campaigns.enums import ExperimentSource
    from campaigns.models import Campaign, CampaignPlan
    from campaigns.services.experiments import create_experiment, global_experiment
    from tenants.context import use_tenant
    from tenants.governance.models import Policy
    from tenants.services.provisioning import provision_tenant
    from tests.campaigns.sending.world import AS_OF, make_campaign, make_offer, make_people

    with use_tenant(provision_tenant(slug=slug, name=slug, domain=f"{slug}.localhost")):
        Policy.objects.create(name="campaigns.global_holdout", value=0)
        make_people(people)
        campaign = make_campaign(launched=True, offer=make_offer(limit=people), body="Take {{ coupon_code }}.")
        global_experiment(now=NOW)
        experiment = create_experiment(
            name="x", holdout=0, arms={"campaign": 1}, source=ExperimentSource.CAMPAIGN, actor="test", now=NOW
        )
        Campaign.objects.update(experiment=experiment)
        CampaignPlan.objects.create(campaign=campaign, version=campaign.current, as_of=AS_OF, planned_at=NOW)


def in_tenant(slug: str, work: Callable[[], None]) -> None:
    from tenants.context import find_tenant, use_tenant

    with use_tenant(find_tenant(slug)):
        work()


def plan(slug: str) -> None:
    """Plan all, in small batches, and wake nobody."""
    from campaigns.models import Campaign
    from campaigns.services import planning

    def work() -> None:
        while planning.plan_batch(Campaign.objects.get().pk, now=NOW, batch=BATCH):
            pass

    in_tenant(slug, work)


def send(slug: str) -> None:
    """Send what is due."""
    from campaigns.services import sending

    in_tenant(slug, lambda: sending.send_due(clock=lambda: NOW) and None)


def recover(slug: str, minutes: int) -> None:
    """What the relay and those whom it wakes do, `minutes` later."""
    from campaigns.services import planning, relay, sending

    now = NOW + timedelta(minutes=minutes)

    def work() -> None:
        def wake_plan(campaign: int) -> None:
            planning.plan_campaign(campaign, clock=lambda: now, batch=BATCH)

        relay.relay(now=now, wake_plan=wake_plan, wake_sender=lambda lane: None)
        relay.relay(
            now=now,
            wake_plan=wake_plan,
            wake_sender=lambda lane: sending.send_due(clock=lambda: now, lane=lane) and None,
        )

    in_tenant(slug, work)


def resolve(slug: str, sent: list[str]) -> None:
    """A person says of each doubt what the provider's ledger says."""
    from campaigns.models import Message
    from campaigns.services.unknowns import resolve_unknown

    def work() -> None:
        for message in Message.objects.filter(state="unknown", needs_person=True):
            resolve_unknown(message=message, was_sent=str(message.public_id) in sent, actor="test", now=NOW)

    in_tenant(slug, work)


def wake(slug: str, times: int) -> None:
    """Put the tasks that plan and send on the queue, `times` over."""
    from django.db import transaction

    from campaigns import tasks
    from campaigns.models import Campaign

    def work() -> None:
        with transaction.atomic():
            for _ in range(times):
                tasks.plan.wake(campaign=Campaign.objects.get().pk)
                tasks.send.wake()

    in_tenant(slug, work)


def tick(slug: str, minutes: int) -> None:
    """What the scheduler does when it looks, `minutes` later."""
    from tenants.chore_tasks import run_chore
    from tenants.context import use_tenant
    from tenants.services.schedule import claim_due

    now = NOW + timedelta(minutes=minutes)
    for due in claim_due(now=now):
        if due.name == "campaigns.relay" and due.tenant.slug == slug:
            with use_tenant(due.tenant):
                run_chore.wake(name=due.name, due_at=now.isoformat())


def make_rivals(slug: str, people: int, campaigns: int) -> None:
    """Customers, and for each a due message of every campaign."""
    from tenants.context import use_tenant
    from tenants.services.provisioning import provision_tenant
    from tests.campaigns.sending.world import make_campaign, make_message, make_people

    with use_tenant(provision_tenant(slug=slug, name=slug, domain=f"{slug}.localhost")):
        crowd = make_people(people)
        for number in range(campaigns):
            campaign = make_campaign(f"c{number}", launched=True)
            for person in crowd:
                make_message(campaign, person)


def send_few(slug: str) -> None:
    """Send what is due, claiming a few at a time, so that many workers meet over the same customers."""
    from campaigns.services import claiming, sending

    few = claiming.claim_batch
    sending.claim_batch = lambda **given: few(most=7, **given)
    send(slug)


def refuse_all(slug: str) -> None:
    """Every customer opts out."""
    from retention.customers.models import Customer
    from tests.campaigns.sending.world import consent

    in_tenant(slug, lambda: consent(list(Customer.objects.all()), granted=False, at=NOW))


def stop_all(slug: str) -> None:
    """The tenant's stop switch."""
    from campaigns.services.switches import stop_sending

    in_tenant(slug, lambda: stop_sending(actor="test", now=NOW) and None)


def serve(port: int) -> None:
    """Serve pages until killed."""
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

    from retention.wsgi import application

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True
        request_queue_size = 64

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

    make_server("127.0.0.1", port, application, server_class=Server, handler_class=Quiet).serve_forever()


ACTS: dict[str, Callable[..., None]] = {
    "make": make,
    "plan": plan,
    "send": send,
    "recover": recover,
    "resolve": resolve,
    "serve": serve,
    "wake": wake,
    "tick": tick,
    "make_rivals": make_rivals,
    "send_few": send_few,
    "refuse_all": refuse_all,
    "stop_all": stop_all,
}


def child(order: dict[str, Any]) -> None:
    """Do one act and end, unless killed."""
    status = 1
    try:
        points()[order.get("point", "")]()
        ACTS[order["act"]](*order["args"])
        status = 0
    finally:
        sys.stderr.flush()
        if status:
            import traceback

            traceback.print_exc()
            sys.stderr.flush()
        os._exit(status)


def main() -> None:
    """Fork for each line; say who it is, and how it ended once it is awaited."""
    django.setup()
    import retention.wsgi  # noqa: F401

    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            _, status = os.waitpid(order["wait"], 0)
            print(json.dumps({"exit": os.waitstatus_to_exitcode(status)}), flush=True)
            continue
        pid = os.fork()
        if not pid:
            with suppress(KeyboardInterrupt):
                child(order)
        print(json.dumps({"pid": pid}), flush=True)


if __name__ == "__main__":
    main()
