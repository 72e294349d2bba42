"""Laws of the records: what the platform certified stays as it was said."""

from __future__ import annotations

from billing_site.kernel.invariants import Row, law
from ledger.queries.rows import rows


@law("A certificate says the sum it was issued for, and its file is the one that was kept")
def certificates_say_their_sums() -> list[Row]:
    return rows("""
        SELECT c.ref, c.number, c.amount, c.frozen ->> 'gross' AS said
          FROM records_certificate AS c LEFT JOIN platform_file AS f ON f.id = c.pdf_id
         WHERE c.number <> c.frozen ->> 'number'
            OR c.amount <> (c.frozen ->> 'gross')::numeric
            OR f.sha256 <> c.pdf_sha256""")


@law("A collective statement says the sums it was issued for, and no tax of its own")
def collective_statements_say_their_sums() -> list[Row]:
    return rows("""
        SELECT c.ref, c.number, c.amount, c.frozen ->> 'gross' AS said
          FROM records_collectivestatement AS c LEFT JOIN platform_file AS f ON f.id = c.pdf_id
         WHERE c.number <> c.frozen ->> 'number'
            OR c.amount <> (c.frozen ->> 'gross')::numeric
            OR c.closing <> (c.frozen #>> '{figures,4,amount}')::numeric
            OR c.amount <> (SELECT sum((line ->> 'amount')::numeric)
                              FROM jsonb_array_elements(c.frozen -> 'lines') AS line)
            OR c.frozen -> 'taxes' <> '[]'
            OR f.sha256 <> c.pdf_sha256""")
