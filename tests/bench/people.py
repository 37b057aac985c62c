"""The staff's screens for contacts."""

from collections.abc import Iterator

from tests.bench.growth import FEW, growth_of
from tests.bench.site import BenchSite

FIRST = 10_000  # the crowd's numbers begin above the demo's
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


def contact_screens(site: BenchSite, *, many: int, rounds: int, requests: int) -> Iterator[tuple[str, float, float]]:
    """Yield per screen what `growth_of` tells of it among `many` contacts."""
    fill = "from tests.bench.crowd import fill; fill"
    yield from growth_of(
        site,
        SCREENS,
        few=f"{fill}({FIRST}, {FIRST + FEW - 1}, one_in={ONE_IN_FEW})",
        many=f"{fill}({FIRST + FEW}, {FIRST + many - 1})",
        rounds=rounds,
        requests=requests,
    )
