from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

from config.demo import applications, assemblies, belonging, letters, nonprofit, people, site_pages, staff
from config.demo.large import create_many_contacts
from members.models import Contact, User
from outreach.models import Delivery


class Command(BaseCommand):
    help = "Loads the demo nonprofit into an empty database; with --contacts, also as many made-up people."

    def add_arguments(self, parser):
        parser.add_argument(
            "--contacts", type=int, default=0, help="how many made-up people to add, with memberships and gifts"
        )

    def handle(self, *, contacts: int, **options):
        if contacts < 0 or contacts > 5_000_000:
            raise CommandError("--contacts must be a number from 0 to 5000000.")
        if not Contact.objects.exists():
            with transaction.atomic(), translation.override("en"):
                self._load()
        if contacts:
            create_many_contacts(contacts, out=self.stderr, on=timezone.localdate())

    def _load(self) -> None:
        today, now = timezone.localdate(), timezone.now()
        tiers, funds = nonprofit.create_tiers(), nonprofit.create_funds()
        services = nonprofit.create_services()
        nonprofit.create_categories()
        appeal = nonprofit.create_appeal(funds["reading"], today)
        nonprofit.create_metal_prices(today)
        survey = nonprofit.create_survey(services["clinic"])
        site = site_pages.create_pages(appeal=appeal, survey=survey)
        nonprofit.create_profile(site)
        nonprofit.open_directory(site)
        shifts = nonprofit.create_shifts(today)
        contacts = people.create_people(tiers=tiers, funds=funds, appeal=appeal, today=today)
        people.create_directory(contacts, today=today)
        letters.create_letters()
        letters.create_addresses(contacts)
        people.create_ballots(survey, at=now)
        people.create_volunteering(contacts, shifts, today=today)
        log_ins = staff.create_staff()
        people.create_cases(contacts, staff=User.objects.get(email=dict(log_ins)["Feedback"]), today=today)
        clerk = User.objects.get(email=dict(log_ins)["Membership"])
        assemblies.create_assemblies(tiers, by=clerk, today=today)
        applications.create_applications(applications.create_youth_tier(), today)
        belonging.create_household(contacts[0], tier=belonging.create_family_tier(), today=today)
        belonging.create_automatic_renewals(contacts[5], contacts[8], tier=tiers["member"], today=today)
        member = staff.create_member_log_in(contacts[0])
        staff.create_campaign(survey)
        transaction.on_commit(lambda: self._tidy(log_ins, member))

    def _tidy(self, log_ins: list[tuple[str, str]], member: str) -> None:
        """Nobody in the demo waits for the letters of years ago; and the log-ins are kept for the next start."""
        Delivery.objects.all().delete()
        lines = [f"  {role:<15} {address}" for role, address in log_ins]
        text = (
            "\nSanduq's demo is up.\n\n"
            "  Site            http://localhost:{web}/ar/   http://localhost:{web}/en/   http://localhost:{web}/fa/\n"
            "  Staff           http://localhost:{web}/admin/\n"
            "  Mailbox         http://localhost:{mailbox}/   (every message that is sent)\n\n"
            f"Log in with the password {staff.PASSWORD} as\n" + "\n".join(lines) + f"\n  {'A member':<15} {member}\n\n"
            "Ctrl-C ends it. `make demo-reset` starts over.\n"
        )
        path = Path(settings.ROOT) / "var" / "demo.logins"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
