"""Public references: what a person reads out on the phone, and nobody can guess."""

from __future__ import annotations

import secrets

# Crockford's base 32: no I, L, O or U, so that a reference survives handwriting.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REF_LENGTH = 12  # 60 bits: a thousand guesses a second find one of a million rows in 36 years


def public_ref() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(REF_LENGTH))
