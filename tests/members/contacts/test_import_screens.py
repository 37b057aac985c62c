"""Bringing in a file by hand, and taking a list along."""

import io
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from dashboard.domain.roles import ROLES, sync_roles
from members.contacts import import_views
from members.domain.importing import undoing
from members.domain.importing.reading import MOST_BYTES
from members.domain.importing.resuming import resume_imports
from members.exceptions import ImportStateError
from members.models import BulkRun, Contact, ImportMapping, ImportRun, ImportState
from tests.factories.members import ContactFactory, EmailFactory, UserFactory

pytestmark = pytest.mark.django_db
FILE = "الاسم;البريد الإلكتروني;الجوال\nليلى حداد;l@p.example;0791234567\nأحمد;not an address;\n"


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_superuser=True))
    return client


def send(client, content=None, name="أعضاء.csv", **typed):
    content = FILE.encode("cp1256") if content is None else content
    return client.post(reverse("members_imports"), {"file": SimpleUploadedFile(name, content), **typed}, follow=True)


def the_run():
    return ImportRun.objects.get()


def page_of(run):
    return reverse("members_import", args=[run.pk])


def checked(client, **typed):
    send(client)
    columns = {"column_0": "name", "column_1": "email", "column_2": "phone"}
    client.post(page_of(the_run()), columns | typed)
    resume_imports()
    return the_run()


def test_the_columns_are_guessed_and_shown_with_examples(staff):
    page = send(staff)
    assert [field.value() for field in page.context["form"].columns] == ["name", "email", "phone"]
    assert "ليلى حداد" in page.text


def test_a_file_that_cannot_be_read_says_why_and_is_not_kept(staff):
    page = send(staff, b"name\nA\x00B\n")
    assert "NUL bytes" in str(page.context["form"].errors)
    assert not ImportRun.objects.exists()


def test_columns_without_a_name_are_asked_for(staff):
    send(staff)
    page = staff.post(page_of(the_run()), {"column_1": "email"})
    assert "which column holds the name" in str(page.context["form"].errors)


def test_every_row_is_judged_before_anything_changes(staff):
    run = checked(staff)
    page = staff.get(page_of(run))
    assert run.state == ImportState.CHECKED
    assert [count for _verdict, count in page.context["counts"]] == [1, 0, 0, 1]
    assert "not an e-mail address" in page.text
    assert not Contact.objects.exists()


def test_reasons_are_given_in_the_language_of_whoever_asked_for_the_check(staff):
    with translation.override("ar"):
        expected = translation.gettext("“%(text)s” is not an e-mail address.") % {"text": "not an address"}
    send(staff)
    columns = {"column_0": "name", "column_1": "email"}
    staff.post(page_of(the_run()), columns, headers={"accept-language": "ar"})
    resume_imports()
    assert the_run().rows.get(verdict="reject").reasons == [expected]


def test_it_is_carried_out_and_taken_back(staff):
    run = checked(staff)
    staff.post(page_of(run), {"start": "1"})
    resume_imports()
    assert Contact.objects.get().name == "ليلى حداد"
    staff.post(reverse("members_import_undo", args=[run.pk]))
    resume_imports()
    assert not Contact.objects.exists()
    assert "Undone" in staff.get(page_of(run)).text


def test_the_rejected_rows_come_back_as_a_file_with_the_reason(staff):
    run = checked(staff)
    content = b"".join(staff.get(reverse("members_import_rejected", args=[run.pk])).streaming_content).decode(
        "utf-8-sig"
    )
    assert content.splitlines() == [
        "الاسم,البريد الإلكتروني,الجوال,Why it was rejected",
        "أحمد,not an address,,“not an address” is not an e-mail address.",
    ]


def test_rejected_rows_come_as_a_workbook_too_that_can_be_mended_and_sent_again(staff):
    send(staff, "الاسم,email,note\nOmar,@home,=see below\n".encode(), "people.csv")
    staff.post(page_of(the_run()), {"column_0": "name", "column_1": "email", "column_2": "note"})
    resume_imports()
    answer = staff.get(reverse("members_import_rejected_book", args=[the_run().pk]))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert [cell.value for cell in book.active[2]][:3] == ["Omar", "'@home", "'=see below"]
    ImportRun.objects.all().delete()
    book.active["B2"].value = "omar@home.example"
    mended = io.BytesIO()
    book.save(mended)
    send(staff, mended.getvalue(), "mended.xlsx")
    staff.post(page_of(the_run()), {"column_0": "name", "column_1": "email", "column_2": "note"})
    resume_imports()
    staff.post(page_of(the_run()), {"start": "1"})
    resume_imports()
    assert Contact.objects.get().interactions.get().text == "=see below"


