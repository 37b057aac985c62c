"""Files of imports that nobody needs any more. They name very many people, so they are not left lying."""

from datetime import datetime, timedelta

from members.models import IMPORT_ENDED, ImportRun, ImportState

ABANDONED_AFTER = timedelta(days=30)


def cancel_abandoned(at: datetime) -> int:
    """Cancel every import that was uploaded ABANDONED_AFTER before `at` and never carried out; return how many."""
    resting = ImportRun.objects.filter(state__in=[ImportState.UPLOADED, ImportState.CHECKED])
    return resting.filter(created_at__lt=at - ABANDONED_AFTER).update(state=ImportState.CANCELLED, finished_at=at)


def remove_ended_files() -> int:
    """Remove the files of imports that have ended, whose rows tell all that an undo needs; return how many.

    A file is removed first and then crossed off, so that a crash in between only repeats it.
    """
    ended = list(ImportRun.objects.filter(state__in=IMPORT_ENDED).exclude(file=""))
    for run in ended:
        run.file.delete(save=False)
        ImportRun.objects.filter(pk=run.pk).update(file="")
    return len(ended)
