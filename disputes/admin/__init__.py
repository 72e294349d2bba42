"""The desk of those who answer questions and hear disputes.

Its lists read. What staff may decide are forms, each of which calls one service.
"""

from disputes.admin.disputes import DisputeAdmin
from disputes.admin.goodwill import GoodwillAdmin
from disputes.admin.mandates import MandateAdmin
from disputes.admin.standard_texts import StandardTextAdmin
from disputes.admin.tickets import TicketAdmin

__all__ = ["DisputeAdmin", "GoodwillAdmin", "MandateAdmin", "StandardTextAdmin", "TicketAdmin"]
