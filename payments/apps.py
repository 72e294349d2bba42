from __future__ import annotations

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = "Money on its way"

    def ready(self) -> None:
        from payments import chargeback_laws, invariants  # noqa: F401, PLC0415 -- registers the laws
