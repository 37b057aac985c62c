"""`make bench`: figures as ratios to a floor that is measured in the same run. Absolute times are for orientation only."""

import argparse
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.bench.growth import FEW, MOST_GROWTH, MOST_OF_PLAIN
from tests.bench.load import Address, median_latency, paired, paired_throughput
from tests.bench.memberships import membership_screens
from tests.bench.migrating import migration_seconds
from tests.bench.people import contact_screens
from tests.bench.site import BenchSite

FLOOR = "/ar/floor/"
PAGES = {
    "home": "/ar/",
    "membership tiers": "/ar/membership/",
    "donation form": "/ar/give/",
    "survey": "/ar/survey/clinic/",
}
MOST = 1.5
MOST_MIGRATION_SECONDS = 10
MOST_LOADING_SECONDS = 120
MOST_IMPORT_SECONDS, MOST_IMPORT_MB = 90, 300
MOST_EXPORT_MB = 60
MOST_DUPLICATES_MS, MOST_SEARCH_SECONDS = 50, 600
MOST_ERASING_SECONDS = 2
MOST_FIGURES_SECONDS = 60
MOST_REMINDERS_SECONDS = 30
MOST_STANDINGS_SECONDS = 1
CARDS, MOST_CARDS_SECONDS, MOST_CARDS_MB = 1000, 60, 300


@dataclass(frozen=True)
class Size:
    """How thorough a run is."""

    rounds: int
    requests: int
    contacts: int
    letters: int


QUICK = Size(rounds=5, requests=30, contacts=10_000, letters=200)
WHOLE = Size(rounds=9, requests=60, contacts=100_000, letters=500)


@dataclass(frozen=True)
class Row:
    """One figure, its limit, and whether it keeps it; a figure without a limit is there to be watched."""

    name: str
    figure: str
    limit: str = ""
    passes: bool = True

    def __str__(self) -> str:
        verdict = ("ok" if self.passes else "OVER") if self.limit else ""
        return f"{self.name:<30} {self.figure:<74} {self.limit:<12} {verdict}"


def spread(ratios: list[float]) -> str:
    """The middle of several rounds, and the least and the most."""
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def ratios_of(pairs: list[tuple[float, float]]) -> list[float]:
    """Ours divided by the floor's, round by round."""
    return [ours / floor for ours, floor in pairs]


