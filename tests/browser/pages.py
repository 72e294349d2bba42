"""Every page that somebody can look at, from the table of who may look where."""

from __future__ import annotations

from django.conf import settings
from django.urls import get_resolver
from playwright.sync_api import BrowserContext

from tests.security.declared import DOORS
from tests.security.personas import P
from tests.security.resolver import every_url
from tests.security.world import World
from tests.signing_in import session_of

# Answers that are no pages: files, words for machines, and what leads on at once.
NO_PAGES = {
    "personal-data-file",
    "certificate-pdf",
    "collective-pdf",
    "file",
    "credit-note-data",
    "credit-note-pdf",
    "export-file",
    "dispute-file",
    "fee-credit-note-pdf",
    "fee-invoice-data",
    "fee-invoice-pdf",
    "health",
    "health-money",
    "hook",
    "invoice-data",
    "invoice-pdf",
    "payment-receipt",
    "payout-advice",
    "receipt-pdf",
    "sandbox-file",
    "statement-pdf",
    "mfa_download_recovery_codes",
    "mfa_login_webauthn",
    "admin:autocomplete",
    "admin:disputes_dispute_file",
    "admin:jsi18n",
    "admin:login",
    "admin:logout",
    "admin:view_on_site",
    "account_logout",
}
DESK_SAMPLE = "payments_charge_"


def pages_of(world: World, persona: P, *, one_each: bool = False) -> list[tuple[str, str]]:
    """Return (name, address) of every page that *persona* sees, or of one thing a page."""
    found = []
    for url in every_url(get_resolver()):
        door = DOORS[url.name]
        if one_each and door.is_desk and not url.name.startswith(f"admin:{DESK_SAMPLE}"):
            continue  # the desk's lists are one page with other columns
        if persona in door.see and url.name not in NO_PAGES:
            addresses = door.addresses(url, world)
            found += [(url.name, address) for address in addresses[: 1 if one_each else None]]
    return found


def walk_in(window: BrowserContext, world: World, persona: P, site: str) -> None:
    """Give the window a session of *persona*, who has signed in a moment ago."""
    if persona == P.NOBODY:
        return
    cookie = session_of(world.cast.user(persona)).cookies[settings.SESSION_COOKIE_NAME]
    window.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
