"""Cards for many people as one PDF: made by the worker, with whoever has none left out, and private."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from dashboard.domain.roles import sync_roles
from members.domain import papers
from members.domain.erasing import erase
from members.domain.papers import KEPT_FOR, cancel_paper, make_paper, remove_old_papers, start_paper, take_up_papers
from members.models import (
    ConferredCard,
    Contact,
    ContactKind,
    LeftOut,
    PaperKind,
    PaperRun,
    PaperState,
    RelationshipType,
)
from tests.factories.members import BranchFactory, ContactFactory, MemberCardFactory, TermFactory, UserFactory
from tests.factories.people import RelationshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_june")]


@pytest.fixture
def in_june():
    with time_machine.travel("2026-06-01", tick=False):
        yield


@pytest.fixture
def clerk():
    sync_roles()
    user = UserFactory()
    user.groups.add(Group.objects.get(name="membership"))
    return user


def member(**facts) -> Contact:
    """Somebody with a card that is valid through 2026."""
    return MemberCardFactory(membership=TermFactory(**facts).membership).membership.contact


def run_for(people, **values) -> PaperRun:
    return start_paper(PaperKind.CARDS, contact_ids=[one.pk for one in people], values=values, by=UserFactory())


def made(run) -> PaperRun:
    make_paper(run.pk)
    return PaperRun.objects.get(pk=run.pk)


def pages_of(run) -> int:
    with run.file.open() as file:
        return file.read().count(b"/Type /Page\n")


def left_out(run) -> dict[int, str]:
    return dict(run.recipients.exclude(left_out="").values_list("contact", "left_out"))


def test_ten_cards_stand_on_a_sheet(tmp_path):
    run = made(run_for([member(membership__contact__preferred_language=code) for code in ("ar", "en", "fa") * 4]))
    assert (run.state, run.done, pages_of(run), left_out(run)) == (PaperState.DONE, 12, 2, {})


def test_the_fonts_are_in_the_file_once():
    run = made(run_for([member() for _one in range(25)]))
    with run.file.open() as file:
        assert file.read().count(b"/FontFile2") <= 4


def test_whoever_has_no_valid_card_is_left_out_and_named():
    lapsed, dead, visitor = member(ends_on=date(2026, 2, 1)), member(), ContactFactory()
    Contact.objects.filter(pk=dead.pk).update(died_on=date(2026, 5, 1))
    run = made(run_for([member(), lapsed, dead, visitor]))
    assert left_out(run) == {
        lapsed.pk: LeftOut.NOT_VALID,
        dead.pk: LeftOut.DECEASED,
        visitor.pk: LeftOut.NOT_VALID,
    }


def test_a_family_gets_the_cards_of_all_who_belong_through_it():
    family = member(membership__contact__kind=ContactKind.HOUSEHOLD, membership__contact__organisation_name="Haddad")
    kind = RelationshipType.objects.get(code="household-member")
    family.memberships.get().terms.get().tier.confers_to.add(kind)
    children = [RelationshipFactory(type=kind, to_contact=family).from_contact for _child in range(2)]
    made(run_for([family], conferred=False))
    assert not ConferredCard.objects.exists()
    run = made(run_for([family, children[0]], conferred=True))
    assert {card.contact for card in ConferredCard.objects.all()} == set(children)
    assert left_out(run) == {}


def test_only_the_cards_of_one_branch_if_it_is_chosen():
    branch = BranchFactory()
    here, elsewhere = member(membership__branch=branch), member()
    assert left_out(made(run_for([here, elsewhere], branch=branch.pk))) == {elsewhere.pk: LeftOut.NOT_VALID}


def test_the_number_of_queries_does_not_grow_with_the_people(django_assert_max_num_queries):
    few, many = run_for([member() for _one in range(3)]), run_for([member() for _one in range(12)])
    with django_assert_max_num_queries(40) as counted:
        make_paper(few.pk)
    with django_assert_max_num_queries(len(counted.captured_queries)):
        make_paper(many.pk)


class TestTheWork:
    def test_each_is_noted_in_the_log_of_the_record(self):
        person = member()
        run = made(run_for([person]))
        [entry] = ModelLogEntry.objects.filter(action="sanduq.paper")
        assert (entry.object_id, entry.data) == (str(person.pk), {"paper": run.pk, "what": "cards"})

    def test_a_run_that_was_stopped_is_made_no_further(self, monkeypatch):
        monkeypatch.setattr(papers, "BATCH", 1)
        run = run_for([member(), member()])
        drawn = papers.draw
        monkeypatch.setattr(papers, "draw", lambda press, people: (cancel_paper(run), drawn(press, people))[1])
        run = made(run)
        assert (run.state, run.done, bool(run.file)) == (PaperState.CANCELLED, 0, False)

    def test_a_run_that_lost_its_worker_is_begun_again(self):
        run = run_for([member()])
        PaperRun.objects.filter(pk=run.pk).update(state=PaperState.RUNNING)
        take_up_papers(timezone.now() + timedelta(minutes=1))
        assert PaperRun.objects.get().state == PaperState.RUNNING
        take_up_papers(timezone.now() + timedelta(minutes=6))
        assert PaperRun.objects.get().state == PaperState.DONE

    def test_a_run_that_fails_says_so(self, monkeypatch):
        run = run_for([member()])
        monkeypatch.setattr(papers, "draw", lambda press, people: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            make_paper(run.pk)
        assert PaperRun.objects.get().state == PaperState.FAILED

    def test_nobody_who_is_erased_while_it_is_made_is_in_it(self, monkeypatch):
        stays, goes = member(), member(membership__contact__family_name="Vanishing")
        run = run_for([stays, goes])
        drawn, names = papers.draw, []

        def draw_and_erase(press, people):
            names.append([one.pk for one in people])
            found = drawn(press, people)
            if len(names) == 1:
                erase(Contact.objects.get(pk=goes.pk), by=UserFactory(), reason="asked")
            return found

        monkeypatch.setattr(papers, "draw", draw_and_erase)
        run = made(run)
        assert (names, run.total) == ([[stays.pk, goes.pk], [stays.pk]], 1)

    def test_erasing_somebody_takes_the_file_along(self, django_capture_on_commit_callbacks):
        person = member()
        run = made(run_for([person]))
        storage, name = run.file.storage, run.file.name
        with django_capture_on_commit_callbacks(execute=True):
            erase(person, by=UserFactory(), reason="asked")
        assert (PaperRun.objects.get().file.name, storage.exists(name)) == ("", False)

    def test_files_go_away_after_some_days(self):
        run = made(run_for([member()]))
        assert remove_old_papers(run.finished_at + KEPT_FOR - timedelta(minutes=1)) == 0
        assert remove_old_papers(run.finished_at + KEPT_FOR + timedelta(minutes=1)) == 1
        assert not PaperRun.objects.get().file


class TestScreens:
    def test_cards_are_asked_for_from_the_list(self, client, clerk, django_capture_on_commit_callbacks):
        people = [member(), member()]
        client.force_login(clerk)
        url = reverse("wagtail_bulk_action", args=["members", "contact", "cards"])
        address = f"{url}?id={people[0].pk}&id={people[1].pk}&next=/admin/contacts/"
        assert client.get(address).status_code == 200
        with django_capture_on_commit_callbacks(execute=True):
            client.post(address, {"conferred": "on"})
        run = PaperRun.objects.get()
        assert {row.contact for row in run.recipients.all()} == set(people)
        make_paper(run.pk)
        assert client.get(reverse("members_paper", args=[run.pk])).status_code == 200
        file = client.get(reverse("members_paper_file", args=[run.pk]))
        assert (file["Content-Type"], file["Content-Disposition"].split(";")[0]) == ("application/pdf", "attachment")
        assert "no-store" in file["Cache-Control"]

    @pytest.mark.parametrize("role", ["volunteers", "feedback", "outreach", "auditor"])
    def test_nobody_without_the_right_prints_or_downloads(self, client, clerk, role):
        run = made(run_for([member()]))
        clerk.groups.set([Group.objects.get(name=role)])
        client.force_login(clerk)
        for name, args in (("members_papers", []), ("members_paper", [run.pk]), ("members_paper_file", [run.pk])):
            assert client.get(reverse(name, args=args)).status_code == 403
        url = reverse("wagtail_bulk_action", args=["members", "contact", "cards"])
        client.post(f"{url}?id={run.recipients.get().contact_id}&next=/admin/contacts/", {})
        assert PaperRun.objects.count() == 1