def page_rows(site: BenchSite, size: Size) -> Iterator[Row]:
    """Each page against a bare Wagtail page: latency for one client, and how many a second eight clients get."""
    floor = Address(site.port, FLOOR)
    for name, path in PAGES.items():
        page = Address(site.port, path)
        median_latency(page, requests=20)
        pairs = paired(page, floor, rounds=size.rounds, requests=size.requests)
        rates = paired_throughput(page, floor, rounds=3, requests=size.requests // 3)
        ours, least = (statistics.median(values) * 1000 for values in zip(*pairs, strict=True))
        rate, most = (statistics.median(values) for values in zip(*rates, strict=True))
        ratios = ratios_of(pairs)
        figure = f"{spread(ratios)}   {ours:.1f} / {least:.1f} ms   {rate:.0f} / {most:.0f} a second"
        yield Row(name, figure, f"<= {MOST}", statistics.median(ratios) <= MOST)


def loading_rows(site: BenchSite, size: Size) -> Iterator[Row]:
    """Seconds in which the demo grows by many contacts."""
    # Starting Django costs the same however many there are.
    start = site.manage("check")
    seconds = site.manage("load_demo", "--contacts", str(size.contacts)) - start
    per_hundred_thousand = seconds * 100_000 / size.contacts
    yield Row(
        "loading 100,000 contacts",
        f"{per_hundred_thousand:.0f} s   ({size.contacts:,} in {seconds:.1f} s)",
        f"<= {MOST_LOADING_SECONDS} s",
        per_hundred_thousand <= MOST_LOADING_SECONDS,
    )


def people_rows(site: BenchSite, size: Size) -> Iterator[Row]:
    """The staff's screens for contacts among many and among few, and what is done with many of them."""
    requests = max(size.requests // 6, 5)
    screens = contact_screens(site, many=_many(site, size), rounds=size.rounds, requests=requests)
    for name, growth, plain in screens:
        figure = f"{growth:.2f} times the page at {FEW:,}; {plain:.2f} of Wagtail's own list at {FEW:,}"
        passes = growth <= MOST_GROWTH and plain < MOST_OF_PLAIN
        yield Row(name, figure, f"<= {MOST_GROWTH}, < {MOST_OF_PLAIN}", passes)
    yield from duplicate_rows(site, size)
    yield from erasing_rows(site, size)
    yield from file_rows(site, size)


def file_rows(site: BenchSite, size: Size) -> Iterator[Row]:
    """A file of contacts in and out."""
    rows = size.contacts
    checking, carrying_out, memory = _figures(site, f"importing import measure; measure({rows})")
    seconds = (checking + carrying_out) * 100_000 / rows
    yield Row(
        "importing 100,000 rows",
        f"{seconds:.0f} s   ({rows:,} rows: {checking:.1f} s checked, {carrying_out:.1f} s carried out; {memory:.0f} MB)",
        f"<= {MOST_IMPORT_SECONDS} s",
        seconds <= MOST_IMPORT_SECONDS and memory <= MOST_IMPORT_MB,
    )
    exported, seconds, grown = _figures(site, f"importing import measure_export; measure_export({rows})")
    figure = f"{seconds:.1f} s   ({exported:,.0f} rows, {grown:.0f} MB more than before)"
    yield Row("exporting", figure, f"<= {MOST_EXPORT_MB} MB", grown <= MOST_EXPORT_MB)


def duplicate_rows(site: BenchSite, size: Size) -> Iterator[Row]:
    """Who is on record twice: for one new contact, and among all that there are."""
    code = f"duplicates import measure; measure({_many(site, size)})"
    rare, common, worst, seconds, contacts, pairs = _figures(site, code)
    figure = f"{worst:.0f} ms at worst   (rare name {rare:.0f} ms, commonest {common:.0f} ms; among {contacts:,.0f})"
    yield Row("duplicates of one contact", figure, f"<= {MOST_DUPLICATES_MS} ms", worst <= MOST_DUPLICATES_MS)
    figure = f"{seconds:.0f} s   ({pairs:,.0f} pairs among {contacts:,.0f} contacts)"
    yield Row("duplicates among all", figure, f"<= {MOST_SEARCH_SECONDS} s", seconds <= MOST_SEARCH_SECONDS)


def erasing_rows(site: BenchSite, size: Size) -> Iterator[Row]:
    """One person with a thousand things, gone."""
    printed = site.run("from tests.bench.erasing import measure; measure(rounds=3)")
    lines = [line.split()[1:] for line in printed.splitlines() if line.startswith("ERASING ")]
    erased, preview, data, everybody = (statistics.median(map(float, figures)) for figures in zip(*lines, strict=True))
    figure = f"{erased:.2f} s   (preview {preview:.2f} s, my data {data:.2f} s; among {everybody:,.0f} contacts)"
    yield Row("erasing one person", figure, f"<= {MOST_ERASING_SECONDS} s", erased <= MOST_ERASING_SECONDS)


def figures_rows(site: BenchSite, size: Size) -> Iterator[Row]:
    """The figures of ten years, worked out from nothing, and again after one change."""
    rebuilt, kept, read, memberships, terms, rows = _figures(
        site, f"figures import measure; measure({_many(site, size)})"
    )
    figure = f"{rebuilt:.1f} s   ({memberships:,.0f} memberships, {terms:,.0f} terms, {rows:,.0f} rows)"
    yield Row("rebuilding the figures", figure, f"<= {MOST_FIGURES_SECONDS} s", rebuilt <= MOST_FIGURES_SECONDS)
    yield Row("figures after a change", f"{kept:.2f} s, and {read:.2f} s to read them all")


def reminder_rows(site: BenchSite, size: Size) -> Iterator[Row]:
    """Reminders of renewing found and queued: those of a usual day, and those of a day on which everybody's term ends."""
    many = size.contacts * (10 if size is WHOLE else 1)
    seconds, queued, again, worst, most, memberships = _figures(site, f"reminders import measure; measure({many})")
    figure = f"{seconds:.1f} s   ({queued:,.0f} due among {memberships:,.0f} memberships; once more {again:.1f} s)"
    yield Row("reminders of renewing", figure, f"<= {MOST_REMINDERS_SECONDS} s", seconds <= MOST_REMINDERS_SECONDS)
    yield Row("reminders, all on one day", f"{worst:.1f} s   ({most:,.0f} queued)")


def standing_rows(site: BenchSite, size: Size) -> Iterator[Row]:
    """Where a million memberships stand on a day, tier by tier."""
    many = size.contacts * (10 if size is WHOLE else 1)
    seconds, current, memberships = _figures(site, f"standings import measure; measure({many})")
    figure = f"{seconds:.2f} s   ({current:,.0f} current of {memberships:,.0f} memberships)"
    yield Row("status by tier", figure, f"< {MOST_STANDINGS_SECONDS} s", seconds < MOST_STANDINGS_SECONDS)


def membership_rows(site: BenchSite, size: Size) -> Iterator[Row]:
    """The staff's list of memberships among a million and among few."""
    many = size.contacts * (10 if size is WHOLE else 1)
    requests = max(size.requests // 6, 5)
    for name, growth, plain in membership_screens(site, many=many, rounds=size.rounds, requests=requests):
        figure = f"{growth:.2f} times the page at {FEW:,}; {plain:.2f} of Wagtail's own list at {FEW:,}"
        yield Row(name, figure, f"<= {MOST_GROWTH}", growth <= MOST_GROWTH)


def cards_rows(site: BenchSite, size: Size) -> Iterator[Row]:
    """A thousand cards as one PDF."""
    seconds, memory, file, cards = _figures(site, f"cards import measure; measure({CARDS})")
    figure = f"{seconds:.1f} s, {memory:.0f} MB at most   ({cards:,.0f} cards, a file of {file:.1f} MB)"
    passes = seconds <= MOST_CARDS_SECONDS and memory <= MOST_CARDS_MB
    yield Row("printing 1,000 cards", figure, f"<= {MOST_CARDS_SECONDS} s", passes)


def _many(site: BenchSite, size: Size) -> int:
    """A million on PostgreSQL, 100,000 on SQLite."""
    return size.contacts * (10 if site.is_postgres and size is WHOLE else 1)


def _figures(site: BenchSite, code: str) -> list[float]:
    """What a measurement in the site's own process printed, after the word in front."""
    return [float(figure) for figure in site.run(f"from tests.bench.{code}").split()[1:]]


def sending_rows(site: BenchSite, size: Size) -> Iterator[Row]:
    """Letters of a campaign a second, against prebuilt bytes to the same sink."""
    code = f"from tests.bench.sending import measure; measure(letters={size.letters}, rounds=3)"
    lines = [line.split()[1:] for line in site.run(code).splitlines() if line.startswith("RATES ")]
    pairs = [(float(ours), float(floor)) for ours, floor in lines]
    ours, floor = (statistics.median(values) for values in zip(*pairs, strict=True))
    yield Row("sending letters", f"{spread(ratios_of(pairs))}   {ours:.0f} / {floor:.0f} a second")


def migration_rows(size: Size) -> Iterator[Row]:
    """Seconds that our own tables add to migrating an empty SQLite database."""
    whole, libraries = migration_seconds(rounds=2 if size is QUICK else 3)
    added = whole - libraries
    figure = f"{added:.1f} s   ({whole:.1f} s in all, {libraries:.1f} s for Wagtail and its friends)"
    limit = f"<= {MOST_MIGRATION_SECONDS} s"
    yield Row("migrating an empty database", figure, limit, added <= MOST_MIGRATION_SECONDS)


ON_THE_SITE: dict[str, Callable[[BenchSite, Size], Iterator[Row]]] = {
    "pages": page_rows,
    "sending": sending_rows,
    "people": people_rows,
    "loading": loading_rows,
    "figures": figures_rows,
    "reminders": reminder_rows,
    "memberships": membership_rows,
    "standings": standing_rows,
    "cards": cards_rows,
}


def main() -> int:
    """Measure, print the table, and return 1 if anything is over its limit."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, 10,000 contacts instead of 100,000")
    parser.add_argument("--only", choices=[*ON_THE_SITE, "migrating"], help="measure one thing")
    options = parser.parse_args()
    size = QUICK if options.quick else WHOLE
    rows: list[Row] = []

    def show(found: Iterator[Row]) -> None:
        for row in found:
            rows.append(row)
            print(row, flush=True)

    print(f"{'':<30} {'ours / floor, middle of several rounds (least-most)':<74} limit", flush=True)
    if options.only != "migrating":
        with BenchSite() as site:
            for name, measure in ON_THE_SITE.items():
                if options.only in (None, name):
                    show(measure(site, size))
    if options.only in (None, "migrating"):
        show(migration_rows(size))
    return 0 if all(row.passes for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
