"""Provisions the tenant that is named, saying when it begins and when it is done."""

from __future__ import annotations

import sys

import django


def main(slug: str) -> None:
    """Ends with exit 0 when the tenant is active."""
    django.setup()
    from tenants.services.provisioning import provision_tenant

    print("begun", flush=True)
    provision_tenant(slug=slug, name=slug, domain=f"{slug}.localhost")
    print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
