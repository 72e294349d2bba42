from disputes.models.ticket import Ticket, TicketChange, TicketMessage

__all__ = ["Ticket", "TicketChange", "TicketMessage"]
