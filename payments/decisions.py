"""What finance operations decide about rows that they choose at the desk."""

from __future__ import annotations

from django import forms

from billing_site.platform.decisions import Decision, ReasonForm
from payments.services import (
    answering,
    commands,
    differences,
    inbox,
    naming,
    reviewing,
    unmatched,
    waiting,
)


class HoldForm(ReasonForm):
    """The freelancer reads both."""

    review_on = forms.DateField(
        label="Decided by",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Name a day.", "invalid": "Write it as 2026-03-31."},
    )


HOLD = Decision(
    "hold",
    "Hold these withdrawals",
    "They are not sent until somebody lets them go. The freelancer reads why, and by when we"
    " decide, and may still cancel.",
    reviewing.hold,
    HoldForm,
)
RELEASE = Decision(
    "release",
    "Let these withdrawals go",
    "They are sent at their hour, or at once if that is past.",
    reviewing.release,
)


DRAFT = Decision(
    "draft",
    "Show the provider what we have",
    "Contract, deliveries, approvals and who did what are put beside the case, in words and as"
    " files, which you find there to look at. Nothing goes to the bank yet.",
    answering.draft,
)
ANSWER = Decision(
    "answer",
    "Answer the bank",
    "The bank gets contract, deliveries, approvals and who did what, with your words first: as"
    " text, as one PDF, and with the client's receipt and what both sides wrote in a case, where"
    " there are any. Show the provider first what we have, and look at the files. The bank hears"
    " us once: this cannot be changed or taken back.",
    answering.submit,
)
GIVE_UP = Decision(
    "give_up",
    "Give the case up",
    "The bank decides for its customer at once, and the money is lost. This cannot be taken back."
    " Above 1,000 it takes two: the first of you asks for it, the second one does it.",
    answering.accept,
    says=lambda case: (
        "it is given up, and the bank decides for its customer"
        if case.given_up_at
        else "nothing has moved. It waits for a second person of our staff to give it up too"
    ),
)
EXPLAIN = Decision(
    "explain",
    "Explain these differences",
    "They stay as they are. Say what the money was, so that nobody has to look again.",
    differences.explain,
)
RESOLVE = Decision(
    "resolve",
    "Say that these were resolved",
    "Say what was done, at the provider or in the books. Nothing is moved by this.",
    differences.resolve,
)
MATCH = Decision(
    "match",
    "These are their client's",
    "Each becomes its client's credit, pays what is due, and is not asked about again.",
    unmatched.match,
)
SEND_BACK = Decision(
    "send_back",
    "Send these back to their bank",
    "The provider returns each to who sent it. This cannot be taken back.",
    unmatched.send_back,
)
RESUME = Decision(
    "resume",
    "Pay these payees again",
    "Their accounts lacked what we had moved there. What they have withdrawn meanwhile is sent.",
    waiting.resume,
)
TRY_AGAIN = Decision(
    "try_again",
    "Make these calls again",
    "Only those that are stuck, once what was wrong with them is mended. Each is made under its"
    " own key, so that what was done is not done twice.",
    commands.try_again,
)
ACCEPT_NAME = Decision(
    "accept",
    "These are their own",
    "Each can be paid to once its waiting time is over. The freelancer is told.",
    naming.accept,
)
REFUSE_NAME = Decision(
    "refuse",
    "These are somebody else's",
    "Nothing is ever paid to them, and they are removed. The freelancer reads why.",
    naming.refuse,
)
AGAIN = Decision(
    "process_again",
    "Read these events again",
    "Only those that were given up. Each is read from its first try on, and does once what it"
    " has to do.",
    inbox.process_again,
)
LEAVE_EVENT = Decision(
    "leave",
    "Leave these events unread",
    "Only those that were given up, and that are about nothing of ours or were put right"
    " otherwise. Nobody is asked about them again; they can still be read again.",
    inbox.leave,
)
