from __future__ import annotations

import pytest
from django.test import Client

from billing_site.people.models import User
from tests.signing_in import as_

pytestmark = pytest.mark.django_db


def test_times_are_shown_where_the_person_is(client: Client, charlie: User) -> None:
    charlie.time_zone = "Asia/Kathmandu"
    charlie.save()
    as_(client, charlie)

    assert client.get("/organization/").context["request"].user.zone.key == "Asia/Kathmandu"
    response = client.post("/profile/", {"name": "C", "time_zone": "Mars/X", "language": "en"})
    assert response.context["form"].errors.keys() == {"time_zone"}


class TestTheme:
    @pytest.mark.parametrize("theme", ["light", "dark", ""])
    def test_it_is_remembered_in_the_browser(self, client: Client, theme: str) -> None:
        response = client.post(
            "/theme/", {"theme": theme}, headers={"Referer": "http://testserver/x/?y=1"}
        )

        assert response.url == "/x/?y=1"  # type: ignore[attr-defined]
        assert response.cookies["theme"].value == theme

    def test_another_one_is_refused(self, client: Client) -> None:
        assert client.post("/theme/", {"theme": "pink"}).status_code == 400

    @pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "js:x", ""])
    def test_it_leads_nowhere_else(self, client: Client, back: str) -> None:
        response = client.post("/theme/", {"theme": "dark"}, headers={"Referer": back})

        assert response.url == "/"  # type: ignore[attr-defined]
