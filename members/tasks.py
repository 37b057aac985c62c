"""Long work on contacts. A task is only a nudge: what is due stands in our own tables, and is taken up again from there."""

from datetime import datetime

from django_tasks import task

from members.domain.bulk import carry_out
from members.domain.duplicate_search import fail_search, find_all_duplicates, take_standing_searches
from members.domain.importing.resuming import carry_on
from members.domain.papers import make_paper
from members.models import DuplicateSearch, ImportRun


@task()
def search_for_duplicates(search_id: int) -> None:
    """Carry out one search for duplicates, from its beginning."""
    search = DuplicateSearch.objects.get(pk=search_id)
    try:
        find_all_duplicates(search)
    except Exception:
        fail_search(search)
        raise


def take_up_searches(at: datetime) -> None:
    """Begin those searches for duplicates again that lost their process."""
    for search_id in take_standing_searches(at):
        search_for_duplicates.enqueue(search_id)


@task()
def carry_out_bulk_run(run_id: int) -> None:
    """Do to many contacts what was asked for."""
    carry_out(run_id)


@task()
def work_on_import(run_id: int) -> None:
    """Check, carry out or take back an import, whichever it is at."""
    carry_on(ImportRun.objects.get(pk=run_id))


@task()
def print_paper(run_id: int) -> None:
    """Make one PDF for many people."""
    make_paper(run_id)
