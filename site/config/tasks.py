"""What the clock and the worker call, wing by wing."""

from datetime import datetime, timedelta

from django.core.management import call_command
from django.utils import timezone
from django_tasks import task

from checkout.domain.applications import forget_old_drafts
from checkout.domain.approvals import refund_what_came_to_nothing
from checkout.domain.automatic import honour_what_waits
from checkout.domain.automatic_charging import charge_due as charge_renewals_due
from checkout.domain.automatic_charging import follow_charges
from checkout.domain.automatic_plans import plan_charges
from checkout.domain.fulfilment import fulfil_what_is_due
from checkout.domain.undoing import follow_what_changed
from config.models import Heartbeat
from donations.domain.cards import forget_removed_cards
from donations.domain.events import apply_pending_events
from donations.domain.payments import send_waiting_refunds
from donations.domain.receipt_corrections import correct_what_changed
from donations.domain.recurring_cards import learn_cards
from donations.domain.recurring_changes import hold_failing, send_waiting_changes
from donations.domain.sandbox_clock import charge_due
from donations.domain.syncing import pull_missed_of_all
from members.domain.bulk import carry_out_all
from members.domain.erasing import remove_left_files
from members.domain.figures.keeping import bring_up_to_date
from members.domain.importing.leftovers import cancel_abandoned, remove_ended_files
from members.domain.importing.resuming import resume_imports
from members.domain.papers import remove_old_papers, take_up_papers
from members.domain.retention import apply_retention
from members.domain.sessions import forget_dead_sessions
from members.tasks import take_up_searches
from outreach.domain.automatic_messages import queue_automatic_messages
from outreach.domain.giving_messages import queue_giving_messages
from outreach.domain.present_messages import queue_present_messages
from outreach.domain.reminders import queue_reminders
from outreach.domain.sending import send_due
from surveys.domain.casting import close_surveys_due

# Some ten seconds of counting, so that the clock is free again for what else is due. A million members take five rounds.
FIGURE_BLOCKS_AT_ONCE = 40
# Gateways send a message again for up to three days until somebody answers; what was lost is older than the last hour.
LOOK_BACK = timedelta(days=3)


def nudge_worker(at: datetime) -> None:
    """Ask the task worker for a sign of life."""
    beat.enqueue()


@task()
def beat() -> None:
    """The worker's sign of life."""
    Heartbeat.objects.update_or_create(role="worker", defaults={"seen_at": timezone.now()})


def apply_gateway_events(at: datetime) -> None:
    """Apply what a gateway told and a crash left lying."""
    apply_pending_events()
    send_waiting_refunds()
    send_waiting_changes(at=at)
    hold_failing()


def pull_missed_events(at: datetime) -> None:
    """Ask the gateways for what they told and nobody heard."""
    pull_missed_of_all(since=at - LOOK_BACK)


def fulfil_baskets(at: datetime) -> None:
    """Grant what was paid for and a crash left ungranted; give back what was paid and came to nothing."""
    fulfil_what_is_due(on=timezone.localdate(at))
    refund_what_came_to_nothing()


def follow_the_money(at: datetime) -> None:
    """Cut terms whose payment went back, and restore those whose payment is ours again, where a crash left that undone."""
    follow_what_changed(at)
    correct_what_changed(at)


def send_messages(at: datetime) -> None:
    """Send the messages that wait."""
    send_due(at=at)


def remind_of_renewing(at: datetime) -> None:
    """Queue the reminders of renewing that are due today."""
    queue_reminders(on=timezone.localdate(at), at=at)


def deliver_presents(at: datetime) -> None:
    """Queue the presents whose day has come, and the reminders of those that nobody accepted."""
    queue_present_messages(on=timezone.localdate(at), at=at)


def tell_donors(at: datetime) -> None:
    """Queue what donors are to be told of charges that failed and cards that run out, and the cards for others."""
    learn_cards(at=at)
    queue_giving_messages(on=timezone.localdate(at), at=at)


def announce_renewals(at: datetime) -> None:
    """Plan which memberships are renewed by card next, and queue the notices."""
    on = timezone.localdate(at)
    plan_charges(on=on, at=at)
    queue_automatic_messages(on=on, at=at)


def charge_renewals(at: datetime) -> None:
    """Charge the cards that are due today, some at a time, and tell at once whose was declined."""
    on = timezone.localdate(at)
    charge_renewals_due(on=on, at=at)
    queue_automatic_messages(on=on, at=at)


def follow_renewals(at: datetime) -> None:
    """See what became of charges and of cards that were given, and let the gateways forget the cards that were removed."""
    honour_what_waits()
    follow_charges(at=at)
    queue_automatic_messages(on=timezone.localdate(at), at=at)
    forget_removed_cards()


def close_surveys(at: datetime) -> None:
    """Close surveys whose last moment has passed, which also mixes their ballots for good."""
    close_surveys_due(at)


def charge_sandbox_gifts(at: datetime) -> None:
    """Let the test gateway charge the recurring gifts that are due, as a real one does by itself."""
    charge_due(timezone.localdate(at))


def carry_out_bulk_runs(at: datetime) -> None:
    """Go on with what was to be done to many contacts, where a worker was stopped half-way."""
    carry_out_all()


def take_up_duplicate_searches(at: datetime) -> None:
    """Begin searches for duplicates again that lost their process."""
    take_up_searches(at)


def keep_privacy(at: datetime) -> None:
    """Let go what is kept long enough, and what a crash left of the erased."""
    apply_retention(timezone.localdate(at))
    remove_left_files()
    remove_old_papers(at)
    forget_dead_sessions()
    forget_old_drafts(at=at)


def work_on_imports(at: datetime) -> None:
    """Go on with imports that a worker was stopped in the middle of, and let go of files that are done with."""
    resume_imports()
    cancel_abandoned(at)
    remove_ended_files()


def print_papers(at: datetime) -> None:
    """Go on with papers for many people that a worker was stopped in the middle of."""
    take_up_papers(at)


def keep_figures(at: datetime) -> None:
    """Work out the figures of the membership where something changed, and all of them on a new day, some at a time."""
    bring_up_to_date(timezone.localdate(at), at_most=FIGURE_BLOCKS_AT_ONCE)


def prune_task_results(at: datetime) -> None:
    """Forget finished tasks after a week."""
    call_command("prune_db_task_results", min_age_days=7, verbosity=0)
