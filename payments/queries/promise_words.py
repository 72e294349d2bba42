"""What is said of a bank transfer that was promised and has not arrived."""

from __future__ import annotations

from billing_site.kernel.money import show
from payments.models import PromisedTransfer
from payments.queries.standing import Standing


def to_client(promise: PromisedTransfer, standing: Standing | None) -> str:
    """Say what to send and until when; after that, or once it is given up, what becomes of it."""
    if promise.called_off_at:
        return "The bank transfer is being given up. What still arrives is your credit."
    until = f"{promise.until:%-d %B %Y}"
    said = f"Send {show(promise.missing)} from your bank, so that it is here by {until}."
    if standing and standing.next_try_at and standing.has_methods:
        soon = f"{standing.next_try_at:%-d %B, %H:%M} UTC"
        return f"{said} It is not paid until then: on {soon} we charge what you have saved instead."
    return f"{said} It is paid when it arrives; until then nothing waits for it."
