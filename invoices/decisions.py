"""What staff decide about documents and held money, each with a reason that both sides read."""

from __future__ import annotations

from billing_site.platform.decisions import Decision
from invoices.services import keeping, writing_off

GIVE_UP = Decision(
    "write_off",
    "Ask to write these invoices off",
    "What the platform paid in a client's stead and will not get is its loss. A second person"
    " confirms it; until then nothing is posted. The client still owes it, and may still pay.",
    writing_off.ask,
)
CONFIRM = Decision(
    "confirm",
    "Write these off",
    "The loss is posted, and the invoice counts as written off. Whoever asked cannot confirm.",
    writing_off.confirm,
)
KEEP_ASKING = Decision(
    "refuse",
    "Keep asking for these",
    "Nothing is posted, and the client goes on being reminded.",
    writing_off.refuse,
)
KEEP = Decision(
    "keep",
    "Keep this money where it is",
    "Nothing leaves, and nobody's time to answer runs, until somebody lets it go on. Both sides"
    " are written to, and read why.",
    keeping.keep,
)
LET_GO = Decision(
    "let_go",
    "Let this money go on",
    "What stood still goes on, with the time that it stood. Other causes keep it still. Both sides"
    " are written to, and read why.",
    keeping.let_go,
)
