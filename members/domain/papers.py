"""Making one PDF for many people, out of the request's way: in batches, with progress, cancelled or taken up again."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation

from members.documents.press import Press
from members.documents.presses import PRESSES
from members.domain.accountability import log_many
from members.domain.survivors import survivors
from members.models import (
    Contact,
    Interaction,
    InteractionKind,
    LeftOut,
    LetterTemplate,
    NonprofitProfile,
    PaperKind,
    PaperRecipient,
    PaperRun,
    PaperState,
    User,
)

BATCH = 100
STANDING_AFTER = timedelta(minutes=5)  # a worker shows itself after each batch
KEPT_FOR = timedelta(days=7)


@transaction.atomic
def start_paper(kind: str, *, contact_ids: Iterable[int], values: dict[str, Any], by: User) -> PaperRun:
    """Note what is to be made for whom, in this order, and return it; the worker makes it.

    What stands around the people's own words is in the active language.
    """
    ids = survivors(contact_ids)
    values = {**values, "language": translation.get_language()}
    run = PaperRun.objects.create(kind=kind, values=values, total=len(ids), user=by)
    PaperRecipient.objects.bulk_create((PaperRecipient(run=run, contact_id=pk) for pk in ids), batch_size=1000)
    return run


def make_paper(run_pk: int) -> None:
    """Make the PDF of a run that waits. Of two workers one does it; one that was cancelled stops after its batch."""
    taken = PaperRun.objects.filter(pk=run_pk, state=PaperState.WAITING)
    if not taken.update(state=PaperState.RUNNING, done=0, touched_at=timezone.now()):
        return
    run = PaperRun.objects.select_related("user").get(pk=run_pk)
    try:
        with translation.override(run.values["language"]):
            while (made := _print(run)) is not None and not _finish(run, made):
                pass
    except Exception:
        _fail(run)
        raise


def take_up_papers(at: datetime) -> None:
    """Make what waits, and begin again what lost its worker."""
    standing = PaperRun.objects.filter(state=PaperState.RUNNING, touched_at__lt=at - STANDING_AFTER)
    standing.update(state=PaperState.WAITING)
    for pk in PaperRun.objects.filter(state=PaperState.WAITING).order_by("pk").values_list("pk", flat=True):
        make_paper(pk)


def press_for(kind: str, values: Mapping[str, Any]) -> Press:
    """Return the press that makes papers of this `kind` today, with nothing drawn yet."""
    return PRESSES[kind](values, profile=_profile(), on=timezone.localdate())


def draw(press: Press, contacts: list[Contact]) -> dict[int, LeftOut]:
    """Let `press` draw those of `contacts` who are there to get it; return by their keys who was left out, and why."""
    left_out = {}
    meant = []
    for contact in contacts:
        if contact.erased_at:
            left_out[contact.pk] = LeftOut.ERASED
        elif contact.died_on:
            left_out[contact.pk] = LeftOut.DECEASED
        else:
            meant.append(contact)
    return left_out | press.add(meant)


def preview(kind: str, contacts: list[Contact], *, values: Mapping[str, Any]) -> bytes | None:
    """Return the paper of the first of `contacts` who would get one, as it would be made; None if nobody would."""
    for contact in contacts:
        press = press_for(kind, values)
        if not draw(press, [contact]):
            return press.save()
    return None


def _print(run: PaperRun) -> bytes | None:
    """Draw everybody; None if the run was cancelled meanwhile."""
    press, ids = press_for(run.kind, run.values), _recipients(run)
    seen: set[int] = set()
    run.recipients.exclude(left_out="").update(left_out="")
    for start in range(0, len(ids), BATCH):
        batch = [pk for pk in dict.fromkeys(ids[start : start + BATCH]) if pk not in seen]
        seen.update(batch)
        by_key = Contact.objects.in_bulk(batch)
        left_out = draw(press, [by_key[pk] for pk in batch if pk in by_key])
        for reason in set(left_out.values()):
            of_reason = [pk for pk, why in left_out.items() if why == reason]
            run.recipients.filter(contact__in=of_reason).update(left_out=reason)
        going_on = PaperRun.objects.filter(pk=run.pk, state=PaperState.RUNNING)
        if not going_on.update(done=min(start + BATCH, len(ids)), touched_at=timezone.now()):
            return None
    return press.save()


@transaction.atomic
def _finish(run: PaperRun, made: bytes) -> bool:
    """Keep the file and note it with everybody; False if somebody was erased while it was made, who is in it then."""
    held = PaperRun.objects.select_for_update().get(pk=run.pk)
    if held.state != PaperState.RUNNING:
        return True
    if len(_recipients(held)) != held.total:
        PaperRun.objects.filter(pk=held.pk).update(total=len(_recipients(held)))
        return False
    held.file.save(f"{held.kind}-{held.pk}.pdf", ContentFile(made), save=False)
    held.state, held.done, held.finished_at = PaperState.DONE, held.total, timezone.now()
    held.save()
    got_it = list(held.recipients.filter(left_out="").values_list("contact", flat=True))
    log_many(got_it, "sanduq.paper", by=held.user, data={"paper": held.pk, "what": held.kind})
    if held.kind == PaperKind.LETTERS and held.values.get("noted"):
        _note_letters(held, got_it)
    return True


def _note_letters(run: PaperRun, contact_ids: list[int]) -> None:
    """A letter on the page of each person who gets it."""
    subject = str(LetterTemplate.objects.get(pk=run.values["template"]))
    letter = {"kind": InteractionKind.LETTER, "happened_at": timezone.now(), "subject": subject[:200]}
    Interaction.objects.bulk_create(
        (Interaction(contact_id=pk, created_by=run.user, **letter) for pk in contact_ids), batch_size=1000
    )


def _recipients(run: PaperRun) -> list[int]:
    return list(run.recipients.order_by("pk").values_list("contact", flat=True))


def _fail(run: PaperRun) -> None:
    PaperRun.objects.filter(pk=run.pk, state=PaperState.RUNNING).update(
        state=PaperState.FAILED, finished_at=timezone.now()
    )


def cancel_paper(run: PaperRun) -> None:
    """Make it no further. Nothing is kept of what was drawn."""
    moving = PaperRun.objects.filter(pk=run.pk, state__in=[PaperState.WAITING, PaperState.RUNNING])
    moving.update(state=PaperState.CANCELLED, finished_at=timezone.now())


def remove_old_papers(at: datetime) -> int:
    """Remove the files that were made KEPT_FOR before `at`: they name very many people. Returns how many."""
    old = list(PaperRun.objects.exclude(file="").filter(finished_at__lt=at - KEPT_FOR))
    for run in old:
        # The file first, so that a crash in between only repeats it.
        run.file.delete(save=False)
        PaperRun.objects.filter(pk=run.pk).update(file="")
    return len(old)


def _profile() -> NonprofitProfile:
    return NonprofitProfile.objects.order_by("-site__is_default_site").first() or NonprofitProfile()
