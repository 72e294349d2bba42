"""Let time pass in the sandbox: what is due happens, and is posted to our own webhook."""

from __future__ import annotations

import logging
import time
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from billing_site.platform import clock
from payments.gateways.sandbox.delivery import deliver_due, hand_over

logger = logging.getLogger(__name__)
NO_ANSWER = 599


class Command(BaseCommand):
    help = "Deliver the sandbox's events to our own webhook, over HTTP, until interrupted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="deliver what is due, then stop")
        parser.add_argument("--in-process", action="store_true", help="without a web server")
        parser.add_argument("--every", type=float, default=1.0, metavar="SECONDS")

    def handle(self, *args: Any, **options: Any) -> None:
        post = hand_over if options["in_process"] else over_http
        while True:
            done = deliver_due(at=clock.now(), post=post)
            if done or options["once"]:
                self.stdout.write(f"{done} done")
            if options["once"]:
                return
            close_old_connections()
            time.sleep(options["every"])


def over_http(path: str, body: bytes, signature: str) -> int:
    """Post an event to this site's own address; return the status, 599 where nobody answers."""
    request = Request(  # noqa: S310 -- SITE_URL is ours
        urljoin(settings.SITE_URL, path),
        data=body,
        headers={"Content-Type": "application/json", "Stripe-Signature": signature},
        method="POST",
    )
    try:
        with urlopen(request, timeout=10) as answer:  # noqa: S310 -- as above
            status: int = answer.status
    except HTTPError as refusal:
        return refusal.code
    except (URLError, TimeoutError, ConnectionError) as silence:
        logger.info("Nobody answers at %s: %s", settings.SITE_URL, silence)
        return NO_ANSWER
    return status
