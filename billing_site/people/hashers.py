from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB a sign-in, as OWASP has it: eight at once fit a small machine.

    Django's own (100 MiB on eight threads) would let a handful of guesses take the memory.
    """

    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1
