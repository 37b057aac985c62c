"""The staff's lists of memberships and of contacts, as they are and filtered by membership."""

from collections.abc import Iterator
from datetime import timedelta

from tests.bench.growth import FEW, growth_of
from tests.bench.site import BenchSite

LIST, CONTACTS = "/admin/snippets/members/membership/", "/admin/contacts/"
STATUSES = ("current", "grace", "lapsed", "upcoming", "suspended", "cancelled", "deceased")
FULL_PAGE = 40
SCREENS = {
    "list of memberships": f"{LIST}?p=1",
    "memberships by name": f"{LIST}?q=Bench",
    "memberships, last page": f"{LIST}?p=10",
    **{f"memberships: {status}": f"{LIST}?membership_status={status}" for status in STATUSES},
    "memberships: grace, by tier": f"{LIST}?membership_status=grace&membership_tier={{tier}}",
    "memberships: by tier": f"{LIST}?membership_tier={{tier}}",
    "memberships: paid until a month": f"{LIST}?membership_paid_from={{first}}&membership_paid_to={{last}}",
    **{f"contacts: {status}": f"{CONTACTS}?membership_status={status}" for status in STATUSES},
    "contacts: paid until a month": f"{CONTACTS}?membership_paid_from={{first}}&membership_paid_to={{last}}",
}


def membership_screens(site: BenchSite, *, many: int, rounds: int, requests: int) -> Iterator[tuple[str, float, float]]:
    """Yield per screen what `growth_of` tells of it among `many` memberships."""
    fill = "from tests.bench.figures import FIRST_NUMBER, fill; fill"
    tier, first, last = site.run("from tests.bench.memberships import print_facts; print_facts()").split()
    yield from growth_of(
        site,
        {name: path.format(tier=tier, first=first, last=last) for name, path in SCREENS.items()},
        few=f"{fill}({FEW}); from tests.bench.memberships import fill_pages; fill_pages()",
        many=f"{fill}({many - FEW}, first=FIRST_NUMBER + {FEW})",
        rounds=rounds,
        requests=requests,
    )


def print_facts() -> None:
    """A tier, and the first and the last day of the month to come. Runs inside the site."""
    from django.utils import timezone

    from members.models import Tier

    today = timezone.localdate()
    tier = Tier.objects.exclude(term_kind="lifetime").order_by("pk")[0]
    print(tier.pk, today, today + timedelta(days=30))


def fill_pages() -> None:
    """Let the first of those who were filled in make a full page of each status, so that a page shows as many rows among
    a thousand as among a million. Runs inside the site."""
    from django.utils import timezone

    from members.models import Contact, MembershipDecision, Term, Tier
    from tests.bench.figures import FIRST_NUMBER

    today = timezone.localdate()
    tier = Tier.objects.exclude(term_kind="lifetime").order_by("pk")[0]
    lives = {
        "grace": (-400, -5),
        "upcoming": (5, 369),
        "suspended": (-9, 355),
        "cancelled": (-9, 355),
        "deceased": (-9, 355),
    }
    for block, (status, (starts, ends)) in enumerate(lives.items()):
        keys = range(FIRST_NUMBER + block * FULL_PAGE, FIRST_NUMBER + (block + 1) * FULL_PAGE)
        died_on = today - timedelta(days=3) if status == "deceased" else None
        Contact.objects.filter(pk__in=keys).update(died_on=died_on)
        for model in (Term, MembershipDecision):
            model.objects.filter(membership__in=keys).delete()
        days = {"starts_on": today + timedelta(days=starts), "ends_on": today + timedelta(days=ends)}
        Term.objects.bulk_create(Term(membership_id=key, tier=tier, **days) for key in keys)
        if status in {"suspended", "cancelled"}:
            MembershipDecision.objects.bulk_create(
                MembershipDecision(membership_id=key, kind=status, starts_on=today - timedelta(days=2), reason="other")
                for key in keys
            )
