"""The ways in: functions that run as the owner of the books. The application's role may call
them, and read; it may write no table of the books itself.

Planning costs more than running here: each session plans these statements once, for the
indexes, whatever the tables' sizes are just then.
"""

from django.db import migrations

# Returns the new entry's id, its negative where the same movement stands already, or 0 where
# an account is missing (nothing is written then). The lines are locked in account order.
POST = """
CREATE FUNCTION ledger_post(
    p_key text, p_fingerprint bytea, p_kind text, p_memo text, p_occurred_at timestamptz,
    p_reference_type text, p_reference text, p_actor bigint, p_reverses bigint,
    p_codes text[], p_currencies text[], p_amounts bigint[]
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    v_id bigint;
    v_fingerprint bytea;
    v_accounts bigint[];
    v_lines smallint[];
    v_amounts bigint[];
BEGIN
    SELECT array_agg(a.id ORDER BY a.id), array_agg(l.line ORDER BY a.id),
           array_agg(l.amount ORDER BY a.id)
      INTO v_accounts, v_lines, v_amounts
      FROM unnest(p_codes, p_currencies, p_amounts) WITH ORDINALITY
           AS l (code, currency, amount, line)
      JOIN ledger_account AS a ON a.code = l.code AND a.currency = l.currency;
    IF cardinality(v_accounts) IS DISTINCT FROM cardinality(p_codes) THEN
        RETURN 0;
    END IF;

    INSERT INTO ledger_entry (key, fingerprint, kind, memo, n_postings, occurred_at,
                              reference_type, reference, actor, reverses_id)
    VALUES (p_key, p_fingerprint, p_kind, p_memo, cardinality(p_codes), p_occurred_at,
            p_reference_type, p_reference, p_actor, p_reverses)
    ON CONFLICT (key) DO NOTHING RETURNING id INTO v_id;
    IF v_id IS NULL THEN
        SELECT id, fingerprint INTO v_id, v_fingerprint FROM ledger_entry WHERE key = p_key;
        IF v_fingerprint <> p_fingerprint THEN
            RAISE EXCEPTION 'key % stands for other lines', p_key USING ERRCODE = 'LG001';
        END IF;
        RETURN -v_id;
    END IF;

    INSERT INTO ledger_posting (entry_id, line, account_id, amount)
    SELECT v_id, l.line, l.account_id, l.amount
      FROM unnest(v_lines, v_accounts, v_amounts) AS l (line, account_id, amount);
    RETURN v_id;
END $$;
"""
NO_POST = """
DROP FUNCTION ledger_post(text, bytea, text, text, timestamptz, text, text, bigint, bigint,
                          text[], text[], bigint[]);
"""

# The same for many. Keys are taken in order, then accounts in order, so that two of these
# never wait for each other. Empty where an account is missing.
POST_MANY = """
CREATE FUNCTION ledger_post_many(
    p_keys text[], p_fingerprints bytea[], p_kinds text[], p_memos text[],
    p_occurred_at timestamptz[], p_reference_types text[], p_references text[],
    p_actors bigint[], p_reverses bigint[],
    p_entries int[], p_lines int[], p_codes text[], p_currencies text[], p_amounts bigint[]
) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    v_accounts bigint[];
    v_places int[];
    v_sizes int[];
    v_ids bigint[];
    v_clash text;
BEGIN
    SELECT array_agg(a.id ORDER BY a.id, l.place), array_agg(l.place ORDER BY a.id, l.place)
      INTO v_accounts, v_places
      FROM unnest(p_codes, p_currencies) WITH ORDINALITY AS l (code, currency, place)
      JOIN ledger_account AS a ON a.code = l.code AND a.currency = l.currency;
    IF cardinality(v_accounts) IS DISTINCT FROM cardinality(p_codes) THEN
        RETURN '{}';
    END IF;
    SELECT array_agg(size ORDER BY entry) INTO v_sizes
      FROM (SELECT entry, count(*) AS size FROM unnest(p_entries) AS entry GROUP BY entry) AS s;

    -- Numbers in the order of the movements, rows in the order of the keys.
    v_ids := ARRAY(SELECT nextval('ledger_entry_id_seq')
                     FROM generate_series(1, cardinality(p_keys)));
    INSERT INTO ledger_entry (id, key, fingerprint, kind, memo, n_postings, occurred_at,
                              reference_type, reference, actor, reverses_id)
    SELECT v_ids[e.place], e.key, e.fingerprint, e.kind, e.memo, e.size, e.occurred_at,
           e.reference_type, e.reference, e.actor, e.reverses
      FROM unnest(p_keys, p_fingerprints, p_kinds, p_memos, v_sizes, p_occurred_at,
                  p_reference_types, p_references, p_actors, p_reverses) WITH ORDINALITY
           AS e (key, fingerprint, kind, memo, size, occurred_at, reference_type, reference,
                 actor, reverses, place)
     ORDER BY e.key, e.place
    ON CONFLICT (key) DO NOTHING;

    -- Every key is there by now, under our number or under that of an earlier entry.
    SELECT array_agg(CASE WHEN e.id = v_ids[k.place] THEN e.id ELSE -e.id END ORDER BY k.place),
           min(k.key) FILTER (WHERE e.fingerprint <> k.fingerprint)
      INTO v_ids, v_clash
      FROM unnest(p_keys, p_fingerprints) WITH ORDINALITY AS k (key, fingerprint, place)
      JOIN ledger_entry AS e ON e.key = k.key;
    IF v_clash IS NOT NULL THEN
        RAISE EXCEPTION 'key % stands for other lines', v_clash USING ERRCODE = 'LG001';
    END IF;

    INSERT INTO ledger_posting (entry_id, line, account_id, amount)
    SELECT v_ids[p_entries[l.place]], p_lines[l.place], l.account_id, p_amounts[l.place]
      FROM unnest(v_accounts, v_places) AS l (account_id, place)
     WHERE v_ids[p_entries[l.place]] > 0;
    RETURN v_ids;
END $$;
"""
NO_POST_MANY = """
DROP FUNCTION ledger_post_many(text[], bytea[], text[], text[], timestamptz[], text[], text[],
                               bigint[], bigint[], int[], int[], text[], text[], bigint[]);
"""

