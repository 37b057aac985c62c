"""From a file to contacts and back: nobody doubled, nothing lost, every fault named."""

import io
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from i18nfield.strings import LazyI18nString
from wagtail.models import ModelLogEntry

from members.domain.exporting import csv_lines, plain_cell, rows_of, safe_cell, xlsx_file
from members.domain.importing import reading, resuming, running
from members.domain.importing.checking import _save_batch, begin_check, check_import, go_on_checking
from members.domain.importing.columns import guess_mapping, mapping_from
from members.domain.importing.reading import distinct, read_table
from members.domain.importing.running import cancel_import, run_import, start
from members.domain.importing.undoing import start_undo, undo_rows
from members.domain.search import find_contacts
from members.exceptions import ImportStateError, UnreadableFileError
from members.models import Contact, CustomFieldChoice, Email, ImportRow, ImportRun, ImportState, Interaction
from members.names import western_digits
from tests.factories.donations import GiftFactory
from tests.factories.imports import carry_out, run_of, verdicts, workbook
from tests.factories.members import ContactFactory, EmailFactory, MembershipFactory, UserFactory
from tests.factories.people import CustomFieldFactory, PhoneFactory

ARABIC = """الاسم الأول;اسم العائلة;البريد الإلكتروني;الجوال;تاريخ الميلاد;المدينة;الوسوم
ليلى;حداد;Layla@people.example;٠٧٩١٢٣٤٥٦٧;٢٣/٥/١٩٩٠;عمّان;متطوّعة؛عضو
أحمد;العبادي;ahmad@people.example;;15/3/1412;;
ليلي;حدّاد;layla@people.example;;;;
سارة;زيد;sara@;;;;
عمر;شاهين;;;2199-01-01;;
;;;0790000000;;;
"""


class TestReading:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
    def test_the_usual_encodings_are_told_apart(self, encoding):
        text = "الاسم,المدينة\nليلى حداد,إربد\n"
        table = read_table(io.BytesIO(text.encode(encoding)))
        assert (table.columns, list(table.rows())) == (["الاسم", "المدينة"], [(2, ["ليلى حداد", "إربد"])])

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_the_usual_delimiters_are_told_apart(self, delimiter):
        table = read_table(io.BytesIO(delimiter.join(["name", "city"]).encode() + b"\nA" + delimiter.encode() + b"B\n"))
        assert list(table.rows()) == [(2, ["A", "B"])]

    def test_a_workbook_is_read_as_somebody_would_write_it(self):
        content = workbook([["name", "born", "age"], ["Layla", date(1990, 5, 23), 36.0], [None, None, None]])
        assert list(read_table(io.BytesIO(content)).rows()) == [(2, ["Layla", "1990-05-23", "36"])]

    def test_a_heading_twice_is_told_apart_by_its_letter(self):
        assert distinct(["name", "phone", "phone", ""]) == ["name", "phone", "phone (C)", "Column D"]

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            pytest.param(b"", "is empty", id="empty"),
            pytest.param(b"name,city\n", "no rows", id="headings only"),
            pytest.param(b"name\nA\x00B\n", "NUL bytes", id="NUL bytes"),
            pytest.param("name\nليلى\n".encode() + "أحمد\n".encode("cp1256"), "line 3 is not UTF-8", id="mixed"),
            pytest.param(",".join(f"c{n}" for n in range(300)).encode() + b"\nA\n", "300 columns", id="300 columns"),
            pytest.param(workbook([list(range(300)), ["A"]]), "300 columns", id="a workbook of 300 columns"),
            pytest.param(b'name\n"never closed\n' + b"x" * 20_000, "cell is too long", id="open quotation mark"),
            pytest.param(b"PK\x03\x04 no zip", "not a workbook", id="no workbook"),
            pytest.param(b"\xff\xfen\x00a", "breaks off", id="breaks off"),
        ],
    )
    def test_what_cannot_be_read_gets_a_sentence(self, content, sentence):
        with pytest.raises(UnreadableFileError, match=sentence):
            list(read_table(io.BytesIO(content)).rows())

    def test_a_workbook_that_is_a_bomb_is_not_opened(self):
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
        with pytest.raises(UnreadableFileError, match="unpacks to far more"):
            read_table(bomb)

    def test_a_zip_that_is_no_workbook_gets_a_sentence(self):
        other = io.BytesIO()
        with zipfile.ZipFile(other, "w") as archive:
            archive.writestr("readme.txt", "hello")
        with pytest.raises(UnreadableFileError, match="not a workbook"):
            read_table(other)

    def test_a_workbook_that_is_broken_in_its_middle_gets_a_sentence(self):
        whole, broken = zipfile.ZipFile(io.BytesIO(workbook([["name"], ["Layla"], ["Omar"]]))), io.BytesIO()
        with zipfile.ZipFile(broken, "w") as archive:
            for part in whole.namelist():
                content = whole.read(part)
                archive.writestr(part, content[:-60] if part.endswith("sheet1.xml") else content)
        with pytest.raises(UnreadableFileError, match="cannot be read"):
            list(read_table(broken).rows())

    def test_a_file_over_the_limit_is_refused(self, monkeypatch):
        monkeypatch.setattr(reading, "MOST_BYTES", 10)
        with pytest.raises(UnreadableFileError, match="larger than"):
            read_table(io.BytesIO(b"name\nLayla Haddad\n"))


