"""What a button on a late payment has done, in words for who pressed it."""

from __future__ import annotations

from billing_site.kernel.money import show
from payments.models import Charge, ChargeAttempt


def what_is_tried(charge: Charge) -> tuple[bool, str]:
    """Tell whether something saved is being charged for it now, and say so, or why not."""
    tried = ChargeAttempt.objects.filter(collection__charge=charge, finished_at=None)
    if tried.exists():
        return True, "We are trying it now. What your bank says will be here soon."
    if charge.promises.open().exists():
        return False, (
            "Your bank transfer is being given up first. Then we charge what you have saved,"
            " within minutes."
        )
    return False, charge.problem or "There is nothing to pay here now. Nothing was charged."


def page_stands(charge: Charge) -> str:
    """Lead to another payment for the same, whose page is open."""
    until = f"{charge.page_expires_at:%-d %B, %H:%M} UTC" if charge.page_expires_at else "it closes"
    return (
        f"{show(charge.charged)} for the same can be paid here, on a page that is open until"
        f" {until}. Pay that first, or wait until then."
    )
