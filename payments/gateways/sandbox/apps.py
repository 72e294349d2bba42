from __future__ import annotations

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "payments.gateways.sandbox"
    label = "sandbox"
    verbose_name = "Sandbox: no money moves"