@pytest.mark.django_db
class TestMapping:
    def test_arabic_persian_and_english_headings_are_known(self):
        columns = ["الإسم الاول", "نام خانوادگی", "E-Mail", "Mobile", "تاريخ الميلاد", "Shoe size"]
        assert guess_mapping(columns, []) == {
            "0": "given_name",
            "1": "family_name",
            "2": "email",
            "3": "phone",
            "4": "birth_date",
        }

    def test_a_column_of_addresses_is_known_by_what_stands_in_it(self):
        assert guess_mapping(["X", "Y"], [["a@b.example", "٠٧٩١٢٣٤٥٦٧"], ["c@d.example", ""]]) == {
            "0": "email",
            "1": "phone",
        }

    def test_a_field_of_ones_own_is_known_by_its_label(self):
        CustomFieldFactory(code="size", label=LazyI18nString({"ar": "المقاس", "en": "Size"}))
        assert guess_mapping(["المقاس"], []) == {"0": "custom_size"}

    def test_a_saved_mapping_fits_the_next_file_whatever_its_order(self):
        assert mapping_from({"الاسم": "name", "Mail": "email"}, ["mail", "الإسم"]) == {"0": "email", "1": "name"}


@pytest.mark.django_db
class TestCheck:
    def test_every_row_has_a_verdict_and_nothing_is_changed(self):
        run = run_of(ARABIC)
        check_import(run)
        run.refresh_from_db()
        assert (run.state, run.total) == (ImportState.CHECKED, 6)
        assert verdicts(run) == [
            (2, "create"),
            (3, "create"),
            (4, "update"),
            (5, "reject"),
            (6, "reject"),
            (7, "reject"),
        ]
        assert not Contact.objects.exists()

    def test_each_rejection_says_why(self):
        run = run_of(ARABIC)
        check_import(run)
        assert [row.reasons for row in run.rows.filter(verdict="reject")] == [
            ["“sara@” is not an e-mail address."],
            ["“2199-01-01” is not a date of birth."],
            ["There is no name."],
        ]

    @pytest.mark.parametrize("known_by", ["email", "phone", "birth date", "member number"])
    def test_somebody_on_record_is_known_and_not_doubled(self, known_by):
        layla = ContactFactory(given_name="ليلى", family_name="حداد", birth_date=date(1990, 5, 23))
        EmailFactory(contact=layla, address="LAYLA@people.example")
        PhoneFactory(contact=layla, number="+962791234567")
        MembershipFactory(contact=layla, number="2026-0042")
        columns = {
            "email": ("email", "layla@people.example"),
            "phone": ("phone", "0791234567"),
            "birth date": ("dob", "1990-05-23"),
            "member number": ("member number", "٢٠٢٦-٠٠٤٢"),
        }
        heading, value = columns[known_by]
        run = run_of(f"name,{heading}\nليلي حدّاد,{value}\n")
        check_import(run)
        assert [(row.verdict, row.contact) for row in run.rows.all()] == [("same", layla)]

    def test_an_address_that_a_family_shares_makes_nobody_the_same(self):
        EmailFactory(contact__given_name="Omar", contact__family_name="Haddad", address="family@people.example")
        run = run_of("name,email\nLayla Haddad,family@people.example\n")
        check_import(run)
        assert verdicts(run) == [(2, "create")]

    def test_it_takes_as_many_queries_for_a_hundred_rows_as_for_one(self, django_assert_max_num_queries):
        def text(count):
            return "name,email\n" + "".join(f"Person {n},p{n}@people.example\n" for n in range(count))

        one, hundred = run_of(text(1)), run_of(text(100))
        with django_assert_max_num_queries(30) as asked:
            check_import(one)
        with django_assert_max_num_queries(len(asked.captured_queries)):
            check_import(hundred)

    @pytest.mark.parametrize(
        ("heading", "most"), [("note", 5_000), ("tags", 60), ("salutation", 150), ("address", 500)]
    )
    @pytest.mark.parametrize("excess", [1, 10_000])
    def test_a_cell_too_long_to_be_kept_is_no_silent_loss(self, heading, most, excess):
        run = run_of(workbook([["name", heading], ["Layla", "x" * (most + excess)], ["Omar", "x" * most]]))
        check_import(run)
        assert verdicts(run) == [(2, "reject"), (3, "create")]
        assert run.rows.first().reasons == [f"“xxxxxxxxxxxxxxxxxxxx…” is longer than {most} characters."]

    def test_more_cells_than_headings_are_no_silent_loss(self):
        run = run_of("name,city\nLayla,Amman,what is this\n")
        check_import(run)
        assert "more cells" in run.rows.get().reasons[0]


