"""What may go wrong at a gateway."""

from __future__ import annotations


class GatewayError(Exception):
    """The gateway did not do what was asked."""


class Declined(GatewayError):
    """The payer's bank refused. *user_message* is for the payer."""

    def __init__(self, code: str, decline_code: str = "", user_message: str = "") -> None:
        super().__init__(user_message or code)
        self.code, self.decline_code, self.user_message = code, decline_code, user_message


class NeedsAction(GatewayError):
    """The payer has to confirm with their bank, on a page."""

    def __init__(self, payment_id: str) -> None:
        super().__init__(payment_id)
        self.payment_id = payment_id


class InsufficientFunds(GatewayError):
    """The balance that it would come from does not hold it now."""


class InvalidRequest(GatewayError):
    """Asked for something that is not there or not allowed; asking again will not help."""

    def __init__(self, message: str, *, param: str = "", code: str = "") -> None:
        super().__init__(message)
        self.param, self.code = param, code


class KeyReused(GatewayError):
    """The key stands for another request: a bug of ours. Nothing was done."""


class Busy(GatewayError):
    """Too much at once, or the same call is being answered; ask again later."""


class NotLetIn(Busy):
    """Our own key is not accepted, or may not do it: nothing was done; ask again once it may."""


class OutcomeUnknown(GatewayError):
    """No answer. It may have been done: never shown as failure, asked again with the same key."""


class BadSignature(GatewayError):
    """An event that is not from who it says, or not from now."""
