"""The pages of the member directory: who gets in, what they read there, and one's own entry."""

import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from members.domain.decisions import Decision, decide
from members.domain.erasing import erase
from members.domain.photos import clean_photo
from members.models import (
    AUDIENCE_COLUMNS,
    Audience,
    Contact,
    DecisionKind,
    DirectoryEntry,
    DirectoryEvent,
    LeavingReason,
)
from portal.domain.looking import LOOKS_PER_HOUR
from tests.factories.directory import DirectoryEntryFactory, open_directory, shown_to
from tests.factories.members import EmailFactory, TermFactory, UserFactory
from tests.factories.people import PhoneFactory

pytestmark = pytest.mark.django_db

MEMBERS, EVERYONE, NOBODY = Audience.MEMBERS, Audience.EVERYONE, Audience.NOBODY


@pytest.fixture(autouse=True)
def _photos_of_its_own(monkeypatch, tmp_path):
    """The field keeps the storage it was loaded with."""
    monkeypatch.setattr(Contact._meta.get_field("photo"), "storage", FileSystemStorage(location=tmp_path / "private"))


def a_picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(content, "PNG")
    return content.getvalue()


def a_member(*, days=60, **fields) -> Contact:
    """Somebody with a log-in whose term ends in so many days."""
    contact = EmailFactory(
        contact__user=UserFactory(), **{f"contact__{name}": value for name, value in fields.items()}
    ).contact
    today = timezone.localdate()
    TermFactory(
        membership__contact=contact, starts_on=today - timedelta(days=300), ends_on=today + timedelta(days=days)
    )
    return contact


@pytest.fixture
def listed():
    """A member who shows everything to everyone."""
    contact = a_member(given_name="Salma", family_name="Nabulsi")
    PhoneFactory(contact=contact, number="+962791234567")
    contact.photo.save("salma.jpg", clean_photo(ContentFile(a_picture(), name="salma.png")))
    return DirectoryEntryFactory(
        contact=contact, about="Baker", organisation="Bakers' union", city="Irbid", website="https://www.salma.example/",
        counts_if_born_by=timezone.localdate(), **shown_to(EVERYONE),
    )  # fmt: skip


@pytest.fixture
def reader(client):
    """A current member, logged in, who is not listed."""
    contact = a_member(given_name="Reader")
    client.force_login(contact.user)
    return contact


PUBLIC_PAGES, MEMBERS_PAGES = ("directory:list", "directory:photo"), ("portal:directory", "portal:directory_photo")


def status_of(client, name, entry):
    return client.get(reverse(name, args=[entry.pk] if "photo" in name else [])).status_code


# --- Who gets in ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "who", "public", "members"),
    [
        ("off", "anonymous", 404, 302),
        ("off", "lapsed", 404, 404),
        ("off", "current", 404, 404),
        ("members", "anonymous", 404, 302),
        ("members", "without a record", 404, 403),
        ("members", "lapsed", 404, 403),
        ("members", "current", 404, 200),
        ("public", "anonymous", 200, 302),
        ("public", "lapsed", 200, 403),
        ("public", "current", 200, 200),
        ("public", "staff", 200, 403),
    ],
)
def test_who_may_open_which_page_in_which_scope(client, listed, scope, who, public, members):
    open_directory(scope)
    users = {
        "without a record": UserFactory,
        "lapsed": lambda: a_member(days=-1).user,
        "current": lambda: a_member().user,
        "staff": lambda: UserFactory(is_superuser=True),
    }
    if who in users:
        client.force_login(users[who]())
    assert {status_of(client, name, listed) for name in PUBLIC_PAGES} == {public}
    assert {status_of(client, name, listed) for name in MEMBERS_PAGES} == {members}


@pytest.mark.parametrize("what", ["suspended", "cancelled", "deceased", "erased"])
def test_the_pages_show_nobody_who_is_no_member_any_more(client, listed, reader, what):
    open_directory()
    assert {status_of(client, name, listed) for name in (*PUBLIC_PAGES, *MEMBERS_PAGES)} == {200}
    contact, today = listed.contact, timezone.localdate()
    if what == "erased":
        erase(contact, reason="Asked for it", by=None)
    elif what == "deceased":
        Contact.objects.filter(pk=contact.pk).update(died_on=today)
    else:
        decide(contact.memberships.get(), Decision(DecisionKind(what), today, LeavingReason.OTHER), by=None)
    lists = [client.get(reverse(name)) for name in ("directory:list", "portal:directory")]
    assert [("Salma" in page.text, "salma" in page.text) for page in lists] == [(False, False)] * 2
    assert {status_of(client, name, listed) for name in ("directory:photo", "portal:directory_photo")} == {404}


def test_there_is_no_directory_until_the_office_says_so(client, listed):
    assert client.get(reverse("directory:list")).status_code == 404
    client.force_login(listed.contact.user)
    assert client.get(reverse("portal:directory")).status_code == 404
    assert "directory" not in client.get(reverse("portal:home")).text


# --- What stands there ---------------------------------------------------------------------

