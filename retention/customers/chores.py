"""What has to be done again and again for data in."""

from datetime import timedelta

from retention.customers.services.points.earned import refresh_points_daily
from retention.customers.services.points.figures import keep_figures_fresh
from retention.customers.services.uploads import wake_forgotten
from tenants.chores import Chore, register

register(Chore("customers.wake_forgotten_imports", timedelta(seconds=30), wake_forgotten))
register(Chore("customers.refresh_points", timedelta(days=1), refresh_points_daily))
register(Chore("customers.membership_figures", timedelta(minutes=50), keep_figures_fresh))
