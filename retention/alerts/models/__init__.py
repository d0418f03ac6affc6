"""The rows of this app."""

from retention.alerts.models.alerts import Alert, AlertEntry
from retention.alerts.models.duties import Clock, Notice, Response
from retention.alerts.models.monitors import Monitor, MonitorReading

__all__ = ["Alert", "AlertEntry", "Clock", "Monitor", "MonitorReading", "Notice", "Response"]