ALL = {"Salma Nabulsi", "Baker", "Bakers&#x27; union", "Irbid", "salma.example", "/photo/"}


def test_members_see_what_is_shown_to_members(client, reader, listed):
    open_directory("members")
    text = client.get(reverse("portal:directory")).text
    assert {mark for mark in ALL if mark in text} == ALL
    assert f"mailto:{listed.contact.email}" in text
    assert "tel:+962791234567" in text


def test_the_public_list_holds_neither_address_nor_number_and_sets_no_cookie(client, listed):
    open_directory("public")
    response = client.get(reverse("directory:list"))
    assert {mark for mark in ALL if mark in response.text} == ALL
    assert (listed.contact.email in response.text, "791234567" in response.text, "mailto" in response.text) == (
        False, False, False,
    )  # fmt: skip
    assert not response.cookies


@pytest.mark.parametrize("field", ["about", "organisation", "city", "website", "photo", "email", "phone"])
def test_what_is_shown_to_members_only_is_not_on_the_public_pages(client, listed, field):
    open_directory("public")
    marks = {
        "about": "Baker<",
        "organisation": "Bakers&#x27; union",
        "city": "Irbid",
        "website": "salma.example",
        "photo": "/photo/",
    }
    DirectoryEntry.objects.update(**{f"{field}_audience": MEMBERS})
    text = client.get(reverse("directory:list")).text
    assert {name for name, mark in marks.items() if mark in text} == set(marks) - {field}
    assert status_of(client, "directory:photo", listed) == (404 if field == "photo" else 200)
    reach = client.post(reverse("directory:reach", args=[listed.pk])).text
    assert (listed.contact.email in reach, "tel:+962791234567" in reach) == (field != "email", field != "phone")


def test_address_and_number_come_after_a_press_on_a_button_and_not_too_often(client, listed):
    open_directory("public")
    url = reverse("directory:reach", args=[listed.pk])
    assert client.get(url).status_code == 302
    assert listed.contact.email in client.post(url).text
    codes = [client.post(url).status_code for _look in range(LOOKS_PER_HOUR)]
    assert codes == [200] * (LOOKS_PER_HOUR - 1) + [429]
    assert client.post(url, REMOTE_ADDR="10.0.0.9").status_code == 200


@pytest.mark.parametrize("is_gone_by", ["lapse", "death", "hiding", "leaving"])
def test_whoever_is_gone_is_gone_from_every_page_at_once(client, reader, listed, is_gone_by):
    open_directory("public")
    today = timezone.localdate()
    if is_gone_by == "lapse":
        listed.contact.memberships.get().terms.update(ends_on=today - timedelta(days=1))
    elif is_gone_by == "death":
        Contact.objects.filter(pk=listed.contact.pk).update(died_on=today)
    elif is_gone_by == "hiding":
        DirectoryEntry.objects.update(hidden_at=timezone.now())
    else:
        DirectoryEntry.objects.update(name_audience=NOBODY)
    for name in (*PUBLIC_PAGES, *MEMBERS_PAGES):
        response = client.get(reverse(name, args=[listed.pk] if "photo" in name else []))
        assert response.status_code == 404 if "photo" in name else "Salma" not in response.text
        assert response.status_code == 404 or "no-store" in response["Cache-Control"]
    assert client.post(reverse("directory:reach", args=[listed.pk])).status_code == 404


def test_a_photo_comes_small(client, reader, listed):
    open_directory("members")
    response = client.get(reverse("portal:directory_photo", args=[listed.pk]))
    assert Image.open(io.BytesIO(response.content)).size == (240, 240)


def test_the_directory_is_searched_by_name_and_town(client, reader, listed):
    open_directory("members")
    url = reverse("portal:directory")
    answers = [
        "Salma" in client.get(url, asked).text for asked in ({"q": "nabul"}, {"city": "irb"}, {"q": "zz"}, {"q": "\0"})
    ]
    assert answers == [True, True, False, True]
    assert client.get(url, {"after": "9" * 40}).status_code == 200
    assert client.get(url, {"after": "²"}).status_code == 200


def test_search_engines_keep_out_unless_the_office_lets_them_in_to_the_list_alone(client, reader, listed):
    def is_kept_out(name, **asked):
        response = client.get(reverse(name), asked)
        assert ('content="noindex' in response.text) == ("X-Robots-Tag" in response)
        return "X-Robots-Tag" in response

    open_directory("public")
    assert is_kept_out("directory:list")
    open_directory("public", search_engines_allowed=True)
    assert not is_kept_out("directory:list")
    assert not is_kept_out("directory:list", after="1")
    assert is_kept_out("directory:list", q="salma")
    assert is_kept_out("portal:directory")


@pytest.mark.parametrize("name", ["directory:list", "portal:directory"])
def test_a_page_takes_as_many_queries_for_four_as_for_one(client, reader, listed, name, django_assert_max_num_queries):
    open_directory("public")
    client.get(reverse(name))
    with django_assert_max_num_queries(14) as one:
        client.get(reverse(name))
    for _entry in range(3):
        DirectoryEntryFactory(contact=a_member(), **shown_to(EVERYONE))
    with django_assert_max_num_queries(len(one.captured_queries)):
        assert client.get(reverse(name)).text.count("<article") == 4


