"""Records, statements and exports."""

from __future__ import annotations

from tests.security.declared.sides import THE_OWNER
from tests.security.doors import Door
from tests.security.personas import CLIENTS, MEMBERS

RECORDS = {
    "records": Door(see=MEMBERS),
    "statements": Door(see=MEMBERS),
    "statement-pdf": Door(see=MEMBERS),
    "summary": Door(see=MEMBERS, do=MEMBERS),
    "collective": Door(see=CLIENTS, of=("collective statement",), circle=CLIENTS),
    "collective-pdf": Door(see=CLIENTS, of=("collective statement",), circle=CLIENTS),
    "totals": Door(see=MEMBERS),
    "export-papers": Door(see=MEMBERS, do=MEMBERS),
    "tax-year": Door(see=MEMBERS, do=MEMBERS, fills={"year": "2026"}),
    "certificates": Door(see=MEMBERS, do=MEMBERS, is_own=True),
    "certificate-pdf": Door(see=CLIENTS, of=("certificate",), circle=CLIENTS),
    "exports": Door(see=MEMBERS, do=MEMBERS, values={"format": "csv"}),
    "export": Door(see=CLIENTS, of=("running export", "finished export"), circle=CLIENTS),
    "export-file": Door(see=CLIENTS, of=("finished export",), circle=CLIENTS),
    "export-cancel": Door(do=CLIENTS, of=("running export", "finished export"), circle=CLIENTS),
    "record": Door(see=CLIENTS, of=("record of the client",), parameter="number", circle=CLIENTS),
    "record-filter-new": Door(do=MEMBERS, values={"name": "March", "query": "since=2026-03-01"}),
    "record-filter-removal": Door(
        do=THE_OWNER, of=("saved filter of the records",), circle=THE_OWNER
    ),
}
