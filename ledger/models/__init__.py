from ledger.models.books import Account, Entry, Posting, Reservation, ReservationEnd
from ledger.models.seals import Block, Incarnation, Snapshot

__all__ = [
    "Account",
    "Block",
    "Entry",
    "Incarnation",
    "Posting",
    "Reservation",
    "ReservationEnd",
    "Snapshot",
]
