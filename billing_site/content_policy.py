"""What a page of ours may load, and where its forms may lead: ourselves, and payment pages."""

from __future__ import annotations

from csp.constants import NONE, SELF

PAYMENT_PAGES = [
    "https://checkout.stripe.com",
    "https://connect.stripe.com",
    "https://billing.stripe.com",
]
DIRECTIVES = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "font-src": [SELF],
    "connect-src": [SELF],
    "img-src": [SELF, "data:"],
    # Chromium applies form-action to where a POST is redirected, too.
    "form-action": [SELF, *PAYMENT_PAGES],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
    "object-src": [NONE],
}
