"""A database full of hourly contracts whose week is over, written by plain SQL.

Each contract has a freelancer of its own, so that nobody's time overlaps, and shares its
client with nine others. Twenty-five entries a week, written by hand, of lengths that differ.
"""

from __future__ import annotations

from datetime import date

from django.db import connections

MONDAY = date(2026, 3, 2)
ENTRIES = 25
PER_CLIENT = 10

_WORLD = """
SET session_replication_role = replica;

INSERT INTO people_user (id, password, is_superuser, is_staff, is_active, joined_at, email, name,
                         time_zone, language, purpose)
SELECT n, '!', false, false, true, now(), 'worker' || n || '@bench.example', 'Worker ' || n,
       'UTC', 'en', ''
  FROM generate_series(1, {contracts}) AS n;

INSERT INTO people_organization (id, ref, kind, name, legal_name, street, postal_code, city,
                                 country, vat_id, series_code, currency, document_language,
                                 brand_color, created_at)
SELECT n, 'W' || lpad(n::text, 11, '0'), 'freelancer', 'Worker ' || n, '', 'Street 1', '1010',
       'Dublin', 'IE', '', 'A' || upper(lpad(to_hex(n), 5, '0')), 'EUR', 'en', '', now()
  FROM generate_series(1, {contracts}) AS n
UNION ALL
SELECT {contracts} + n, 'C' || lpad(n::text, 11, '0'), 'client', 'Client ' || n, '', 'Street 1',
       '1010', 'Vienna', 'AT', '', 'B' || upper(lpad(to_hex(n), 5, '0')), 'EUR', 'en', '', now()
  FROM generate_series(1, {clients}) AS n;

INSERT INTO invoices_contract (id, ref, client_id, freelancer_id, kind, title, description,
       currency, client_fee_bps, freelancer_fee_bps, review_days, security_days, policy_version,
       tax_treatment, tax_bps, tax_text, created_at, offered_at, expires_at, accepted_at, state,
       allows_manual_time)
SELECT n, 'K' || lpad(n::text, 11, '0'), {contracts} + 1 + (n - 1) / {per_client}, n, 'hourly',
       'Support ' || n, '', 'EUR', 500, 1000, 14, 5, '2026-1', 'reverse_charge', 0,
       'Reverse charge', '2026-02-01Z', '2026-02-01Z', '2026-02-15Z', '2026-02-02Z', 'active', true
  FROM generate_series(1, {contracts}) AS n;

INSERT INTO invoices_rateversion (contract_id, currency, rate, effective_from, by_id, said_at)
SELECT n, 'EUR', 50 + n % 40, '2026-02-01Z', n, '2026-02-01Z'
  FROM generate_series(1, {contracts}) AS n;

INSERT INTO invoices_weeklylimit (contract_id, minutes, effective_from, by_id, said_at)
SELECT n, 1200, '2026-01-26Z', n, '2026-02-01Z' FROM generate_series(1, {contracts}) AS n;

INSERT INTO invoices_week (id, ref, contract_id, starts_on, state, billed, "over", protected)
SELECT n, 'V' || lpad(n::text, 11, '0'), n, '{monday}', 'open', 0, 0, 0
  FROM generate_series(1, {contracts}) AS n;

INSERT INTO invoices_timeentry (ref, week_id, contract_id, person_id, during, minutes, kind,
                                memo, activity, created_at)
SELECT substr(md5(n || '/' || e), 1, 12), n, n, n,
       tstzrange('{monday}Z'::timestamptz + (e * 4) * interval '1 hour',
                 '{monday}Z'::timestamptz + (e * 4) * interval '1 hour'
                 + (30 + (7 * e + n) % 30) * interval '1 minute'),
       30 + (7 * e + n) % 30, 'manual', 'Tickets', 'support', '2026-03-08Z'
  FROM generate_series(1, {contracts}) AS n, generate_series(1, {entries}) AS e;

SET session_replication_role = origin;
"""
_SEQUENCES = ("invoices_week", "invoices_contract", "people_organization", "people_user")


def fill(contracts: int) -> None:
    """Write so many contracts with one open week each."""
    clients = -(-contracts // PER_CLIENT)
    world = _WORLD.format(
        contracts=contracts,
        clients=clients,
        per_client=PER_CLIENT,
        entries=ENTRIES,
        monday=MONDAY.isoformat(),
    )
    with connections["owner"].cursor() as cursor:
        cursor.execute(world)
        for table in _SEQUENCES:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608 - our own tables
            )
        cursor.execute("VACUUM ANALYZE")
