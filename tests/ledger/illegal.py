"""What must never be true in the books, as SQL that the owner of the database might run.

Each case is a name, the statements, and what PostgreSQL says. The situation they meet is
made by `tests/ledger/test_laws.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Illegal:
    name: str
    sql: str
    says: str

    def __str__(self) -> str:
        return self.name


def account(code: str, currency: str = "EUR") -> str:
    return f"(SELECT id FROM ledger_account WHERE code = '{code}' AND currency = '{currency}')"


ESCROW, CLEARING = account("purse:E1"), account("provider:clearing")
DOLLARS, PAYEE = account("provider:clearing", "USD"), account("provider:payee:1")
NOTHING_CHECKED = "SET LOCAL session_replication_role = replica;"  # triggers off
COMMITTED = "SET CONSTRAINTS ALL IMMEDIATE;"


def header(lines: int = 2, key: str = "'x'", reverses: str = "NULL") -> str:
    return f"""
        INSERT INTO ledger_entry (key, fingerprint, kind, memo, n_postings, occurred_at,
                                  reference_type, reference, reverses_id)
        VALUES ({key}, '', 'test', '', {lines}, now(), 'test', '', {reverses});"""


def postings(*lines: tuple[int, str, int], entry: str = "currval('ledger_entry_id_seq')") -> str:
    rows = ", ".join(f"({entry}, {line}, {place}, {minor})" for line, place, minor in lines)
    return f"INSERT INTO ledger_posting (entry_id, line, account_id, amount) VALUES {rows};"


def entry(*lines: tuple[int, str, int], **facts: str) -> str:
    return header(len(lines), **facts) + postings(*lines)


def opened(**facts: str) -> str:
    columns = {"code": "'y'", "currency": "'EUR'", "kind": "'asset'"} | facts
    names, values = ", ".join(columns), ", ".join(columns.values())
    return f"INSERT INTO ledger_account ({names}) VALUES ({values});"


WHOLE, NO_ACCOUNT = "postings come whole", "there is no open account"
APPEND_ONLY, BY_POSTING = "append-only", "change only by posting"
KEEPS = "keeps what it is"
MOVED = ((1, CLEARING, -5), (2, ESCROW, 5))

ENTRIES = [
    Illegal("a header without postings", header() + COMMITTED, "has no postings"),
    Illegal(
        "a second batch into an entry",
        postings((3, CLEARING, -5), (4, ESCROW, 5), entry="(SELECT min(id) FROM ledger_entry)"),
        WHOLE,
    ),
    Illegal(
        "the same lines once more, under the header that announced them",
        # An entry whose lines were lost somehow: even so, not by another transaction.
        "SET LOCAL session_replication_role = replica;"
        "DELETE FROM ledger_posting WHERE entry_id = (SELECT min(id) FROM ledger_entry);"
        "SET LOCAL session_replication_role = origin;"
        + postings(*MOVED, entry="(SELECT min(id) FROM ledger_entry)"),
        WHOLE,
    ),
    Illegal("debits without credits", entry((1, CLEARING, -5), (2, ESCROW, 4)), WHOLE),
    Illegal("dollars against euros", entry((1, DOLLARS, -5), (2, ESCROW, 5)), WHOLE),
    Illegal(
        "two at once, and one of them a cent short",
        header(key="'y'")
        + header(key="'z'")
        + postings(*MOVED, entry="currval('ledger_entry_id_seq') - 1").rstrip(";")
        + ", "
        + postings((1, CLEARING, -5), (2, ESCROW, 4)).partition("VALUES ")[2],
        WHOLE,
    ),
    Illegal(
        "two currencies into an entry that stands",
        postings(
            (3, CLEARING, -5),
            (4, ESCROW, 5),
            (5, DOLLARS, -5),
            (6, account("purse:E1", "USD"), 5),
            entry="(SELECT min(id) FROM ledger_entry)",
        ),
        WHOLE,
    ),
    Illegal("a line short", header(3) + postings(*MOVED), WHOLE),
    Illegal("a line skipped", entry((1, CLEARING, -5), (3, ESCROW, 5)), WHOLE),
    Illegal(
        "a line twice",
        entry((1, CLEARING, -5), (3, ESCROW, 2), (3, ESCROW, 3)),
        "a_line_is_written_once",
    ),
    Illegal("lines without a header", postings(*MOVED, entry="999999"), WHOLE),
    Illegal(
        "a line of nothing",
        entry(*MOVED, (3, ESCROW, 0)),
        "a_posting_moves_money",
    ),
    Illegal("an entry of one line", header(1), "an_entry_has_two_lines_or_more"),
    Illegal("a key twice", entry(*MOVED, key="'in'"), "a_key_names_one_entry"),
    Illegal(
        "a reversal twice",
        entry(
            *MOVED, reverses="(SELECT reverses_id FROM ledger_entry WHERE key = 'wrong/reversed')"
        ),
        "a_reversal_happens_once",
    ),
    Illegal(
        "a reversal of nothing",
        entry(*MOVED, reverses="999999") + COMMITTED,
        "violates foreign key constraint",
    ),
    Illegal("an account that is not there", entry((1, "0", -5), (2, ESCROW, 5)), NO_ACCOUNT),
    Illegal(
        "an account that is closed",
        entry((1, account("purse:closed"), 5), (2, CLEARING, -5)),
        NO_ACCOUNT,
    ),
    Illegal("an overdraft", entry((1, ESCROW, -1001), (2, CLEARING, 1001)), "no_overdraft"),
    Illegal("what is reserved", entry((1, ESCROW, -101), (2, CLEARING, 101)), "no_overdraft"),
    Illegal("paid out twice", entry((1, PAYEE, 201), (2, CLEARING, -201)), "no_over_recovery"),
    Illegal(
        "a lost update",
        NOTHING_CHECKED
        + f"""INSERT INTO ledger_posting (entry_id, line, account_id, amount, currency, seq,
                                          balance_after)
              VALUES (1, 9, {ESCROW}, 5, 'EUR', 1, 5);""",
        "an_account_is_written_in_order",
    ),
]

ACCOUNTS = [
    Illegal("an account twice", opened(code="'purse:E1'"), "a_code_names_one_account"),
    Illegal("an account with money", opened(balance="5"), "born empty"),
    Illegal("an account with a past", opened(seq="1"), "born empty"),
    Illegal("an unheard of kind", opened(kind="'vapour'"), "no such kind"),
    Illegal("a holder that is not there", opened(holder_id="0") + COMMITTED, "foreign key"),
    Illegal("a parent that is not there", opened(parent_id="0") + COMMITTED, "foreign key"),
    Illegal(
        "a debt of ours without a floor",
        opened(kind="'liability'", holder_id="(SELECT min(id) FROM people_organization)"),
        "floor of 0",
    ),
    Illegal(
        "an account closed with money",
        "UPDATE ledger_account SET closed_at = now() WHERE code = 'purse:E1'",
        "closes empty",
    ),
    *(
        Illegal(
            f"another {column}",
            f"UPDATE ledger_account SET {column} = {value} WHERE code = 'purse:E1'",
            BY_POSTING,
        )
        for column, value in [("balance", "1e9"), ("seq", "seq + 1"), ("held", "0")]
    ),
    *(
        Illegal(
            f"another {column}",
            f"UPDATE ledger_account SET {column} = {value} WHERE code = 'purse:E1'",
            KEEPS,
        )
        for column, value in [
            ("code", "'z'"),
            ("currency", "'USD'"),
            ("kind", "'asset'"),
            ("min_balance", "NULL"),
            ("max_balance", "9"),
            ("holder_id", "NULL"),
        ]
    ),
    Illegal("an account deleted", "DELETE FROM ledger_account", APPEND_ONLY),
]

RESERVATION = "INSERT INTO ledger_reservation (key, account_id, amount, reserved_at) VALUES"
END = "INSERT INTO ledger_reservationend (reservation_id, outcome, ended_at) VALUES"
OPEN, ENDED = (f"(SELECT id FROM ledger_reservation WHERE key = '{k}')" for k in ("open", "ended"))
RESERVATIONS = [
    Illegal("more than is there", f"{RESERVATION} ('n', {ESCROW}, 101, now())", "no_overdraft"),
    Illegal("nothing reserved", f"{RESERVATION} ('n', {ESCROW}, 0, now())", "is_positive"),
    Illegal(
        "a reservation twice", f"{RESERVATION} ('open', {ESCROW}, 1, now())", "one_reservation"
    ),
    Illegal("a reservation of no account", f"{RESERVATION} ('n', 0, 1, now())", NO_ACCOUNT),
    Illegal("ended twice", f"{END} ({ENDED}, 'voided', now())", "a_reservation_ends_once"),
    Illegal("ended somehow", f"{END} ({OPEN}, 'lost', now())", "ends_in_a_known_way"),
    Illegal("an end of nothing", f"{END} (0, 'voided', now());" + COMMITTED, "foreign key"),
]

# One row each, so that there is something to change.
BLOCK = "INSERT INTO ledger_block VALUES (1, 1, 1, 1, 1, '', '', now(), '', false);"
SNAPSHOT = f"""INSERT INTO ledger_snapshot (month_ends_on, balance, seq, account_id)
               VALUES ('2025-11-30', 1, 1, {ESCROW});"""
CHANGES = [
    Illegal("a month's end twice", SNAPSHOT * 2, "a_month_ends_once_for_an_account"),
    Illegal(
        "a month's end of no account",
        SNAPSHOT.replace(ESCROW, "0") + COMMITTED,
        "violates foreign key constraint",
    ),
    *(
        Illegal(f"{verb} {table}", f"{before}{sql}", APPEND_ONLY)
        for table, before, column in [
            ("entry", "", "memo = 'never happened'"),
            ("posting", "", "amount = 1"),
            ("reservation", "", "amount = 1"),
            ("reservationend", "", "outcome = 'voided'"),
            ("block", BLOCK, "hash = ''"),
            ("snapshot", SNAPSHOT, "balance = 2"),
            ("incarnation", "", "strays = 7"),
        ]
        for verb, sql in [
            ("change", f"UPDATE ledger_{table} SET {column}"),
            ("delete", f"DELETE FROM ledger_{table}"),
        ]
    ),
    *(
        Illegal(f"all of {table}", f"{before}{COMMITTED} TRUNCATE ledger_{table}", APPEND_ONLY)
        for table, before in [
            *((name, "") for name in ("entry", "posting", "reservationend", "incarnation")),
            ("block", BLOCK),
            ("snapshot", SNAPSHOT),
        ]
    ),
    *(
        # What points at them goes with them, and would refuse as well: each for itself.
        Illegal(
            f"all of {table}",
            f"ALTER TABLE ledger_{child} DISABLE TRIGGER never_truncated;"
            f"TRUNCATE ledger_{table}, ledger_{child}",
            APPEND_ONLY,
        )
        for table, child in [("account", "snapshot"), ("reservation", "reservationend")]
    ),
]

ALL = [*ENTRIES, *ACCOUNTS, *RESERVATIONS, *CHANGES]
