import signal
import threading

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.schedule import run_due


class Command(BaseCommand):
    help = "Runs what is due by the clock: reminders, waiting messages, what a crash left. Safe to run on several machines."

    def add_arguments(self, parser):
        parser.add_argument(
            "--every", type=float, default=5.0, help="seconds between two looks at the clock (default 5)"
        )
        parser.add_argument("--once", action="store_true", help="look once and end")

    def handle(self, *, every: float, once: bool, **options):
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            for name in run_due(timezone.now()):
                if options["verbosity"] > 1:
                    self.stdout.write(name)
            if once:
                return
            stop.wait(every)
