"""Going on with what a stopped worker left half-way."""

import logging

from django.utils import translation
from django.utils.translation import gettext as _

from members.domain.importing.checking import go_on_checking
from members.domain.importing.running import run_import
from members.domain.importing.undoing import undo_rows
from members.models import ImportRun, ImportState

logger = logging.getLogger(__name__)
_STEPS = {ImportState.CHECKING: go_on_checking, ImportState.RUNNING: run_import, ImportState.UNDOING: undo_rows}


def carry_on(run: ImportRun) -> None:
    """Do the step that `run` is at, from where it is. Reasons are given in the language of whoever asked for the step."""
    if step := _STEPS.get(ImportState(run.state)):
        with translation.override(run.options.get("language") or translation.get_language()):
            step(run)


def resume_imports() -> None:
    """Go on with every import that is not at rest. One that cannot be gone on with stops itself, and no other."""
    for run in ImportRun.objects.filter(state__in=_STEPS):
        try:
            carry_on(run)
        except Exception:
            logger.exception("An import failed.", extra={"facts": {"import": run.pk}})
            ImportRun.objects.filter(pk=run.pk, state__in=_STEPS).update(
                state=ImportState.FAILED,
                problem=_("Something in this file could not be taken in."),
            )
