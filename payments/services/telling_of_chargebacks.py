"""What both sides read when a client's bank wants a payment back, in plain words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.urls import reverse

from billing_site.kernel.money import Money, currency_of, show, zero
from billing_site.people.access import Deed
from billing_site.people.models import Organization
from payments.models import Chargeback, ChargebackPart, DebtWriteOff, Payout
from payments.queries.debts import plan
from payments.services.telling import tell

State = Chargeback.State
Kind = ChargebackPart.Kind
CLIENT = {
    State.OPENED: "Your bank wants {amount} of your payment back",
    State.WON: "Your bank leaves the payment of {paid} where it was",
    State.LOST: "Your bank has taken back {amount}",
}
FREELANCER = {
    State.OPENED: "{client}'s bank wants a payment back{which}",
    State.WON: "The payment of {client} stands",
    State.LOST: "{client}'s bank has taken a payment back",
}
TO_CLIENT = {
    State.OPENED: "Your bank has been asked to take back {amount} of your payment of {paid}. What"
    " is left of it stays where it is until it decides, and none of it can be refunded. If this is"
    " a mistake, ask your bank to withdraw it. We answer it with the contract and the deliveries.",
    State.WON: "Your bank has looked at {amount} of your payment, and the payment stands."
    " Everything goes on where it was.",
    State.LOST: "Your bank has decided: {amount} of your payment of {paid} is yours again. {owed}",
}
TO_FREELANCER = {
    State.OPENED: "The bank of {client} has been asked to take a payment back. {stays} You need"
    " not do anything: we answer the bank with the contract, your deliveries and the approvals.",
    State.WON: "The bank has decided: the payment of {client} stands{goes_on}.",
    State.LOST: "The bank has decided for {client}. {lost}",
}
# A bank that had decided against us, and decides anew.
CLIENT_AGAIN = (
    "Your bank gives back {amount} of the payment of {paid}",
    "Your bank has decided anew and gives {amount} back: the payment stands after all. {again}",
)
FREELANCER_AGAIN = (
    "The payment of {client} stands after all",
    "The bank of {client} has decided anew, and gives back what it had taken. {again}",
)


def tell_both(
    case: Chargeback,
    kept: Mapping[int, Money],
    gone: Mapping[int, Money],
    *,
    moved: Mapping[int, Money],
    refilled: Collection[int] | None = None,
    at: datetime,
) -> None:
    """Tell whoever pays, and whoever has something to lose, what the new state means for them.

    *kept*: what stays where it is, or did until now, by freelancer; *gone*: what does not;
    *moved*: what of what was kept another case keeps now.
    *refilled*, where a bank that had decided decides anew: the escrows that hold theirs again.
    """
    state = State(case.state)
    if state not in CLIENT:
        return
    charge, was_lost = case.charge, refilled is not None
    paid = case.stray.amount if case.stray else charge.amount
    facts = {"amount": show(case.amount), "paid": show(paid), "owed": _owed(case)}
    facts["again"] = _again(case, refilled or ())
    url = charge.get_absolute_url()
    _tell(
        case,
        charge.client,
        CLIENT_AGAIN if was_lost else (CLIENT[state], TO_CLIENT[state]),
        facts,
        url=url,
        deed=Deed.FUND,
        at=at,
    )
    for of in _concerned(case, kept, gone):
        facts = {"client": str(charge.client), "lost": _lost(case, of)}
        facts |= _kept_words(case, kept.get(of.pk), gone.get(of.pk))
        facts["goes_on"] = _goes_on(kept.get(of.pk), moved.get(of.pk))
        facts["again"] = _again_yours(case, of, refilled or ())
        _tell(
            case,
            of,
            FREELANCER_AGAIN if was_lost else (FREELANCER[state], TO_FREELANCER[state]),
            facts,
            url=reverse("earnings"),
            deed=Deed.WITHDRAW,
            at=at,
        )


def payout_called_off(payout: Payout, client: str, *, at: datetime) -> None:
    """It was not sent, and a bank may get a part of it."""
    tell(
        payout.freelancer,
        "payout_called_off",
        f"Your withdrawal of {show(payout.drawn)} was called off",
        about=("payout", payout.ref),
        url=payout.get_absolute_url(),
        at=at,
        deed=Deed.WITHDRAW,
        amount=show(payout.drawn),
        client=client,
        method=str(payout.method),
    )


def _concerned(
    case: Chargeback, kept: Mapping[int, Money], gone: Mapping[int, Money]
) -> list[Organization]:
    """Of whom something is kept or lost, or was: nobody else has to hear of it."""
    of = {*kept, *gone}
    for part in case.parts.select_related("lot", "escrow"):
        of |= {source.freelancer_id for source in (part.lot, part.escrow) if source}
    return list(Organization.objects.filter(pk__in=of).order_by("pk"))


def _kept_words(case: Chargeback, kept: Money | None, gone: Money | None) -> dict[str, str]:
    """What of theirs stays where it is, and what they have withdrawn of what a bank wants."""
    client, words = case.charge.client, []
    if kept:
        words.append(
            f"Until it decides, {show(kept)} that came from that payment stays where it is;"
            " everything else of yours is free."
        )
    if gone:
        words.append(
            f"{show(gone)} of what it may get is with us no more: if the bank decides for"
            f" {client}, you owe that."
        )
    return {
        "stays": " ".join(words),
        "which": f": {show(kept)} stays where it is" if kept else " that you have withdrawn",
    }


def _goes_on(kept: Money | None, moved: Money | None) -> str:
    """What of theirs is free again, and what another case keeps from now on."""
    free = kept - moved if kept and moved else kept
    words = f", and {show(free)} goes on where it was" if free else ""
    if moved:
        words += f", and {show(moved)} is kept until a bank decides another case"
    return words


def _owed(case: Chargeback) -> str:
    owed = [part.amount for part in case.parts.filter(kind=Kind.OWED)]
    if case.parts.filter(kind=Kind.STRAY).exists():
        return "It had been set apart for you, and goes to you this way."
    if not owed:
        return "Whatever was still held for the work is not held any more."
    total = show(sum(owed, zero(case.currency)))
    return f"The work had been paid with it, so you owe {total} again; it is due now."


def _lost(case: Chargeback, of: Organization) -> str:
    parts = list(case.parts.select_related("lot", "escrow").order_by("pk"))
    words = []
    if any(part.escrow and part.escrow.freelancer_id == of.pk for part in parts):
        words.append(
            "What was held for you from that payment is not held any more. Do not go on with the"
            " work before it is funded anew."
        )
    mine = [part for part in parts if part.lot and part.lot.freelancer_id == of.pk]
    nothing = zero(case.currency)
    taken = sum((part.from_pending + part.from_available for part in mine), nothing)
    debt = sum((part.from_debt for part in mine), nothing)
    if taken:
        words.append(f"{show(taken)} was taken from your earnings.")
    if debt:
        words.append(f"{show(debt)} was not there any more: you owe it. {plan(currency_of(debt))}")
    if mine:
        words.append("Our fee on what was taken is yours again.")
    return " ".join(words) or "You keep what you were paid, and all of it is free."


def _again(case: Chargeback, refilled: Collection[int]) -> str:
    """Where the money is now that the bank had taken, for whoever had paid it."""
    words = []
    sums: dict[str, Money] = {}
    for part in case.parts.select_related("open_item"):
        kind = part.kind
        if kind == Kind.HELD:
            kind = "held" if part.escrow_id in refilled else "credit"
        sums[kind] = sums.get(kind, zero(case.currency)) + part.amount
    if "held" in sums:
        words.append(f"{show(sums['held'])} is held for the work again.")
    if "credit" in sums:
        words.append(
            f"{show(sums['credit'])} had been held for work that went on without it: it is your"
            " credit, and pays the next time."
        )
    if Kind.STRAY in sums:
        words.append(f"{show(sums[Kind.STRAY])} is your credit, and pays the next time.")
    if "released" in sums:
        words.append(f"{show(sums['released'])} is the freelancer's again, with our fee on it.")
    if "owed" in sums:
        words.append("What you owed us again since then you owe no more.")
    return " ".join(words)


def _again_yours(case: Chargeback, of: Organization, refilled: Collection[int]) -> str:
    parts = list(case.parts.select_related("lot", "escrow").order_by("pk"))
    held = [it for it in parts if it.escrow and it.escrow.freelancer_id == of.pk]
    mine = [it for it in parts if it.lot and it.lot.freelancer_id == of.pk]
    words = []
    if back := sum((part.freelancer_amount for part in mine), zero(case.currency)):
        words.append(f"{show(back)} is yours again; it paid what you owed us first.")
        given_up = DebtWriteOff.objects.filter(freelancer=of, currency=case.currency)
        if given_up.filter(is_confirmed=True).exists():
            words.append("So it did with what we had given up of that.")
    if any(part.escrow_id in refilled for part in held):
        words.append("It is held for you again.")
    elif held:
        words.append("What had been held for you went back to the client meanwhile, as credit.")
    return " ".join(words) or "Nothing changes for you."


def _tell(
    case: Chargeback,
    organization: Organization,
    words: tuple[str, str],
    facts: dict[str, str],
    *,
    url: str,
    deed: Deed,
    at: datetime,
) -> None:
    subject, text = (each.format(**facts) for each in words)
    tell(
        organization,
        "chargeback_news",
        subject,
        about=("chargeback", case.ref),
        url=url,
        at=at,
        deed=deed,
        key_ends=f"/{case.state}/{organization.ref}/{case.changes.count()}",
        words=text,
    )
