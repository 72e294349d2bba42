from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django_q.models import OrmQ
from pytest_django import DjangoAssertNumQueries

from billing_site.people.models import User
from billing_site.platform import files, letters, notices
from billing_site.platform.models import Letter, Notice
from tests import given
from tests.platform.tasks import NOON

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def ada() -> User:
    return given.person("Ada")


@pytest.fixture
def charlie() -> User:
    return given.person("Charlie")


def read(client: Client, name: str, **query: str) -> str:
    """Return the page, with its white space as a browser shows it."""
    response = client.get(reverse(name), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def tell(user: User, count: int = 1) -> None:
    for number in range(count):
        at = NOON + timedelta(minutes=number)
        notices.tell(
            users=[user.pk], text=f"News <{number}>", url="/home/", key=f"k{number}", at=at
        )


class TestNotifications:
    def test_the_newest_stands_first(self, client: Client, ada: User, charlie: User) -> None:
        tell(ada, 3)
        notices.tell(users=[charlie.pk], text="Not for Ada", url="", key="k", at=NOON)
        client.force_login(ada)

        page = read(client, "notifications")

        assert page.index("News &lt;2&gt;") < page.index("News &lt;0&gt;")
        assert "3 new" in page
        assert "Not for Ada" not in page

    def test_reading_marks_one_s_own(self, client: Client, ada: User, charlie: User) -> None:
        tell(ada, 2)
        tell(charlie)
        client.force_login(ada)

        response = client.post(reverse("notifications-reading"))

        assert response["Location"] == reverse("notifications")
        assert Notice.objects.unread().get().user_id == charlie.pk
        assert "Nothing new" in read(client, "notifications")

    def test_looking_changes_nothing(self, client: Client, ada: User) -> None:
        tell(ada)
        client.force_login(ada)

        client.get(reverse("notifications"))

        assert client.get(reverse("notifications-reading")).status_code == 405
        assert Notice.objects.unread().count() == 1

    def test_a_long_list_takes_as_many_queries(
        self, client: Client, ada: User, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        client.force_login(ada)
        client.get(reverse("notifications"))  # the first request of a session notes whose it is
        counts = []
        for count in (1, 3):
            tell(ada, count)
            with django_assert_max_num_queries(30) as asked:
                assert client.get(reverse("notifications")).status_code == 200
            counts.append(len(asked))

        assert counts[0] == counts[1]

    def test_a_visitor_signs_in_first(self, client: Client) -> None:
        assert client.get(reverse("notifications")).status_code == 302
        assert client.post(reverse("notifications-reading")).status_code == 302


class TestFiles:
    @pytest.fixture
    def url(self, ada: User) -> str:
        file = files.store(
            PDF,
            name="brief “final”.pdf",
            content_type="",
            owner=given.organization(ada).pk,
            at=NOON,
        )
        return file.get_absolute_url()

    def test_it_is_saved_and_never_shown(self, client: Client, ada: User, url: str) -> None:
        client.force_login(ada)

        response = client.get(url)

        assert response.content == PDF
        assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''brief")
        assert response["Content-Security-Policy"].startswith("sandbox")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "private, no-store"

    def test_it_does_not_exist_for_a_stranger(
        self, client: Client, charlie: User, url: str
    ) -> None:
        client.force_login(charlie)

        assert client.get(url).status_code == 404
        assert client.get(reverse("file", args=["NOSUCHFILE00"])).status_code == 404

    def test_a_visitor_signs_in_first(self, client: Client, url: str) -> None:
        assert client.get(url).status_code == 302

    def test_a_file_of_nobody_is_for_nobody(self, client: Client, ada: User) -> None:
        file = files.store(PDF, name="brief.pdf", content_type="", owner=None, at=NOON)
        client.force_login(ada)

        assert client.get(file.get_absolute_url()).status_code == 404


class TestDemoMail:
    @pytest.fixture(autouse=True)
    def _into_files(self, settings: Any, tmp_path: Path, words: None) -> None:
        settings.DEMO = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
        settings.EMAIL_FILE_PATH = tmp_path / "mail"

    def write(self, email: str, words: str, key: str) -> Letter:
        (letter,) = letters.send(
            key=key,
            to=[(email, "Bob")],
            subject=f"About {words}",
            template="paid",
            context={"words": words},
            at=NOON,
        )
        return letter

    def test_anybody_reads_all_letters_once(self, client: Client) -> None:
        sent = self.write("bob@example.org", "<script>one</script>", "a")
        letters.post(letter_id=sent.pk)
        self.write("bea@example.org", "two", "b")
        EmailMessage("Your code", "123 456", to=["ada@example.org"]).send()

        page = read(client, "demo-mail")

        assert page.count("&lt;script&gt;one&lt;/script&gt;") == 2  # its subject and its words
        assert "<script>one" not in page
        assert "123 456" in page
        assert page.count("on its way") == 1
        assert page.count("<article") == 3

    def test_it_can_be_narrowed_to_a_recipient(self, client: Client) -> None:
        self.write("bob@example.org", "one", "a")
        EmailMessage("Your code", "123 456", to=["ada@example.org"]).send()

        page = read(client, "demo-mail", to="ADA@")

        assert "123 456" in page
        assert "About one" not in page

    def test_a_letter_that_left_is_still_one_letter(self, client: Client) -> None:
        for number in range(3):
            letters.post(letter_id=self.write("bob@example.org", "one", f"k{number}").pk)
        OrmQ.objects.all().delete()

        assert read(client, "demo-mail").count("<article") == 3


def test_the_demo_s_mail_has_no_address_elsewhere() -> None:
    """The URLconf is read with DEMO off, as production reads it."""
    import subprocess
    import sys

    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); from django.urls import reverse; reverse('demo-mail')",
        ],
        env={
            "DJANGO_SETTINGS_MODULE": "billing_site.settings",
            "DATABASE_URL": "postgresql://nobody@localhost/none",
            "SECRET_KEY": "not the demo's",
            "PATH": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert NoReverseMatch.__name__ in said.stderr
