from disputes.models.arbitration import ArbitrationShare, AwardDocument
from disputes.models.conversation import Evidence, Message, Question
from disputes.models.dispute import Dispute, DisputeChange
from disputes.models.figures import Decision, Mandate, Offer, Proposal
from disputes.models.goodwill import Goodwill
from disputes.models.sides import Reason, Side
from disputes.models.standard_text import StandardText
from disputes.models.ticket import Ticket, TicketChange, TicketMessage
from disputes.models.verdict import Verdict

__all__ = [
    "ArbitrationShare",
    "AwardDocument",
    "Decision",
    "Dispute",
    "DisputeChange",
    "Evidence",
    "Goodwill",
    "Mandate",
    "Message",
    "Offer",
    "Proposal",
    "Question",
    "Reason",
    "Side",
    "StandardText",
    "Ticket",
    "TicketChange",
    "TicketMessage",
    "Verdict",
]