@pytest.mark.django_db
class TestRun:
    def test_a_messy_arabic_file_comes_in(self):
        # windows-1256 has no Arabic digits of its own.
        run = carry_out(run_of(western_digits(ARABIC), encoding="cp1256"))
        layla = Contact.objects.get(given_name="ليلى")
        assert (run.state, Contact.objects.count()) == (ImportState.DONE, 2)
        assert (layla.name, layla.email, layla.phone, layla.birth_date) == (
            "ليلى حداد",
            "layla@people.example",
            "+962 7 9123 4567",
            date(1990, 5, 23),
        )
        assert sorted(tag.name for tag in layla.tags.all()) == ["عضو", "متطوّعة"]
        assert Contact.objects.get(given_name="أحمد").birth_date == date(1991, 9, 23)
        assert list(find_contacts("ليلى")) == [layla]

    def test_it_stands_in_the_history_of_whom_it_made_or_changed_and_of_nobody_else(self):
        known = EmailFactory(contact__given_name="Layla", contact__family_name="Haddad", address="l@p.example").contact
        EmailFactory(contact__given_name="Omar", contact__family_name="Nasser", address="o@p.example")
        run = carry_out(
            run_of("name,email,dob\nLayla Haddad,l@p.example,1990-05-23\nOmar Nasser,o@p.example,\nHind,,\n")
        )
        entries = ModelLogEntry.objects.filter(action="sanduq.import").order_by("pk")
        made = Contact.objects.get(given_name="Hind")
        assert [(entry.object_id, entry.user_id, entry.data) for entry in entries] == [
            (str(pk), run.created_by_id, {"import": run.pk}) for pk in (known.pk, made.pk)
        ]

    @pytest.mark.parametrize("written", ["AB-12", "ab-12", "Ab-12 "])
    def test_a_member_number_with_letters_is_known_however_it_is_typed(self, written):
        member = MembershipFactory(number="AB-12").contact
        carry_out(run_of(f"member number,salutation\n{written},Dr\n"))
        member.refresh_from_db()
        assert (member.salutation, Contact.objects.count()) == ("Dr", 1)

    def test_rows_that_meet_contacts_on_record_take_as_many_queries_for_a_hundred_as_for_one(
        self, django_assert_max_num_queries
    ):
        for number in range(101):
            EmailFactory(contact__given_name=f"P{number}", contact__family_name="", address=f"p{number}@p.example")

        def run_over(numbers):
            rows = [f"P{n},p{n}@p.example;p{n}@new.example,079123{n:04},Friend,A note" for n in numbers]
            run = run_of("\n".join(["name,email,phone,tags,note", *rows]))
            check_import(run)
            start(run)
            return run

        one, hundred = run_over([100]), run_over(range(100))
        with django_assert_max_num_queries(40) as asked:
            run_import(one)
        with django_assert_max_num_queries(len(asked.captured_queries)):
            run_import(hundred)
        assert Email.objects.filter(address__endswith="@new.example").count() == 101

    def test_of_two_rows_about_one_contact_the_second_adds_only_what_the_first_did_not(self):
        layla = EmailFactory(contact__given_name="Layla", contact__family_name="", address="l@p.example").contact
        rows = ["Layla,l@p.example,0791234567,Dr,Friend", "Layla,l@p.example,0791234567,Ms,Friend;Member"]
        run = carry_out(run_of("\n".join(["name,email,phone,salutation,tags", *rows, rows[1]])))
        layla.refresh_from_db()
        assert [str(phone.number) for phone in layla.phones.all()] == ["+962791234567"]
        assert (layla.salutation, [tag.name for tag in layla.tags.all()]) == ("Dr", ["Friend", "Member"])
        assert [row.verdict for row in run.rows.order_by("number")] == ["update", "update", "same"]

    @pytest.mark.parametrize("is_known", [True, False], ids=["on record", "new in this file"])
    def test_what_one_row_brings_tells_who_the_next_one_is(self, is_known):
        if is_known:
            ContactFactory(given_name="Layla", family_name="", birth_date=date(1990, 5, 23))
        rows = ["Layla,1990-05-23,", "Layla,1990-05-23,l@p.example", "Layla,,l@p.example"]
        carry_out(run_of("\n".join(["name,dob,email", *rows])))
        layla = Contact.objects.get()
        assert (layla.birth_date, layla.email) == (date(1990, 5, 23), "l@p.example")

    def test_empty_fields_are_filled_and_full_ones_kept(self):
        layla = EmailFactory(
            contact__given_name="Layla",
            contact__family_name="Haddad",
            contact__salutation="Dr Haddad",
            address="l@p.example",
        ).contact
        carry_out(run_of("name,email,salutation,dob,phone\nLayla Haddad,l@p.example,Ms Haddad,1990-05-23,0791234567\n"))
        layla.refresh_from_db()
        assert (layla.salutation, layla.birth_date, layla.phone) == ("Dr Haddad", date(1990, 5, 23), "+962 7 9123 4567")

    def test_full_ones_are_overwritten_where_that_was_chosen(self):
        layla = EmailFactory(
            contact__given_name="Layla",
            contact__family_name="Haddad",
            contact__salutation="Dr Haddad",
            address="l@p.example",
        ).contact
        carry_out(run_of("name,email,salutation\nLayla Haddad,l@p.example,Ms Haddad\n", overwrite=True))
        layla.refresh_from_db()
        assert layla.salutation == "Ms Haddad"

    def test_the_same_file_twice_changes_nothing_the_second_time(self):
        carry_out(run_of(ARABIC))
        again = carry_out(run_of(ARABIC))
        assert Contact.objects.count() == 2
        assert set(again.rows.exclude(verdict="reject").values_list("verdict", flat=True)) == {"same"}

    def test_own_fields_kinds_languages_countries_and_notes_come_in(self):
        size = CustomFieldFactory(code="size", kind="choice", label=LazyI18nString({"en": "Size"}))
        CustomFieldChoice.objects.create(field=size, code="m", label=LazyI18nString({"en": "Medium", "ar": "وسط"}))
        headings = "name,kind,language,address,country,size,note"
        carry_out(run_of(f"{headings}\nBayader,مؤسسة,الإنجليزية,Flower St 1,الأردن,وسط,Met at the fair\n"))
        contact = Contact.objects.get()
        assert (contact.kind, contact.organisation_name, contact.preferred_language, contact.custom) == (
            "organisation",
            "Bayader",
            "en",
            {"size": "m"},
        )
        assert contact.addresses.get().country.code == "JO"
        assert contact.interactions.get().text == "Met at the fair"

    def test_what_looks_like_a_formula_stays_text_and_is_made_harmless_on_the_way_out(self):
        carry_out(run_of("given name,family name\n=cmd|' /C calc'!A0,+962 test\n"))
        contact = Contact.objects.get()
        assert contact.given_name == "=cmd|' /C calc'!A0"
        columns = [("Name", lambda row: row.given_name)]
        assert list(rows_of(Contact.objects.all(), columns))[1] == ["'=cmd|' /C calc'!A0"]

    def test_a_cancelled_run_stops_at_its_batch(self, monkeypatch):
        monkeypatch.setattr(running, "BATCH", 1)
        run = run_of(ARABIC)
        check_import(run)
        run.refresh_from_db()
        start(run)
        real = running._one_batch

        def cancel_after_one(*arguments, **options):
            done = real(*arguments, **options)
            cancel_import(run)
            return done

        monkeypatch.setattr(running, "_one_batch", cancel_after_one)
        run_import(run)
        run.refresh_from_db()
        assert (run.state, Contact.objects.count()) == (ImportState.CANCELLED, 1)

    def test_what_was_not_checked_does_not_run(self):
        with pytest.raises(ImportStateError):
            start(run_of(ARABIC))

    def test_a_second_worker_finds_nothing_to_do(self):
        run = run_of(ARABIC)
        check_import(run)
        run.refresh_from_db()
        start(run)
        run_import(run)
        run_import(run)
        assert Contact.objects.count() == 2


