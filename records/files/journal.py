"""An organization's own books of what happened here: each row as debits and credits.

Plus is a debit. `Assets:Countersign` is what the organization has with us, so it ends at our
balance; what came from outside or went there is the bank's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from records.files.columns import COLUMNS, Line, harmless, plain
from records.kinds import WITHIN

WITH_US, BANK, OPENING = "Assets:Countersign", "Assets:Bank", "Equity:Opening"
WORK_DONE, WORK_BOUGHT = "Income:Work", "Expenses:Work"
FEES, TAX, WRITTEN_OFF = "Expenses:Fees", "Expenses:TaxOnFees", "Income:WrittenOff"
CREDITS, EXCHANGE = "Income:Credits", "Equity:Exchange"
ARBITRATION = {"hold_arbitration_share", "return_arbitration_share", "shift_costs"}
ACCOUNTS = (
    WITH_US, BANK, OPENING, WORK_DONE, WORK_BOUGHT, FEES, TAX, WRITTEN_OFF, CREDITS, EXCHANGE,
)  # fmt: skip
BOUGHT_AT_ONCE = {"pay_invoice", "recover_written_off", "refund_released"}
# Where the rest of a row is booked, if not from or to their bank: what no bank has seen is given
# or written off by us; what is converted is no income, and in each currency is a row of its own.
AGAINST = {
    "write_off_receivable": WRITTEN_OFF,
    "write_off_debt": WRITTEN_OFF,
    "recover_given_up": WRITTEN_OFF,
    "give_goodwill": CREDITS,
    "convert_payout": EXCHANGE,
    "request_payout": BANK,
    "slow_payout": BANK,
    "fail_payout": BANK,
    "return_payout": BANK,
}
DESCRIPTION, DOCUMENT = COLUMNS.index("description"), COLUMNS.index("document")
OTHER = COLUMNS.index("other_side")
# As the programs' own help says: QuickBooks Online's “Import journal entries”, and the template of
# Xero's “Import manual journals”, which takes 300 lines a file.
QUICKBOOKS_COLUMNS = (
    "Journal No.", "Journal Date", "Account Name", "Debits", "Credits", "Description", "Name",
    "Currency",
)  # fmt: skip
XERO_COLUMNS = ("Narration", "Date", "Description", "AccountCode", "TaxRate", "Amount")
NO_TAX = "Tax Exempt"  # what its rates are called is the reader's; the tax is booked by itself


@dataclass(frozen=True, slots=True)
class Booking:
    account: str
    minor: int  # plus is a debit


def bookings(line: Line, *, is_client: bool) -> list[Booking]:
    """Return what the row is in double entry; nothing where it changed nothing."""
    booked = _of_client(line) if is_client else _of_freelancer(line)
    return [each for each in booked if each.minor]


def beancount(
    lines: Iterator[Line], *, currency: str, is_client: bool, is_whole: bool
) -> Iterator[str]:
    """Yield the text. It ends with a balance that the program has to come to, if it is whole."""
    last: Line | None = None
    for line in lines:
        if last is None:
            yield from _beginning(line, currency, is_whole=is_whole)
        booked = bookings(line, is_client=is_client)
        if booked:
            yield _entry(line, booked, currency)
        last = line
    if last is not None and is_whole:
        evening = last.row.at.date() + timedelta(days=1)
        yield f"\n{evening} balance {WITH_US}  {plain(last.row.balance, currency)} {currency}\n"


def quickbooks_rows(line: Line, *, is_client: bool) -> Iterator[list[str]]:
    """Accounts are named `Parent:Sub`; the lines of a number are one entry and balance."""
    currency = line.row.currency
    for each in bookings(line, is_client=is_client):
        size = plain(abs(each.minor), currency)
        yield [
            line.texts[2],
            f"{line.row.at:%m/%d/%Y}",
            each.account,
            size if each.minor > 0 else "",
            size if each.minor < 0 else "",
            harmless(_words(line)),
            harmless(line.texts[OTHER]),
            currency,
        ]


def xero_rows(line: Line, *, is_client: bool) -> Iterator[list[str]]:
    """Lines of one narration and day are one journal; a debit is plus, a credit minus."""
    currency = line.row.currency
    for each in bookings(line, is_client=is_client):
        yield [
            f"Countersign {line.texts[2]}",
            f"{line.row.at:%d/%m/%Y}",
            harmless(_words(line)),
            each.account,
            NO_TAX,
            plain(each.minor, currency),
        ]


def _beginning(line: Line, currency: str, *, is_whole: bool) -> Iterator[str]:
    day = line.row.at.date()
    yield 'option "title" "Countersign"\n'
    yield f'option "operating_currency" "{currency}"\n'
    for account in ACCOUNTS:
        yield f"{day} open {account} {currency}\n"
    opening = line.row.balance - line.row.change
    if opening and is_whole:
        yield _text(day, "Balance before", [Booking(WITH_US, opening)], OPENING, currency)


def _text(day: date, words: str, booked: list[Booking], against: str, currency: str) -> str:
    rest = Booking(against, -sum(each.minor for each in booked))
    rows = "".join(
        f"  {b.account}  {plain(b.minor, currency)} {currency}\n" for b in [*booked, rest]
    )
    return f'\n{day} * "{words}"\n{rows}'


def _entry(line: Line, booked: list[Booking], currency: str) -> str:
    words = _words(line)
    payee = _quoted(line.texts[OTHER])
    head = (
        f'{line.texts[0]} * "{payee}" "{_quoted(words)}"'
        if payee
        else (f'{line.texts[0]} * "{_quoted(words)}"')
    )
    return f'\n{head}\n  entry: "{line.row.entry}"\n{_rows(booked, currency)}'


def _words(line: Line) -> str:
    return " · ".join(filter(None, (line.texts[DESCRIPTION], line.texts[DOCUMENT])))


def _rows(booked: list[Booking], currency: str) -> str:
    return "".join(f"  {b.account}  {plain(b.minor, currency)} {currency}\n" for b in booked)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _of_freelancer(line: Line) -> list[Booking]:
    if line.row.kind in WITHIN:
        return []
    if line.row.kind in ARBITRATION:
        return [Booking(WITH_US, line.row.change), Booking(FEES, -line.row.change)]
    figures = line.figures
    return [
        Booking(WITH_US, line.row.change),
        Booking(FEES, figures.fee),
        Booking(TAX, figures.tax),
        Booking(AGAINST.get(line.row.kind, WORK_DONE), -figures.gross),
    ]


def _of_client(line: Line) -> list[Booking]:
    figures, change, kind = line.figures, line.row.change, line.row.kind
    if kind in ARBITRATION:
        return [Booking(WITH_US, change), Booking(FEES, -change)]
    booked = [Booking(WITH_US, change)]
    if kind in BOUGHT_AT_ONCE:
        booked += [
            Booking(WORK_BOUGHT, figures.net),
            Booking(FEES, figures.fee),
            Booking(TAX, figures.tax),
        ]
    elif kind == "release_escrow":
        booked += [Booking(WORK_BOUGHT, -figures.net), Booking(FEES, -figures.fee)]
    else:
        booked += [Booking(TAX, figures.tax)]
    return [*booked, Booking(AGAINST.get(kind, BANK), -sum(each.minor for each in booked))]
