"""What people have done in the demo before it begins: leads made of complaints, alerts taken, put off and resolved."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from feedback.enums import LeadStatus
from feedback.models import FeedbackItem, ProductLead
from feedback.services.leads import create_lead, link_items, plan_lead
from retention.alerts.enums import Status
from retention.alerts.models import Alert
from retention.alerts.services.working import acknowledge, resolve, snooze
from tenants.people.models import User

LEADS = {  # topic, title, need, department, status
    "en": (
        ("function.crash", "The app stays open when somebody pays", "It closes on the list and on payment.",
         "Product", LeadStatus.BUILDING),
        ("service.delivery", "Say when a delivery will be late", "Nobody rings, and bags stand in the rain.",
         "Logistics", LeadStatus.PLANNED),
        ("price.rules", "Coupons say what they are good for", "People learn it at the till.",
         "Marketing", LeadStatus.IDEA),
    ),
    "zh-hans": (
        ("function.crash", "月末导出报表不再卡死", "月末导报表就卡死，更新后库存页打不开。",
         "产品部", LeadStatus.BUILDING),
        ("service.consultant", "更换顾问必须带着交接清单", "新顾问不了解流程，又要从头讲。",
         "交付部", LeadStatus.PLANNED),
        ("service.slow_reply", "工单两小时内必有人回", "问了三次才有人接。", "客服部", LeadStatus.IDEA),
    ),
}  # fmt: skip
WORDS = {  # why an alert was put off, what caused another
    "en": ("They are on holiday until next week", "A delivery that came a day late; refunded, and they are back"),
    "zh-hans": ("对方休假，下周再联系", "新顾问未做培训；已补两次培训，使用恢复"),
}
BACK = timedelta(days=90)


def make_leads(*, language: str, now: datetime) -> None:
    """A lead for each topic of `LEADS`, with the voices of the last three months; again adds nothing."""
    sue, ada = (User.objects.filter(role=role).earliest("pk") for role in ("support", "admin"))
    for topic, title, need, department, status in LEADS[language]:
        lead = ProductLead.objects.filter(title=title).first() or create_lead(
            title=title, item=None, actor=sue, now=now
        )
        asking = FeedbackItem.objects.filter(tags__topic__code=topic, tags__place=0, received_at__gt=now - BACK)
        link_items(lead=lead, items=asking, actor=sue, now=now)
        plan_lead(
            lead=lead, title=title, summary=need, status=status, owner=ada, department=department,
            due_on=now.date() + timedelta(days=30), actor=ada, now=now,
        )  # fmt: skip


def work_alerts(*, language: str, now: datetime) -> None:
    """One is resolved, one is put off, one is in somebody's hands; as many at least are left open. Again changes
    nothing."""
    if Alert.objects.exclude(status=Status.OPEN).exists():
        return
    carl, (why, cause) = User.objects.filter(role="csm").earliest("pk"), WORDS[language]
    worked = min(3, Alert.objects.count() // 2)
    for place, alert in enumerate(Alert.objects.order_by("pk")[:worked]):
        taken = acknowledge(alert=alert, person=carl, actor=carl, now=now)
        if place == 0:
            resolve(alert=taken, person=carl, cause=cause, actor=carl, now=now)
        elif place == 1:
            until: date = now.date() + timedelta(days=7)
            snooze(alert=taken, person=carl, until=until, reason=why, actor=carl, now=now)
