from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "billing_site.platform"
    label = "platform"

    def ready(self) -> None:
        from billing_site.platform import checks  # noqa: F401, PLC0415 - registers, once apps are there
