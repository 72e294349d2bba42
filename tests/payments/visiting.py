"""What a visitor sees and sends."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def fields_of(response: Any) -> dict[str, str]:
    """The hidden fields of the page's consent, as a browser would send them."""
    inputs = re.findall(r"<input[^>]*>", response.content.decode())
    found = {}
    for each in inputs:
        if 'type="hidden"' in each and (name := re.search(r'name="([^"]+)"', each)):
            value = re.search(r'value="([^"]*)"', each)
            found[name[1]] = value[1] if value else ""
    return found


def prove(client: Client) -> None:
    """Give the code, as the page between would."""
    import time

    session = client.session
    records = [*session["account_authentication_methods"]]
    session["account_authentication_methods"] = [
        *records,
        {"method": "mfa", "at": time.time(), "type": "totp", "reauthenticated": True},
    ]
    session.save()
