"""The pages that the browser visits: every URL of a tenant's host that answers GET with a page of its own.

``{customer}`` and the like stand for a row of the tenant; see ``world.fill_place``.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, resolve

PAGES = [
    "/",
    "/customers/",
    "/customers/?sort=-revenue&q=c-0",
    "/customers/{customer}/",
    "/customers/{customer}/erase/",
    "/customers/{customer}/health/",
    "/accounts/",
    "/accounts/{account}/",
    "/accounts/{account}/health/",
    "/imports/",
    "/imports/new/",
    "/imports/{import}/",
    "/imports/{draft}/",
    "/membership/",
    "/membership/levels/",
    "/membership/rules/new/",
    "/membership/rules/spend/",
    "/behaviours/",
    "/scores/",
    "/scores/cards/",
    "/scores/cards/new/shop/",
    "/scores/cards/{card}/",
    "/scores/health/",
    "/scores/health/?first=2024-02-25&last=2024-05-01",
    "/scores/models/",
    "/scores/thresholds/",
    "/scores/thresholds/edit/",
    "/pools/",
    "/pools/?from=2024-01-01&to=2024-05-01",
    "/tiers/",
    "/trends/",
    "/trends/?days=365&show=buying",
    "/false-churn/",
    "/alerts/",
    "/alerts/{alert}/",
    "/monitors/",
    "/monitors/login_decay/",
    "/segments/",
    "/segments/new/",
    "/segments/high_value_quiet/",
    "/segments/high_value_quiet/why/{quiet}/",
    "/segments/{segment}/",
    "/segments/{segment}/edit/",
    "/segments/{segment}/why/",
    "/segments/{segment}/health/?first=2024-02-25&last=2024-05-01",
    "/segments/{segment}/history/",
    "/segments/{segment}/overlap/?with=high_value_quiet",
    "/segments/{segment}/snapshots/{snapshot}/",
    "/experiments/",
    "/experiments/planner/",
    "/experiments/planner/?baseline=5&lift=1&holdout=20&power=80&audience=4000",
    "/experiments/{experiment}/",
    "/campaigns/",
    "/campaigns/new/",
    "/campaigns/{campaign}/",
    "/campaigns/{campaign}/edit/",
    "/campaigns/{campaign}/steps/new/",
    "/campaigns/{campaign}/steps/1/",
    "/campaigns/{campaign}/launch/",
    "/campaigns/{live_campaign}/",
    "/texts/",
    "/texts/new/",
    "/texts/{text}/",
    "/offers/",
    "/offers/new/",
    "/offers/{offer}/",
    "/stop/",
    "/feedback/",
    "/feedback/{voice}/",
    "/surveys/",
    "/surveys/new/",
    "/surveys/{survey}/?by=plan",
    "/leads/",
    "/leads/{lead}/",
    "/my-day/",
    "/tasks/",
    "/tasks/{task}/",
    "/portfolio/",
    "/portfolio/load/",
    "/portfolio/hand-over/",
    "/renewals/",
    "/renewals/{renewal}/",
    "/playbooks/",
    "/playbooks/{playbook}/",
    "/playbooks/{playbook}/draft/",
    "/runs/{run}/",
    "/policies/",
    "/policies/{policy}/",
    "/audit/",
    "/me/",
    "/people/",
    "/people/invite/",
    "/people/roles/",
    "/people/roles/new/",
    "/people/roles/{role}/",
    "/people/{person}/",
    "/keys/",
    "/keys/new/",
    "/accounts/password/change/",
    "/accounts/second-factor/",
    "/accounts/second-factor/recovery-codes/",
    "/accounts/logout/",
    "/no/such/page/",
]
SIGNED_OUT = [
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/sent/",
    "/accounts/password/reset/done/",
    "/accounts/inactive/",
    "/invitations/nothing/",
    "/say/",
]
NO_PAGES = {
    "campaign-live": "a fragment",
    "text-preview": "a fragment",
    "livez": "for machines",
    "readyz": "for machines",
    "metrics": "for machines",
    "provider-hook": "for machines",
    "api-schema": "for machines",
    "customer-timeline": "a fragment",
    "account-timeline": "a fragment",
    "customer-export": "a file",
    "import-progress": "a fragment",
    "import-errors": "a file",
    "behaviour-progress": "a fragment",
    "score-progress": "a fragment",
    "segment-builder": "a fragment",
    "segment-preview": "a fragment",
    "segment-reach": "a fragment",
    "preferences": "needs a link from a message",
    "unsubscribe": "needs a link from a message",
    "why-this": "needs a link from a message",
    "survey-answer": "needs a link from a message",
    "say-as": "needs a link from a message",
    "account_reset_password_from_key": "needs a link from a mail",
    "mfa_authenticate": "needs a half-finished log-in",
    "mfa_reauthenticate": "needs an old log-in",
    "account_reauthenticate": "needs an old log-in",
    "mfa_activate_totp": "for those without a second factor",
    "mfa_deactivate_totp": "asks for the password first",
    "mfa_generate_recovery_codes": "asks for the password first",
    "mfa_download_recovery_codes": "a file",
}
"""URLs that are no page of their own, and why."""


def page_names() -> set[str]:
    """The names of the URLs that PAGES and SIGNED_OUT visit."""
    filled = [place.split("?")[0] for place in (*PAGES, *SIGNED_OUT) if place != "/no/such/page/"]
    uuid = "00000000-0000-7000-8000-000000000000"
    keys = {
        "customer": uuid,
        "account": uuid,
        "import": uuid,
        "draft": uuid,
        "quiet": uuid,
        "voice": uuid,
        "lead": uuid,
        "survey": uuid,
        "task": uuid,
        "renewal": uuid,
        "playbook": uuid,
        "run": uuid,
        "person": uuid,
        "role": uuid,
        "campaign": uuid,
        "live_campaign": uuid,
        "text": uuid,
        "offer": uuid,
        "policy": "x",
        "experiment": uuid,
        "segment": "x",
        "snapshot": uuid,
        "alert": uuid,
        "card": "x",
    }
    return {str(resolve(place.format_map(keys), "retention.urls").url_name) for place in filled}


def url_names() -> set[str]:
    """The names of all URLs of a tenant's host outside the API."""
    return {
        name for name, route in _patterns(get_resolver("retention.urls").url_patterns, "") if "api/v1" not in route
    }


def _patterns(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, route)
        else:
            yield str(pattern.name), route
