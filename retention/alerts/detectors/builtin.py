"""The detectors that come with Stay."""

from retention.alerts.detectors import (  # noqa: F401
    arppu,
    complaint_rate,
    daily_churn,
    login_decay,
    nps_low_away,
    nps_red,
    silent_share,
)
