"""Bringing in a file by hand, and taking a list along."""

import io

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from dashboard.domain.roles import ROLES, sync_roles
from members.domain.importing.resuming import resume_imports
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


def test_it_is_carried_out_and_taken_back(staff):
    run = checked(staff)
    staff.post(page_of(run), {"start": "1"})
    resume_imports()
    assert Contact.objects.get().name == "ليلى حداد"
    staff.post(page_of(run), {"undo": "1"})
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


def test_the_columns_are_kept_under_a_name_for_the_next_file(staff):
    checked(staff, save_as="Branch office")
    saved = ImportMapping.objects.get()
    assert saved.fields == {"الاسم": "name", "البريد الإلكتروني": "email", "الجوال": "phone"}
    ImportRun.objects.all().delete()
    page = send(staff, "Telephone,الاسم\n0791234567,Omar\n".encode(), saved=saved.pk)
    assert [field.value() for field in page.context["form"].columns] == ["", "name"]


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
