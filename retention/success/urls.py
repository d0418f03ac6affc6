"""The doors of this app: pages in `urlpatterns`, HTTP API under /api/v1/ in `api_urlpatterns`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from retention.success import api
from retention.success.views import accounts, handing_over, playbooks, tasks

urlpatterns: list[URLPattern | URLResolver] = [
    path("my-day/", tasks.my_day_page, name="my-day"),
    path("tasks/", tasks.task_list, name="tasks"),
    path("tasks/<uuid:public_id>/", tasks.task_page, name="task"),
    path("tasks/<uuid:public_id>/done/", tasks.task_done, name="task-done"),
    path("tasks/<uuid:public_id>/give/", tasks.task_give, name="task-give"),
    path("tasks/<uuid:public_id>/cancel/", tasks.task_cancel, name="task-cancel"),
    path("portfolio/", accounts.portfolio_page, name="portfolio"),
    path("portfolio/load/", handing_over.load_page, name="load"),
    path("portfolio/hand-over/", handing_over.hand_over_page, name="hand-over"),
    path("renewals/", accounts.renewal_list, name="renewals"),
    path("renewals/<uuid:public_id>/", accounts.renewal_page, name="renewal"),
    path("renewals/<uuid:public_id>/decide/", accounts.renewal_decide, name="renewal-decide"),
    path("renewals/<uuid:public_id>/plan/", accounts.renewal_plan, name="renewal-plan"),
    path("accounts/<uuid:public_id>/note/", accounts.account_note, name="account-note"),
    path("accounts/<uuid:public_id>/start/", playbooks.playbook_start, name="playbook-start"),
    path("playbooks/", playbooks.playbook_list, name="playbooks"),
    path("playbooks/<uuid:public_id>/", playbooks.playbook_page, name="playbook"),
    path("playbooks/<uuid:public_id>/draft/", playbooks.playbook_draft, name="playbook-draft"),
    path("runs/<uuid:public_id>/", playbooks.run_page, name="playbook-run"),
    path("runs/<uuid:public_id>/call-off/", playbooks.run_call_off, name="run-call-off"),
]
api_urlpatterns: list[URLPattern | URLResolver] = [
    path("tasks/", api.TaskListView.as_view(), name="api-tasks"),
    path("renewals/", api.RenewalListView.as_view(), name="api-renewals"),
]
