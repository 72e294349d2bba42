"""A call that was not answered for so long that its key is forgotten: what became of it?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from payments.gateways.base import Gateway
from payments.models import GatewayCommand

# Done twice, these are done once: they are simply asked again.
REPEATABLE = {
    GatewayCommand.Kind.EXPIRE_CHECKOUT,
    GatewayCommand.Kind.CANCEL_PAYMENT,  # what was called off stays so
    GatewayCommand.Kind.DETACH_METHOD,
    GatewayCommand.Kind.BANK_DETAILS,
    GatewayCommand.Kind.ONBOARDING_PAGE,
    GatewayCommand.Kind.KEEP_PAPER,  # nobody is shown a copy that no answer names
    GatewayCommand.Kind.DASHBOARD_PAGE,
    GatewayCommand.Kind.SUBMIT_EVIDENCE,  # a bank hears us once
    GatewayCommand.Kind.ACCEPT_DISPUTE,
}


class LooksUp:
    """Stands where the gateway stands and does nothing: each deed is looked up by its key.

    It answers what the deed was answered with, or None if it was never done.
    """

    def __init__(self, gateway: Gateway, *, since: datetime) -> None:
        self._gateway, self._since = gateway, since

    def __getattr__(self, _deed: str) -> Callable[..., Any]:
        def look(request: Any, *, key: str) -> Any:
            return self._gateway.look_up(request, key=key, since=self._since)

        return look
