""" "My data": all of one person's, nothing of another's."""

import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.domain.holdings import all_holdings
from members.domain.personal_data import personal_data
from members.models import Interaction
from tests.factories.members import ContactFactory
from tests.factories.privacy import person_in_all_wings

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def archive_of(contact, **fields):
    return zipfile.ZipFile(io.BytesIO(personal_data(contact, at=NOW, **fields).read()))


def test_every_holding_that_may_be_shown_is_in_both_files():
    known = person_in_all_wings(seed=1)
    archive = archive_of(known.contact, language="en")
    data = json.loads(archive.read("data.json"))
    html = archive.read("index.html").decode()
    assert (data["made_at"], data["number"]) == (NOW.isoformat(), known.contact.pk)
    assert set(data["data"]) == {holding.code for holding in all_holdings() if holding.shows}
    for holding in all_holdings():
        if holding.shows and data["data"][holding.code]:
            assert f"<h2>{holding.label}</h2>" in html
    for word in known.words:
        assert word in html
        assert word in json.dumps(data, ensure_ascii=False)


def test_files_of_the_person_come_along_and_are_linked():
    known = person_in_all_wings(seed=2)
    archive = archive_of(known.contact)
    files = sorted(name for name in archive.namelist() if name.startswith("files/"))
    assert [name.split("/")[1] for name in files] == ["contact", "receipt"]
    assert archive.read(files[1]).startswith(b"%PDF")
    assert all(name in archive.read("index.html").decode() for name in files)


def test_of_others_only_the_name_is_told():
    known, other = person_in_all_wings(seed=3), person_in_all_wings(seed=4)
    text = "".join(archive_of(known.contact).read(name).decode() for name in ("data.json", "index.html"))
    assert not [word for word in other.words if word in text]
    relative = known.contact.relationships_from.get().to_contact
    assert relative.name in text


def test_no_secret_of_a_log_in_is_told():
    known = person_in_all_wings(seed=5)
    text = archive_of(known.contact).read("data.json").decode()
    assert known.user.password not in text
    assert known.contact.memberships.get().card.token not in text


def test_what_somebody_wrote_is_shown_as_text_and_never_run():
    contact = ContactFactory(given_name="<script>alert(1)</script>", family_name='"><img src=x>')
    html = archive_of(contact).read("index.html").decode()
    assert "<script>" not in html
    assert "<img" not in html


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("fa", "rtl"), ("en", "ltr")])
def test_it_is_in_the_persons_language(language, direction):
    html = archive_of(ContactFactory(preferred_language=language)).read("index.html").decode()
    assert f'<html lang="{language}" dir="{direction}">' in html


def test_a_long_history_takes_as_many_queries_as_a_short_one():
    contact = ContactFactory()
    personal_data(contact, at=NOW)
    with CaptureQueriesContext(connection) as few:
        personal_data(contact, at=NOW)
    Interaction.objects.bulk_create([Interaction(contact=contact, subject=f"Call {n}") for n in range(300)])
    with CaptureQueriesContext(connection) as many:
        data = json.loads(archive_of(contact).read("data.json"))
    assert len(data["data"]["members.interaction"]) == 300
    assert len(many) == len(few)