@pytest.mark.django_db
class TestUndo:
    def test_what_it_made_goes_and_what_it_changed_comes_back(self):
        layla = EmailFactory(contact__given_name="Layla", contact__family_name="Haddad", address="l@p.example").contact
        before = Contact.objects.filter(pk=layla.pk).values("given_name", "birth_date", "salutation", "custom").get()
        known = "Layla Haddad,l@p.example,1990-05-23,0791234567,Camp,Hi"
        run = carry_out(run_of(f"name,email,dob,phone,tags,note\n{known}\nNew One,n@p.example,,,,\n"))
        start_undo(run, by=UserFactory())
        undo_rows(run)
        run.refresh_from_db()
        assert run.state == ImportState.UNDONE
        assert Contact.objects.filter(pk=layla.pk).values(*before).get() == before
        assert (layla.phones.count(), layla.tags.count(), Interaction.objects.count()) == (0, 0, 0)
        assert list(Contact.objects.all()) == [layla]

    def test_somebody_who_gave_since_stays_and_it_is_said(self):
        run = carry_out(run_of("name,email\nLayla Haddad,l@p.example\nNew One,n@p.example\n"))
        layla = Contact.objects.get(family_name="Haddad")
        GiftFactory(donor=layla)
        start_undo(run, by=UserFactory())
        undo_rows(run)
        assert list(Contact.objects.all()) == [layla]
        assert "something else belongs" in run.rows.get(number=2).reasons[0]

    def test_a_field_that_was_changed_since_is_left_alone_and_it_is_said(self):
        layla = EmailFactory(contact__given_name="Layla", contact__family_name="Haddad", address="l@p.example").contact
        run = carry_out(run_of("name,email,salutation\nLayla Haddad,l@p.example,Ms Haddad\n"))
        Contact.objects.filter(pk=layla.pk).update(salutation="Professor")
        start_undo(run, by=UserFactory())
        undo_rows(run)
        layla.refresh_from_db()
        assert layla.salutation == "Professor"
        assert "changed later: salutation" in run.rows.get().reasons[0]

    def test_it_is_undone_once(self):
        run = carry_out(run_of("name\nLayla Haddad\n"))
        start_undo(run, by=UserFactory())
        undo_rows(run)
        with pytest.raises(ImportStateError):
            start_undo(run, by=UserFactory())