# In code order, whoever asks; 'income:x' stands before its shard 'income:x#00'.
OPEN = """
CREATE FUNCTION ledger_open(
    p_codes text[], p_currencies text[], p_kinds text[], p_holders bigint[], p_floors bigint[],
    p_ceilings bigint[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_account record;
BEGIN
    FOR v_account IN
        SELECT o.code, l.currency, l.kind, l.holder, l.floor, l.ceiling,
               nullif(family, o.code) AS parent
          FROM unnest(p_codes, p_currencies, p_kinds, p_holders, p_floors, p_ceilings)
               AS l (code, currency, kind, holder, floor, ceiling),
               split_part(l.code, '#', 1) AS family,
               unnest(ARRAY[family, nullif(l.code, family)]) AS o (code)
         WHERE o.code IS NOT NULL
         ORDER BY o.code COLLATE "C", l.currency COLLATE "C"
    LOOP
        INSERT INTO ledger_account (code, currency, kind, holder_id, min_balance, max_balance,
                                    parent_id)
        VALUES (v_account.code, v_account.currency, v_account.kind, v_account.holder,
                v_account.floor, v_account.ceiling,
                (SELECT id FROM ledger_account
                  WHERE code = v_account.parent AND currency = v_account.currency))
        ON CONFLICT (code, currency) DO NOTHING;
    END LOOP;
END $$;
"""
NO_OPEN = """
DROP FUNCTION ledger_open(text[], text[], text[], bigint[], bigint[], bigint[]);
"""

RESERVE = """
CREATE FUNCTION ledger_reserve(
    p_key text, p_code text, p_currency text, p_amount bigint, p_at timestamptz
) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO ledger_reservation (key, account_id, amount, reserved_at)
    SELECT p_key, id, p_amount, p_at FROM ledger_account
     WHERE code = p_code AND currency = p_currency
    RETURNING id;
$$;
CREATE FUNCTION ledger_end_reservation(p_key text, p_outcome text, p_at timestamptz)
RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO ledger_reservationend (reservation_id, outcome, ended_at)
    SELECT id, p_outcome, p_at FROM ledger_reservation WHERE key = p_key
    RETURNING reservation_id;
$$;
"""
NO_RESERVE = """
DROP FUNCTION ledger_end_reservation(text, text, timestamptz);
DROP FUNCTION ledger_reserve(text, text, text, bigint, timestamptz);
"""

RIGHTS = """
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ledger_account, ledger_entry, ledger_posting,
    ledger_reservation, ledger_reservationend, ledger_block, ledger_snapshot
    FROM countersign_app;
REVOKE EXECUTE ON FUNCTION ledger_post, ledger_post_many, ledger_open, ledger_reserve,
    ledger_end_reservation FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_post, ledger_post_many, ledger_open, ledger_reserve,
    ledger_end_reservation TO countersign_app;
"""
NO_RIGHTS = """
GRANT INSERT, UPDATE, DELETE ON ledger_account, ledger_entry, ledger_posting,
    ledger_reservation, ledger_reservationend, ledger_block, ledger_snapshot
    TO countersign_app;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_what_is_reserved_is_not_spent")]

    operations = [
        migrations.RunSQL(POST, NO_POST),
        migrations.RunSQL(POST_MANY, NO_POST_MANY),
        migrations.RunSQL(OPEN, NO_OPEN),
        migrations.RunSQL(RESERVE, NO_RESERVE),
        migrations.RunSQL(RIGHTS, NO_RIGHTS),
    ]
