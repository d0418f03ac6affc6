"""Load the demo: two tenants with people, data and scores. A killed load goes on where it was."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from campaigns.services.planning import plan_campaign
from retention.common.errors import DomainError
from retention.demo.generators import shop, software
from retention.demo.services.at_work import make_leads, work_alerts
from retention.demo.services.cast import Login, ensure_cast, ensure_operator
from retention.demo.services.demo_clock import START, clock_file, set_clock
from retention.demo.services.files import SHOP_KINDS, SOFTWARE_KINDS, loaded_file, write_files
from retention.demo.services.keys import ensure_write_key
from retention.demo.services.voice import close_what_was_closed
from retention.demo.services.winning_back import launch_win_back, orders_of_the_asked, read_out, receive, send_all
from retention.scoring.selectors.current import current_run
from retention.scoring.services.run_check import check_run
from retention.success.services.runs import start_handovers, start_renewals
from tenants.context import find_tenant, use_public, use_tenant
from tenants.enums import Business, TenantStatus
from tenants.models import Tenant


@dataclass(frozen=True)
class DemoTenant:
    """One of the two tenants and the import kinds it is filled with, in order."""

    slug: str
    name: str
    business: Business
    timezone: str
    currency: str
    language: str
    kinds: tuple[str, ...]

    @property
    def host(self) -> str:
        """The host name at which it answers."""
        return f"{self.slug}.localhost"


TENANTS = (
    DemoTenant("shop", "Corner Grocery", Business.SHOP, shop.ZONE, "USD", "en", SHOP_KINDS),
    DemoTenant("software", "云帆软件", Business.SOFTWARE, software.ZONE, "CNY", "zh-hans", SOFTWARE_KINDS),
)
LAST = "loaded"
SCORE_DAYS = tuple(
    date.fromisoformat(day) for day in ("2017-09-30", "2017-10-31", "2017-11-05", "2017-11-19", "2017-12-03")
)


def load_demo(root: Path, *, out: TextIO) -> list[Login]:
    """Do every step that is not done yet; returns who may sign in. Runs outside any tenant."""
    root.mkdir(parents=True, exist_ok=True)
    if not clock_file(root).exists():
        set_clock(root, START)
    call_command("migrate", verbosity=0)
    logins = []
    with _step(root, "files", out, "Making the shop's and the vendor's files") as todo:
        if todo:
            write_files(root)
    with use_public():
        logins.append(ensure_operator(root))
    for tenant in TENANTS:
        _ensure_tenant(tenant, out)
        with use_tenant(find_tenant(tenant.slug)):
            logins += ensure_cast(root, host=tenant.host, language=tenant.language)
            ensure_write_key(root)
    first, *others = TENANTS
    with _beside(root, others):
        load_tenant(root, first, out)
    return logins


@contextmanager
def _beside(root: Path, tenants: list[DemoTenant]) -> Iterator[None]:
    """Each of `tenants` is loaded by a process of its own meanwhile; the block ends when they have."""
    program = [sys.executable, str(settings.BASE_DIR / "manage.py"), "demo", "--root", str(root), "--only"]
    waiting = [tenant for tenant in tenants if not is_loaded(root, tenant)]
    loaders = {one.name: subprocess.Popen([*program, one.slug]) for one in waiting}  # noqa: S603 - this program itself
    try:
        yield
        for name, loader in loaders.items():
            if loader.wait() != 0:
                raise DomainError("demo_not_loaded", f"{name} could not be loaded.", mend="See above; start it again.")
    finally:
        for loader in loaders.values():
            loader.terminate()
            loader.wait()


def _ensure_tenant(tenant: DemoTenant, out: TextIO) -> None:
    with use_public():
        is_there = Tenant.objects.filter(slug=tenant.slug, status=TenantStatus.ACTIVE).exists()
    if not is_there:
        call_command(
            "create_tenant",
            tenant.slug,
            *("--name", tenant.name),
            *("--domain", tenant.host),
            *("--admin-email", f"admin@{tenant.slug}.example"),
            *("--timezone", tenant.timezone),
            *("--currency", tenant.currency),
            *("--language", tenant.language),
            *("--business", tenant.business.value),
            stdout=out,
        )
    with use_public():
        Tenant.objects.filter(slug=tenant.slug).update(is_synthetic=True)


def is_loaded(root: Path, tenant: DemoTenant) -> bool:
    """Whether nothing of `tenant` is left to load."""
    return f"{tenant.slug}/{LAST}" in _done(root, tenant.slug)


def load_tenant(root: Path, tenant: DemoTenant, out: TextIO) -> None:
    """Do every step of one tenant that is not done yet."""
    for kind in tenant.kinds:
        with _step(root, f"{tenant.slug}/{kind}", out, f"{tenant.name}: importing {kind}") as todo:
            if todo:
                call_command("import_data", tenant.slug, kind, str(loaded_file(root, tenant.slug, kind)), stdout=out)
    with _step(root, f"{tenant.slug}/consent", out, f"{tenant.name}: consent to messages") as todo:
        if todo:
            with use_tenant(find_tenant(tenant.slug)):
                _grant_consent(START - timedelta(days=330))
                _take_consent_back(START)
    with _step(root, f"{tenant.slug}/voice", out, f"{tenant.name}: complaints that were closed") as todo:
        if todo:
            with use_tenant(find_tenant(tenant.slug)):
                close_what_was_closed()
    for day in SCORE_DAYS:
        with _step(root, f"{tenant.slug}/score-{day}", out, f"{tenant.name}: scores as of {day}") as todo:
            if todo:
                call_command("score", tenant.slug, "--as-of", day.isoformat(), stdout=out)
        if tenant.business == Business.SHOP and day == SCORE_DAYS[0]:
            _win_back_of_autumn(root, tenant, out)
    with _step(root, f"{tenant.slug}/forecast", out, f"{tenant.name}: whether the forecasts held") as todo:
        if todo:
            with use_tenant(find_tenant(tenant.slug)):
                run = current_run()
                assert run is not None
                check_run(run)
    with _step(root, f"{tenant.slug}/alerts", out, f"{tenant.name}: what the monitors find") as todo:
        if todo:
            call_command("detect", tenant.slug, stdout=out)
            with use_tenant(find_tenant(tenant.slug)):
                start_handovers(now=START)
                start_renewals(now=START)
                work_alerts(language=tenant.language, now=START)
    with _step(root, f"{tenant.slug}/leads", out, f"{tenant.name}: what the complaints ask for") as todo:
        if todo:
            with use_tenant(find_tenant(tenant.slug)):
                make_leads(language=tenant.language, now=START)
    if tenant.business == Business.SHOP:
        _win_back_of_today(root, tenant, out)
    with _step(root, f"{tenant.slug}/{LAST}", out, f"{tenant.name}: all there"):
        pass


def _win_back_of_autumn(root: Path, tenant: DemoTenant, out: TextIO) -> None:
    """One that has run its course: launched, sent, answered, read out."""
    with _step(root, f"{tenant.slug}/win-back", out, f"{tenant.name}: the win-back of the autumn") as todo:
        if not todo:
            return
        with use_tenant(find_tenant(tenant.slug)):
            since = datetime.combine(SCORE_DAYS[0] + timedelta(days=2), time(10), ZoneInfo(tenant.timezone))
            campaign = launch_win_back(
                name="Autumn win-back (synthetic answers)",
                name_zh="秋季召回（回应为合成数据）",
                as_of=SCORE_DAYS[0],
                now=since,
            )
            send_all(campaign, since=since + timedelta(minutes=30), mail=root / "mail")
            receive(campaign)
            path = root / "loaded" / f"{tenant.slug}-win-back.parquet"
            orders_of_the_asked(campaign).to_parquet(path, index=False)
        call_command("import_data", tenant.slug, "orders", str(path), stdout=out)
        with use_tenant(find_tenant(tenant.slug)):
            read_out(campaign, as_of=SCORE_DAYS[1] + timedelta(days=10), zone=tenant.timezone, now=START)


def _win_back_of_today(root: Path, tenant: DemoTenant, out: TextIO) -> None:
    """One that begins with the demo: planned now, sent by the worker."""
    with _step(root, f"{tenant.slug}/win-back-2", out, f"{tenant.name}: a win-back that begins today") as todo:
        if todo:
            with use_tenant(find_tenant(tenant.slug)):
                campaign = launch_win_back(
                    name="December win-back",
                    name_zh="十二月召回",
                    as_of=SCORE_DAYS[-1],
                    now=START - timedelta(hours=1),
                )
                plan_campaign(campaign.pk, clock=lambda: START)


@contextmanager
def _step(root: Path, name: str, out: TextIO, words: str) -> Iterator[bool]:
    """Yields whether the step is still to do, and marks it done when the block ends without an error."""
    done = _done(root, name.partition("/")[0])
    if name in done:
        yield False
        return
    out.write(words + " …\n")
    out.flush()
    yield True
    _done_file(root, name.partition("/")[0]).write_text(json.dumps([*done, name]))


def _done(root: Path, part: str) -> list[str]:
    """The steps of `part` that are done."""
    path = _done_file(root, part)
    return json.loads(path.read_text()) if path.exists() else []


def _done_file(root: Path, part: str) -> Path:
    return root / f"done-{part}.json"


def _grant_consent(at: datetime) -> None:
    """Seven of ten said yes to marketing by e-mail, four by SMS; drawn from the customer's id, so always the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_consententry
                (customer_id, channel, purpose, granted, wording, source, occurred_at, recorded_at)
            SELECT c.id, asked.channel, 'marketing', true, 'Yes, write to me about offers.', 'demo (synthetic)', %s, %s
            FROM customers_customer c
            CROSS JOIN (VALUES ('email', 70), ('sms', 40)) AS asked (channel, share)
            WHERE ('x' || left(md5(asked.channel || c.external_id), 6))::bit(24)::int %% 100 < asked.share
            ORDER BY c.id
            """,
            [at, at],
        )


def _take_consent_back(now: datetime) -> None:
    """One in six of those who have not ordered for a hundred days said no sixty days after their last order."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_consententry
                (customer_id, channel, purpose, granted, wording, source, occurred_at, recorded_at)
            SELECT k.customer_id, k.channel, k.purpose, false, 'No more offers, please.', k.source, l.at, l.at
            FROM customers_consententry k JOIN customers_customer c ON c.id = k.customer_id
            JOIN (SELECT o.customer_id, max(o.ordered_at) + interval '60 days' AS at FROM customers_order o
                  GROUP BY o.customer_id HAVING max(o.ordered_at) < %s::timestamptz - interval '100 days') l
                 ON l.customer_id = k.customer_id
            WHERE k.granted AND ('x' || left(md5('no' || c.external_id), 6))::bit(24)::int %% 6 = 0
            ORDER BY k.id
            """,
            [now],
        )
