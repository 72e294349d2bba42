from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "payments.gateways.sandbox"
    label = "sandbox"
