"""The staff's list of memberships."""

from collections.abc import Iterator

from tests.bench.growth import FEW, growth_of
from tests.bench.site import BenchSite

LIST = "/admin/snippets/members/membership/"
SCREENS = {
    "list of memberships": LIST,
    "memberships by name": f"{LIST}?q=Bench",
    "memberships, last page": f"{LIST}?p=10",
}


def membership_screens(site: BenchSite, *, many: int, rounds: int, requests: int) -> Iterator[tuple[str, float, float]]:
    """Yield per screen what `growth_of` tells of it among `many` memberships."""
    fill = "from tests.bench.figures import FIRST_NUMBER, fill; fill"
    yield from growth_of(
        site,
        SCREENS,
        few=f"{fill}({FEW})",
        many=f"{fill}({many - FEW}, first=FIRST_NUMBER + {FEW})",
        rounds=rounds,
        requests=requests,
    )
