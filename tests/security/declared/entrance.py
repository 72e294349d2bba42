"""Where somebody comes in, and where the sandbox and the demo are."""

from __future__ import annotations

from tests.security.doors import Door
from tests.security.personas import EVERYBODY

ENTRANCE = {
    "landing": Door(see=EVERYBODY),
    "health": Door(see=EVERYBODY, is_for_all=True),
    "health-money": Door(see=EVERYBODY, is_for_all=True),
    "verify": Door(see=EVERYBODY, of=("verification",), parameter="code", circle=EVERYBODY),
    "verify-form": Door(see=EVERYBODY, do=EVERYBODY, keeps=True),
    "sandbox-checkout": Door(
        see=EVERYBODY,
        do=EVERYBODY,
        of=("payment page",),
        parameter="session_id",
        circle=EVERYBODY,
        values={"outcome": "4242"},
    ),
    "sandbox-setup": Door(
        see=EVERYBODY,
        do=EVERYBODY,
        of=("setup page",),
        parameter="session_id",
        circle=EVERYBODY,
        values={"outcome": "4242"},
    ),
    "sandbox-onboarding": Door(
        see=EVERYBODY,
        do=EVERYBODY,
        of=("onboarding page",),
        parameter="link_id",
        circle=EVERYBODY,
        values={"bank_name": "Example Bank", "last4": "1234", "behavior": "pays"},
    ),
    "sandbox-dashboard": Door(
        see=EVERYBODY, of=("dashboard link",), parameter="login_id", circle=EVERYBODY
    ),
    "sandbox-transfer": Door(
        see=EVERYBODY,
        do=EVERYBODY,
        of=("sandbox customer",),
        parameter="customer_id",
        circle=EVERYBODY,
        values={"currency": "EUR", "amount": "1.00", "reference": "A gift"},
    ),
    "sandbox-file": Door(
        see=EVERYBODY, of=("sandbox file",), parameter="file_id", circle=EVERYBODY
    ),
    "demo-mail": Door(see=EVERYBODY, circle=EVERYBODY),
    "demo-trouble": Door(see=EVERYBODY, do=EVERYBODY, circle=EVERYBODY, values={"doubles": "on"}),
    "demo-clock": Door(do=EVERYBODY, on="landing", values={"days": "1"}),
    "theme": Door(
        do=EVERYBODY, on="landing", values={"theme": "dark"}, keeps=True, is_for_all=True
    ),
    "hook": Door(fills={"gateway": "sandbox", "scope": "platform"}, by_itself=True),
}
