from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet, InvalidToken
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections

from billing_site.people.models import User
from tests.factories.people import UserFactory
from tests.people.signing_in import SECRET, code, enroll

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    cache.clear()


class TestSecrets:
    def test_are_encrypted_in_the_table(self, alice: User) -> None:
        TOTP.activate(alice, SECRET)
        RecoveryCodes.activate(alice)

        with connection.cursor() as cursor:
            cursor.execute("SELECT type, data::text FROM mfa_authenticator")
            stored = dict(cursor.fetchall())
        seed = get_adapter().decrypt(
            Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).data["seed"]
        )
        assert SECRET not in stored["totp"]
        assert seed not in stored["recovery_codes"]
        assert "gAAAA" in stored["totp"]
        assert "gAAAA" in stored["recovery_codes"]

    def test_survive_a_new_key(self, settings: object, alice: User) -> None:
        old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
        settings.MFA_SECRETS = [old]  # type: ignore[attr-defined]
        factor = enroll(alice)

        settings.MFA_SECRETS = [new, old]  # type: ignore[attr-defined]

        assert factor.wrap().validate_code(code())

        settings.MFA_SECRETS = [new]  # type: ignore[attr-defined]
        with pytest.raises(InvalidToken):
            factor.wrap().validate_code(code())

    def test_need_keys_outside_of_the_demo(self, settings: object) -> None:
        settings.DEMO, settings.MFA_SECRETS = False, []  # type: ignore[attr-defined]

        with pytest.raises(ImproperlyConfigured):
            get_adapter().encrypt("x")


def test_a_code_works_once(alice: User) -> None:
    factor, shown = enroll(alice), code()

    assert [factor.wrap().validate_code(shown) for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize("seconds", [-30, 30])
def test_the_code_before_and_the_code_after_do_not_work(alice: User, seconds: int) -> None:
    factor = enroll(alice)

    with time_machine.travel(1_700_000_015, tick=False):
        assert not factor.wrap().validate_code(code(at=time.time() + seconds))
        assert factor.wrap().validate_code(code(at=time.time()))


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize("kind", ["totp", "recovery code"])
def test_of_sixteen_at_once_one_is_accepted(kind: str) -> None:
    alice = UserFactory.create(name="Alice")
    factor = enroll(alice) if kind == "totp" else RecoveryCodes.activate(alice).instance
    shown = code() if kind == "totp" else factor.wrap().get_unused_codes()[0]
    start = Barrier(16)

    def enter(_n: int) -> bool:
        mine = Authenticator.objects.get(pk=factor.pk)
        start.wait()
        try:
            return bool(mine.wrap().validate_code(shown))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(enter, range(16))) == 1
