"""`make bench`: figures as ratios to a floor that is measured in the same run. Absolute times are for orientation only."""

import argparse
import statistics
import sys
from dataclasses import dataclass

from tests.bench.load import median_latency, paired_ratios, throughput
from tests.bench.migrating import migration_seconds
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


@dataclass(frozen=True)
class Row:
    """One figure, its limit, and whether it keeps it."""

    name: str
    figure: str
    limit: str
    passes: bool

    def __str__(self) -> str:
        return f"{self.name:<28} {self.figure:<58} {self.limit:<12} {'ok' if self.passes else 'OVER'}"


def page_rows(site: BenchSite, *, rounds: int, requests: int) -> list[Row]:
    """Latency of each page against a bare Wagtail page, and how many a second eight clients get."""
    rows = []
    floor_rate = throughput(site.port, FLOOR, clients=8, requests=requests)
    for name, path in PAGES.items():
        median_latency(site.port, path, requests=20)
        pairs = paired_ratios(site.port, path, FLOOR, rounds=rounds, requests=requests)
        ratios = [ours / floor for ours, floor in pairs]
        middle = statistics.median(ratios)
        rate = throughput(site.port, path, clients=8, requests=requests)
        ours, floor = (statistics.median(values) * 1000 for values in zip(*pairs, strict=True))
        figure = f"{middle:.2f} ({min(ratios):.2f}-{max(ratios):.2f})  {ours:.1f} / {floor:.1f} ms  {rate:.0f} / {floor_rate:.0f} a second"
        rows.append(Row(name, figure, f"<= {MOST}", middle <= MOST))
    return rows


def list_row(site: BenchSite, *, contacts: int, requests: int) -> Row:
    """Seconds in which the demo grows by many contacts."""
    seconds = site.manage("load_demo", "--contacts", str(contacts))
    # Starting Django costs the same however many there are.
    whole = (seconds - site.manage("check")) * 100_000 / contacts
    return Row(
        f"loading {contacts:,} contacts",
        f"{seconds:.1f} s",
        f"<= {MOST_LOADING_SECONDS} s",
        whole <= MOST_LOADING_SECONDS,
    )


def migration_row() -> Row:
    """Seconds that our own tables add to migrating an empty SQLite database."""
    whole, others = migration_seconds()
    added = whole - others
    figure = f"{added:.1f} s ({whole:.1f} s in all, {others:.1f} s for Wagtail and its friends)"
    return Row("migrating an empty database", figure, f"<= {MOST_MIGRATION_SECONDS} s", added <= MOST_MIGRATION_SECONDS)


def main() -> int:
    """Measure, print the table, and return 1 if anything is over its limit."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and 10,000 contacts instead of 100,000")
    options = parser.parse_args()
    rounds, requests = (5, 30) if options.quick else (9, 60)
    rows: list[Row] = []
    with BenchSite() as site:
        site.serve()
        rows += page_rows(site, rounds=rounds, requests=requests)
        rows.append(list_row(site, contacts=10_000 if options.quick else 100_000, requests=requests))
    rows.append(migration_row())
    print(f"{'':<28} {'figure (ours / floor)':<58} limit")
    print(*rows, sep="\n")
    return 0 if all(row.passes for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
