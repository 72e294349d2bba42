"""Whether the web on this machine answers; for the container's health check. No Django in it.

    python -m billing_site.is_up

It asks as the proxy does: for one of our hosts, and as if by https, or it would be sent there.
"""

from __future__ import annotations

import os
import sys
from urllib.request import ProxyHandler, Request, build_opener

ADDRESS = "http://127.0.0.1:8000/health/"
SECONDS = 3


def is_up(address: str, *, host: str) -> bool:
    headers = {"Host": host, "X-Forwarded-Proto": "https"}
    straight = build_opener(ProxyHandler({}))
    try:
        with straight.open(Request(address, headers=headers), timeout=SECONDS) as answer:  # noqa: S310 - ours
            return bool(answer.status == 200)  # noqa: PLR2004 - OK
    except OSError:
        return False


if __name__ == "__main__":
    host = os.environ.get("ALLOWED_HOSTS", "localhost").partition(",")[0].strip().lstrip(".")
    sys.exit(not is_up(ADDRESS, host=host))
