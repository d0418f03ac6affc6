"""Doors of alerts: the list, one alert and what people do with it, monitors."""

from datetime import UTC, date, datetime

from retention.alerts.models import Alert, AlertEntry, Clock, Monitor, Notice, Response
from tests.isolation.matrix import Row, World, thing

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
DAY = date(2026, 3, 31)
EVIDENCE = {"score": 3, "answered_on": "2026-03-30", "last_login_on": "2026-03-20", "away": 10}


@thing
def monitor_row(world: World) -> Monitor:
    return Monitor.objects.create(code="nps_low_away", urgency="high", owner_role="support")


@thing
def monitor_words(world: World) -> object:
    """A monitor's address is the detector's code: the same words in every tenant."""
    return type("Words", (), {"code": "nps_low_away"})


@thing
def warning(world: World) -> Alert:
    alert = Alert.objects.create(
        public_id=world.uuid("alert"),
        monitor=world["monitor_row"],
        subject="customer",
        customer=world["customer"],
        cause="nps_low_away",
        urgency="high",
        reach="few",
        priority="medium",
        owner_role="support",
        evidence=EVIDENCE | {"said": world.text("Evidence")},
        first_found_on=DAY,
        last_found_on=DAY,
        opened_at=NOW,
    )
    AlertEntry.objects.create(alert=alert, at=NOW, kind="opened", text=world.text("Entry"))
    Clock.objects.create(alert=alert, started_at=NOW, deadline=NOW)
    Notice.objects.create(alert=alert, person=world["colleague"], kind="opened", due_at=NOW, error=world.text("Mail"))
    return alert


@thing
def failed_response(world: World) -> Response:
    return Response.objects.create(
        alert=world["warning"], code="gone", status="failed", error=world.text("Broken"), url=""
    )


ALERT = {"public_id": "warning.public_id"}
WORK = "alerts.work"

ROWS = (
    Row("alerts", permission="alerts.view"),
    Row("alert", permission="alerts.view", kwargs=ALERT),
    Row(
        "alert-acknowledge", permission=WORK, kwargs=ALERT, methods=("POST",), data={"person": "=colleague.public_id"}
    ),
    Row(
        "alert-snooze",
        permission=WORK,
        kwargs=ALERT,
        methods=("POST",),
        data={"until": "2100-01-01", "reason": "By a stranger"},
    ),
    Row("alert-resolve", permission=WORK, kwargs=ALERT, methods=("POST",), data={"cause": "By a stranger"}),
    Row("alert-reopen", permission=WORK, kwargs=ALERT, methods=("POST",)),
    Row("alert-respond", permission=WORK, kwargs=ALERT, methods=("POST",), data={"choice": "open_task"}),
    Row(
        "response-retry",
        permission=WORK,
        kwargs={**ALERT, "response": "failed_response.pk"},
        methods=("POST",),
    ),
    Row("monitors", permission="alerts.view"),
    Row(
        "monitor",
        permission="alerts.edit",
        kwargs={"code": "monitor_words.code"},
        methods=("GET", "POST"),
        data={"urgency": "low", "owner_role": "viewer"},
    ),
    Row("api-alerts", permission="alerts.view", api=True),
    Row("api-alert", permission="alerts.view", kwargs=ALERT, api=True),
    Row(
        "api-alert-acknowledge",
        permission=WORK,
        kwargs=ALERT,
        methods=("POST",),
        data={"person": "=colleague.email"},
        api=True,
    ),
    Row(
        "api-alert-snooze",
        permission=WORK,
        kwargs=ALERT,
        methods=("POST",),
        data={"until": "2100-01-01", "reason": "By a stranger", "person": "=colleague.email"},
        api=True,
    ),
    Row(
        "api-alert-resolve",
        permission=WORK,
        kwargs=ALERT,
        methods=("POST",),
        data={"cause": "By a stranger", "person": "=colleague.email"},
        api=True,
    ),
)
