"""Going on with what a stopped worker left half-way."""

from members.domain.importing.checking import check_import
from members.domain.importing.running import run_import
from members.domain.importing.undoing import undo_rows
from members.models import ImportRun, ImportState

_STEPS = {ImportState.CHECKING: check_import, ImportState.RUNNING: run_import, ImportState.UNDOING: undo_rows}


def carry_on(run: ImportRun) -> None:
    """Do the step that `run` is at, from where it is."""
    if step := _STEPS.get(ImportState(run.state)):
        step(run)


def resume_imports() -> None:
    """Go on with every import that is not at rest."""
    for run in ImportRun.objects.filter(state__in=_STEPS):
        carry_on(run)
