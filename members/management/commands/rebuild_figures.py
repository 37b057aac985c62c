import time

from django.core.management.base import BaseCommand
from django.utils import timezone

from members.domain.figures.keeping import rebuild


class Command(BaseCommand):
    help = (
        "Works out all figures of the membership anew from memberships, terms and decisions, as of today. The figures"
        " are kept by themselves; this gives the same rows again. Can be stopped and run again at any time."
    )

    def handle(self, **options):
        start = time.monotonic()
        blocks = rebuild(timezone.localdate())
        self.stdout.write(f"Worked out {blocks} blocks of figures in {time.monotonic() - start:.1f} s.")
