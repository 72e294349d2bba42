"""Who used an account, from where and with what: kept in parts, for when a bank asks."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address, ip_network

from billing_site.people.models import SignIn, User

# Which part of an address says where somebody is, and not which machine it was.
KEPT_BITS = {4: 24, 6: 48}
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def note(user: User, *, address: str, agent: str, at: datetime) -> None:
    """Note a browser and where it is, once a day, in one statement that keeps nobody waiting."""
    row = SignIn(
        user=user, on=at.date(), at=at, network=network_of(address), browser=browser_of(agent)
    )
    SignIn.objects.bulk_create([row], ignore_conflicts=True)


def network_of(address: str) -> str:
    """Return the part of the net that an address is in; nothing if it is none."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ip_network(f"{found}/{KEPT_BITS[found.version]}", strict=False))


def browser_of(agent: str) -> str:
    """Return what a browser says of itself in a few words."""
    browser = next((name for said, name in BROWSERS.items() if said in agent), "another browser")
    system = next((name for said, name in SYSTEMS.items() if said in agent), "")
    return f"{browser} on {system}" if system else browser
