"""The staff's lists in a large database, against a small one and against Wagtail's own list."""

import statistics
from collections.abc import Iterator

from tests.bench.load import Address, median_latency, paired
from tests.bench.site import BenchSite

FEW = 1_000
PLAIN_LIST = "/admin/snippets/floor/plaincontact/"
MOST_GROWTH, MOST_OF_PLAIN = 1.2, 1


def growth_of(
    site: BenchSite, screens: dict[str, str], *, few: str, many: str, rounds: int, requests: int
) -> Iterator[tuple[str, float, float]]:
    """Yield per screen its time among many rows divided by that among FEW, and by that of Wagtail's own list of FEW.

    `few` and `many` are the code that writes FEW rows, and the others.
    """
    # Nobody's role knows of the floor's list.
    site.run("from members.models import User; User.objects.filter(is_staff=True).update(is_superuser=True)")
    cookie = site.staff_cookie()
    plain = Address(site.port, PLAIN_LIST, cookie)
    site.run(few)
    site.run(
        f"from tests.bench.floor.models import PlainContact, fill_plain; PlainContact.objects.all().delete(); fill_plain({FEW})"
    )
    pages = {name: Address(site.port, _quoted(path), cookie) for name, path in screens.items()}
    before = {name: _ratio(page, plain, rounds, requests) for name, page in pages.items()}
    site.run(many)
    for name, page in pages.items():
        ratio = _ratio(page, plain, rounds, requests)
        yield name, ratio / before[name], ratio


def _quoted(path: str) -> str:
    return "".join(character if character.isascii() else _percent(character) for character in path)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _ratio(page: Address, floor: Address, rounds: int, requests: int) -> float:
    median_latency(page, requests=3)
    pairs = paired(page, floor, rounds=rounds, requests=requests)
    return statistics.median(ours / plain for ours, plain in pairs)