# --- One's own entry -----------------------------------------------------------------------


def choices(**audiences):
    return {column: audiences.get(field.value, NOBODY) for field, column in AUDIENCE_COLUMNS.items()}


def test_nothing_is_chosen_when_the_form_is_opened_first(client, reader):
    open_directory("public")
    form = client.get(reverse("portal:directory_entry")).context["form"]
    assert {form[column].value() for column in AUDIENCE_COLUMNS.values()} == {"nobody"}
    assert form["shown_name"].value() == reader.name
    assert not DirectoryEntry.objects.exists()


def test_a_preview_writes_nothing_and_saving_writes_the_words_that_were_read(client, reader):
    open_directory("public")
    url = reverse("portal:directory_entry")
    data = {
        "shown_name": "Reader R.",
        "about": "Teacher",
        "website": "reader.example",
        **choices(name=EVERYONE, about=MEMBERS),
    }
    looked = client.post(url, {**data, "preview": "1"})
    assert not DirectoryEntry.objects.exists()
    assert (looked.context["for_members"].about, looked.context["for_everyone"].about) == ("Teacher", "")
    assert looked.context["form"]["about"].value() == "Teacher"
    assert client.post(url, data).status_code == 302
    entry = DirectoryEntry.objects.get()
    assert (entry.contact, entry.shown_name, entry.website) == (reader, "Reader R.", "https://reader.example")
    events = DirectoryEvent.objects.order_by("pk").values_list("field", "wording", "source", "actor")
    assert list(events) == [
        ("name", "Who may see your name? Everyone", "my area", reader.user.pk),
        ("about", "Who may see what you do? Members", "my area", reader.user.pk),
    ]


def test_bad_input_gets_a_sentence_and_nothing_is_lost(client, reader):
    open_directory("public")
    data = {"shown_name": "", "about": "Teacher", "website": "javascript:alert(1)", **choices(name=MEMBERS)}
    response = client.post(reverse("portal:directory_entry"), data)
    form = response.context["form"]
    assert set(form.errors) == {"shown_name", "website"}
    assert form["about"].value() == "Teacher"
    assert not DirectoryEntry.objects.exists()


def test_a_minor_is_not_offered_everyone_and_cannot_send_it_either(client, reader):
    open_directory("public")
    reader.birth_date = timezone.localdate() - timedelta(days=17 * 366)
    reader.save()
    url = reverse("portal:directory_entry")
    page = client.get(url)
    assert [value for value, _label in page.context["form"].fields["name_audience"].choices] == ["nobody", "members"]
    assert "Until you are 18" in page.text
    client.post(url, {"shown_name": "Young", **choices(name=EVERYONE)})
    assert not DirectoryEntry.objects.exists()


def test_one_button_takes_a_member_out_and_only_that_member(client, reader, listed):
    open_directory("public")
    DirectoryEntryFactory(contact=reader, **shown_to(EVERYONE))
    assert client.get(reverse("portal:directory_leave")).status_code == 405
    client.post(reverse("portal:directory_leave"))
    text = client.get(reverse("directory:list")).text
    assert ("Reader" in text, "Salma" in text) == (False, True)
    assert DirectoryEvent.objects.count() == 8


def test_the_office_s_reason_is_told(client, listed):
    open_directory("public")
    DirectoryEntry.objects.update(hidden_at=timezone.now(), hidden_reason="Sold things")
    client.force_login(listed.contact.user)
    page = client.get(reverse("portal:directory_entry"))
    assert "Sold things" in page.text
    assert (page.context["for_members"], page.context["for_everyone"]) == (None, None)


def test_an_entry_can_be_taken_out_while_the_directory_is_off(client, listed):
    client.force_login(listed.contact.user)
    assert client.get(reverse("portal:directory_entry")).status_code == 200
    client.post(reverse("portal:directory_leave"))
    assert DirectoryEntry.objects.get().name_audience == NOBODY


def test_a_photo_is_put_on_record_and_removed(client, reader):
    open_directory("members")
    url = reverse("portal:directory_my_photo")
    assert client.get(url).status_code == 404
    client.post(url, {"photo": SimpleUploadedFile("me.png", a_picture(), "image/png")})
    assert client.get(url)["Content-Type"] == "image/jpeg"
    client.post(url, {"photo": SimpleUploadedFile("me.png", b"no picture", "image/png")})
    assert client.get(url).status_code == 200
    client.post(url, {"remove": "1"})
    assert client.get(url).status_code == 404


def test_nobody_without_a_log_in_or_a_record_has_an_entry(client):
    open_directory("public")
    names = ("portal:directory_entry", "portal:directory_leave", "portal:directory_my_photo")
    assert {client.post(reverse(name)).status_code for name in names} == {302}
    client.force_login(UserFactory())
    assert {client.post(reverse(name)).status_code for name in names} == {404}