@pytest.mark.django_db(transaction=True)
def test_an_import_that_is_killed_half_way_goes_on_and_doubles_nobody(request, tmp_path, settings):
    """A process of its own does the work, and is killed in the middle, three times."""
    rows = 3_000
    text = "name,email,phone\n" + "".join(
        f"Person {number},p{number}@people.example,+96279{number:07}\n" for number in range(rows)
    )
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        }
    }
    run = run_of(text)
    check_import(run)
    run.refresh_from_db()
    start(run)
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings; from django.core.files.storage import storages\n"
        "from members.models import ImportRun; from members.domain.importing.running import run_import\n"
        f"run_import(ImportRun.objects.get(pk={run.pk}))\n"
    )
    from django.db import connection

    name = connection.settings_dict["NAME"]
    url = f"sqlite:///{name}" if connection.vendor == "sqlite" else _postgres_url(connection)
    environment = {**os.environ, "DATABASE_URL": str(url), "DJANGO_SETTINGS_MODULE": "config.settings.test",
                   "PYTHONPATH": f"site{os.pathsep}.", "PRIVATE_ROOT": str(tmp_path)}  # fmt: skip
    dice = random.Random(7)
    for _attempt in range(3):
        worker = subprocess.Popen([sys.executable, "-c", code], env=environment)
        before = ImportRun.objects.get(pk=run.pk).done
        while ImportRun.objects.get(pk=run.pk).done == before and worker.poll() is None:
            time.sleep(0.02)
        time.sleep(dice.random() * 0.1)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        done = ImportRun.objects.get(pk=run.pk).done
        assert Contact.objects.filter(import_rows__run=run).distinct().count() == done
    run_import(ImportRun.objects.get(pk=run.pk))
    assert ImportRun.objects.get(pk=run.pk).state == ImportState.DONE
    assert Contact.objects.count() == rows
    assert ImportRow.objects.filter(run=run, is_applied=True).count() == rows