def test_an_undo_is_confirmed_by_whoever_has_read_what_it_does(staff):
    run = checked(staff)
    staff.post(page_of(run), {"start": "1"})
    resume_imports()
    page = staff.get(reverse("members_import_undo", args=[run.pk]))
    preview = page.context["preview"]
    assert (preview.going, preview.restored, preview.staying) == (1, 0, 0)
    assert the_run().state == ImportState.DONE
    staff.post(reverse("members_import_undo", args=[run.pk]))
    assert the_run().state == ImportState.UNDOING


def test_what_cannot_be_undone_leads_back_to_its_page(staff):
    run = checked(staff)
    address = reverse("members_import_undo", args=[run.pk])
    assert staff.get(address).url == staff.post(address).url == page_of(run)
    assert the_run().state == ImportState.CHECKED


def test_the_progress_of_an_undo_is_its_own(staff, monkeypatch):
    send(staff, b"name\nLayla\nOmar\nSami\nRana\n")
    staff.post(page_of(the_run()), {"column_0": "name"})
    resume_imports()
    staff.post(page_of(the_run()), {"start": "1"})
    resume_imports()
    staff.post(reverse("members_import_undo", args=[the_run().pk]))
    assert staff.get(page_of(the_run())).context["percent"] == 0
    monkeypatch.setattr(undoing, "BATCH", 1)
    assert undoing._one_batch(the_run().pk)
    page = staff.get(page_of(the_run()))
    assert (page.context["done"], page.context["total"], page.context["percent"]) == (1, 4, 25)


def test_the_columns_are_kept_under_a_name_for_the_next_file(staff):
    checked(staff, save_as="Branch office")
    saved = ImportMapping.objects.get()
    assert saved.fields == {"الاسم": "name", "البريد الإلكتروني": "email", "الجوال": "phone"}
    ImportRun.objects.all().delete()
    page = send(staff, "Telephone,الاسم\n0791234567,Omar\n".encode(), saved=saved.pk)
    assert [field.value() for field in page.context["form"].columns] == ["", "name"]


def test_a_check_that_somebody_else_has_begun_is_not_begun_again(staff, monkeypatch):
    def already(run):
        raise ImportStateError

    monkeypatch.setattr(import_views, "begin_check", already)
    send(staff)
    page = staff.post(page_of(the_run()), {"column_0": "name"}, follow=True)
    assert str(ImportStateError()) in [str(message) for message in page.context["messages"]]


def test_the_web_server_of_the_documents_lets_through_what_the_page_allows(staff):
    most = MOST_BYTES // 2**20
    assert f"At most {most} MB" in staff.get(reverse("members_imports")).text
    documents = (Path(__file__).parents[3] / "docs/operators/install.md").read_text(encoding="utf-8")
    assert int(re.search(r"client_max_body_size (\d+)m;", documents)[1]) > most


def test_what_is_not_checked_cannot_be_carried_out(staff):
    send(staff)
    ImportRun.objects.update(state=ImportState.DONE)
    staff.post(page_of(the_run()), {"start": "1"})
    assert the_run().state == ImportState.DONE


class TestExport:
    def test_the_list_is_taken_along_as_it_was_filtered_and_that_is_noted(self, staff):
        EmailFactory(contact__given_name="Layla", contact__family_name="Haddad", address="l@p.example")
        ContactFactory(kind="organisation", organisation_name="=Bayader")
        answer = staff.get(reverse("contacts:list"), {"kind": "individual", "export": "csv"})
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert [line.split(",")[1:3] for line in lines] == [["Given name", "Family name"], ["Layla", "Haddad"]]
        assert "l@p.example" in lines[1]
        assert [(run.action, run.values["list"]) for run in BulkRun.objects.all()] == [("export", "contact")]

    def test_a_workbook_says_the_same(self, staff):
        ContactFactory(kind="organisation", organisation_name="=Bayader", given_name="", family_name="")
        answer = staff.get(reverse("contacts:list"), {"kind": "organisation", "export": "xlsx"})
        rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)
        assert rows[1][3] == "'=Bayader"


@pytest.mark.parametrize("role", sorted(role.code for role in ROLES))
def test_only_those_who_may_import_or_take_the_list_along(client, role):
    sync_roles()
    user = UserFactory()
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    assert (client.get(reverse("members_imports")).status_code == 200) == (role in {"administrator", "membership"})
    taken = client.get(reverse("contacts:list"), {"export": "csv"})
    assert (taken.status_code == 200) == (role in {"administrator", "membership", "fundraising"})
