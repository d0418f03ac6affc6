#!/usr/bin/env python
"""The command line. Servers that no URL names are started by whichever command needs them."""

import json
import os
import sys
from pathlib import Path

from retention.common.embedded.servers import provide_servers_in_development
from retention.common.errors import DomainError

WITHOUT_SERVERS = frozenset(
    {
        "bootstrap_database",
        "check",
        "collectstatic",
        "compilemessages",
        "demo_check",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "version",
    }
)
"""Commands that need none, or start their own."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "retention.settings.dev")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command not in WITHOUT_SERVERS and not {"--help", "-h", "--version"} & set(sys.argv):
        try:
            provide_servers_in_development(Path(__file__).parent)
        except DomainError as refusal:
            refuse(refusal)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def refuse(refusal: DomainError) -> None:
    """Says why no command can run, in the form that was asked for."""
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps({"error": refusal.as_json()}, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(f"{refusal.message}\n{refusal.mend}\n")
    sys.exit(1)


if __name__ == "__main__":
    main()