def _postgres_url(connection):
    facts = connection.settings_dict
    return f"postgres://{facts['USER']}:{facts['PASSWORD']}@/{facts['NAME']}?host={facts['HOST']}"


class TestExport:
    @pytest.mark.parametrize(
        ("value", "written"),
        [
            ("=1+1", "'=1+1"),
            ("@sum", "'@sum"),
            ("+962 7 9123 4567", "+962 7 9123 4567"),
            ("-5", "-5"),
            ("-2+3+cmd", "'-2+3+cmd"),
            ("\tx", "'\tx"),
            ("'=1", "''=1"),
            ("\x0b=1", "'=1"),
            ("Lay\x0bla\ufffe", "Layla"),
            (None, ""),
            (5, "5"),
        ],
    )
    def test_nothing_is_run_as_a_formula_and_numbers_stay(self, value, written):
        assert safe_cell(value) == written

    @given(st.text(max_size=40))
    def test_no_text_ever_begins_as_a_formula(self, text):
        assert not safe_cell(text).startswith(("=", "@", "\t", "\r"))

    @given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=40))
    @example("'=1+1")
    @example("-2+3+cmd")
    def test_a_cell_that_was_made_safe_is_read_as_it_was(self, text):
        assert plain_cell(safe_cell(text)) == text

    @settings(deadline=None)
    @given(st.text(max_size=40))
    @example("Lay\x0bla")
    def test_a_workbook_takes_every_cell(self, text):
        table = read_table(xlsx_file([["name"], ["x" + safe_cell(text)]]))
        assert len(list(table.rows())) == 1

    @pytest.mark.django_db
    def test_every_row_comes_once_in_the_order_of_the_list(self, monkeypatch):
        monkeypatch.setattr("members.domain.exporting.BATCH", 2)
        for name in ("C", "A", "E", "B", "D"):
            ContactFactory(given_name=name, family_name="")
        rows = list(rows_of(Contact.objects.order_by("search_name"), [("Name", lambda row: row.name)]))
        assert rows == [["Name"], ["A"], ["B"], ["C"], ["D"], ["E"]]

    def test_a_file_of_each_kind_says_the_same(self):
        rows = [["الاسم", "Town"], ["ليلى, حداد", 'the "old" town']]
        table = read_table(io.BytesIO(b"".join(csv_lines(rows))))
        assert [table.columns, *(cells for _number, cells in table.rows())] == rows
        table = read_table(xlsx_file(rows))
        assert [table.columns, *(cells for _number, cells in table.rows())] == rows


