"""A balance line in another currency than what it is about: the provider has exchanged it."""

from __future__ import annotations

import logging

from payments.gateways.base import BalanceLine

logger = logging.getLogger(__name__)


def is_other_currency(line: BalanceLine, currency: str) -> bool:
    """Tell whether a line is not to be booked, and say so aloud.

    Our books would owe one currency and hold another. The payment itself is what it is; the line
    stays without an entry, so the nightly comparison puts it before finance operations. It comes
    of an account at the provider that has no balance of its own in *currency*: docs/operating.md.
    """
    if line.currency == currency:
        return False
    logger.error("Line %s is in %s, and not in %s", line.line_id, line.currency, currency)
    return True
