"""The staff's screens for contacts in a large database, against a small one and against Wagtail's own list."""

import statistics
from collections.abc import Iterator

from tests.bench.load import Address, median_latency, paired
from tests.bench.site import BenchSite

FEW, FIRST = 1_000, 10_000  # the crowd's numbers begin above the demo's
PLAIN_LIST = "/admin/snippets/floor/plaincontact/"
# The commonest name of the crowd, as somebody in haste writes it.
GIVEN, FAMILY = "احمد", "الخطيب"
SCREENS = {
    "list of contacts": "/admin/contacts/?ordering=search_name",
    "search by a shared name": f"/admin/contacts/?q={GIVEN}",
    "search by two words": f"/admin/contacts/?q={GIVEN}%20{FAMILY}",
    "search by telephone": "/admin/contacts/?q=0790010500",
    "filter by kind": "/admin/contacts/?kind=organisation",
    "filter by language, last page": "/admin/contacts/?preferred_language=en&p=10",
}
ONE_IN_FEW = 20  # so that a full page of the thousand has the commonest name, too
MOST_GROWTH, MOST_OF_PLAIN = 1.2, 1


def contact_screens(site: BenchSite, *, many: int, rounds: int, requests: int) -> Iterator[tuple[str, float, float]]:
    """Yield per screen its time among `many` contacts divided by that among FEW, and by that of Wagtail's own list."""
    # Nobody's role knows of the floor's list.
    site.run("from members.models import User; User.objects.filter(is_staff=True).update(is_superuser=True)")
    cookie = site.staff_cookie()
    plain = Address(site.port, PLAIN_LIST, cookie)
    site.run(f"from tests.bench.crowd import fill; fill({FIRST}, {FIRST + FEW - 1}, one_in={ONE_IN_FEW})")
    site.run(f"from tests.bench.floor.models import fill_plain; fill_plain({FEW})")
    few = {
        name: _ratio(Address(site.port, _quoted(path), cookie), plain, rounds, requests)
        for name, path in SCREENS.items()
    }
    site.run(f"from tests.bench.crowd import fill; fill({FIRST + FEW}, {FIRST + many - 1})")
    for name, path in SCREENS.items():
        ratio = _ratio(Address(site.port, _quoted(path), cookie), plain, rounds, requests)
        yield name, ratio / few[name], ratio


def _quoted(path: str) -> str:
    return "".join(character if character.isascii() else _percent(character) for character in path)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _ratio(page: Address, floor: Address, rounds: int, requests: int) -> float:
    median_latency(page, requests=3)
    pairs = paired(page, floor, rounds=rounds, requests=requests)
    return statistics.median(ours / plain for ours, plain in pairs)
