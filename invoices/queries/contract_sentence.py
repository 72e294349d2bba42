"""One sentence on where a contract stands, for the side that reads it."""

from __future__ import annotations

from invoices.models import Contract
from invoices.queries.viewer import Viewer

S = Contract.State


def contract_sentence(contract: Contract, viewer: Viewer, *, to_deliver: bool) -> str:
    """*to_deliver*: money is held for a milestone that is not delivered."""
    ours = {
        S.DRAFT: "Only you see this draft. Read the whole cost, then send it.",
        S.OFFERED: f"{contract.freelancer} has not answered yet. Nothing is charged yet.",
        S.ACTIVE: "Fund a milestone to have the work begin; approve it to pay.",
        S.PAUSED: "Paused: nothing new is funded. What is funded goes on.",
        S.DECLINED: f"{contract.freelancer} declined. Nothing was charged.",
        S.WITHDRAWN: "You took the offer back. Nothing was charged.",
    }
    theirs = {
        S.OFFERED: f"{contract.client} waits for your answer.",
        S.ACTIVE: "Start what is funded; deliver it here to be paid."
        if to_deliver
        else f"Nothing is to deliver now. Begin new work once {contract.client} has funded it.",
        S.PAUSED: "Paused by the client. What is funded goes on.",
        S.DECLINED: "You declined this offer.",
        S.WITHDRAWN: f"{contract.client} took the offer back.",
    }
    both = {
        S.EXPIRED: "Nobody answered in time. Nothing was charged.",
        S.ENDING: "Ending: what is open is decided below, then it is closed.",
        S.ENDED: "Ended. Its documents stay here.",
        S.DISCARDED: "Discarded before anybody saw it.",
    }
    if contract.is_hourly:
        ours[S.ACTIVE] = "Each Monday the week before is billed; you have until Friday to look."
        theirs[S.ACTIVE] = "Start the timer when you work. Each Monday at noon UTC it is billed."
        ours[S.PAUSED] = "Paused: no time is logged. What is logged is billed."
        theirs[S.PAUSED] = "Paused by the client: log nothing now. What is logged is billed."
        both[S.ENDING] = "Ending: what was logged is billed and paid first."
    if contract.is_retainer:
        ours[S.ACTIVE] = "Each period is billed on the day after it; look at it, or stay silent."
        theirs[S.ACTIVE] = "Each period is billed in your name on the day after it."
        ours[S.PAUSED] = "Paused: whole days of the pause cost nothing."
        theirs[S.PAUSED] = "Paused by the client: whole days of the pause are not billed."
        both[S.ENDING] = "Ending: the last period is billed by its days and paid first."
    state = S(contract.state)
    return (ours if viewer.is_client else theirs).get(state) or both.get(state, "")