@pytest.mark.django_db
class TestFaults:
    def test_a_check_that_was_stopped_goes_on_and_remembers_the_rows_before(self, monkeypatch):
        monkeypatch.setattr("members.domain.importing.checking.BATCH", 1)
        run = run_of("name,email\nLayla,l@p.example\nOmar,o@p.example\nLayla,l@p.example\n")
        begin_check(run)
        with run.file.open("rb") as file:
            table = read_table(file)
            assert _save_batch(run, table, [next(table.rows())], {}, expected=0)
        go_on_checking(run)
        assert verdicts(run) == [(2, "create"), (3, "create"), (4, "update")]

    def test_a_second_check_at_the_same_time_loses_no_row(self):
        run = run_of("name\nLayla\nOmar\n")
        begin_check(run)
        with run.file.open("rb") as file:
            table = read_table(file)
            assert _save_batch(run, table, list(table.rows()), {}, expected=0)
            assert not _save_batch(run, table, list(table.rows()), {}, expected=0)
        with pytest.raises(ImportStateError):
            begin_check(run)
        assert run.rows.count() == 2

    def test_somebody_whom_staff_have_edited_since_stays(self):
        run = carry_out(run_of("name,email\nLayla Haddad,l@p.example\n"))
        layla = Contact.objects.get()
        layla.salutation = "Dr Haddad"
        layla.save()
        start_undo(run, by=UserFactory())
        undo_rows(run)
        assert Contact.objects.get().salutation == "Dr Haddad"

    def test_somebody_whom_two_rows_of_the_import_made_goes(self):
        run = carry_out(run_of("name,email,phone\nLayla Haddad,l@p.example,\nLayla Haddad,l@p.example,0791234567\n"))
        start_undo(run, by=UserFactory())
        undo_rows(run)
        assert not Contact.objects.exists()

    def test_a_day_of_two_calendars_is_asked_about(self):
        run = run_of("name,dob\nرضا محمدی,1369/03/02\nSami,15/3/1412\n")
        check_import(run)
        assert verdicts(run) == [(2, "reject"), (3, "create")]
        assert "Hijri or a Jalali" in run.rows.first().reasons[0]

    def test_one_import_that_fails_holds_up_no_other(self, monkeypatch):
        bad, good = run_of("name\nLayla\n"), run_of("name\nOmar\n")
        begin_check(bad)
        begin_check(good)
        real = resuming.go_on_checking

        def fail_on_first(run):
            if run.pk == bad.pk:
                raise RuntimeError("broken")
            real(run)

        monkeypatch.setitem(resuming._STEPS, ImportState.CHECKING, fail_on_first)
        resuming.resume_imports()
        states = [ImportRun.objects.get(pk=run.pk).state for run in (bad, good)]
        assert states == [ImportState.FAILED, ImportState.CHECKED]

    def test_an_address_longer_than_any_is_rejected(self):
        run = run_of(f"name,email\nLayla,{'x' * 60}@{'y' * 60}.{'z' * 60}.{'w' * 60}.{'v' * 20}.example\n")
        check_import(run)
        assert verdicts(run) == [(2, "reject")]
