"""Printing for all the contacts that were ticked in the list, or that a filter left in it."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from members.contacts.bulk_forms import BulkForm
from members.contacts.bulk_views import ContactBulkAction
from members.domain.papers import preview, start_paper
from members.models import PaperKind
from members.papers.forms import CardsForm, LabelsForm, LettersForm
from members.tasks import print_paper

PREVIEWED = 50  # so many are looked through for one who would get it


class PaperAction(ContactBulkAction):
    """A page that asks what is needed, and leaves the printing to the worker."""

    permission = "members.add_paperrun"

    template_name = "members/papers/bulk.html"
    can_be_previewed = False

    def get_context_data(self, **kwargs) -> dict:
        return {**super().get_context_data(**kwargs), "can_be_previewed": self.can_be_previewed}

    def form_valid(self, form: BulkForm) -> HttpResponse:
        if "preview" in self.request.POST:
            return self._preview(form)
        ids = list(self.chosen.values_list("pk", flat=True))
        run = start_paper(self.action_type, contact_ids=ids, values=form.values(), by=self.request.user)
        transaction.on_commit(lambda: print_paper.enqueue(run.pk))
        return redirect("members_paper", run.pk)

    def _preview(self, form: BulkForm) -> HttpResponse:
        """The paper of the first of them who would get one; nothing is kept or noted."""
        contacts = list(self.chosen[:PREVIEWED])
        example = preview(self.action_type, contacts, values=form.values())
        if example is None:
            form.add_error(None, _("None of the first %(count)s would get one.") % {"count": len(contacts)})
            return self.form_invalid(form)
        return HttpResponse(
            example, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="preview.pdf"'}
        )


class CardsAction(PaperAction):
    display_name = _("Print cards")
    aria_label = _("Print the membership cards of the selected contacts")
    action_type = PaperKind.CARDS.value
    action_priority = 30
    form_class = CardsForm
    explanation = _(
        "One PDF with ten cards on each sheet of A4 and marks to cut by, each card in the language of its holder. Only "
        "cards that are valid today are printed."
    )


class LabelsAction(PaperAction):
    display_name = _("Print address labels")
    aria_label = _("Print address labels for the selected contacts")
    action_type = PaperKind.LABELS.value
    action_priority = 31
    form_class = LabelsForm
    explanation = _(
        "One PDF to print on sheets of labels, without scaling. Whoever has no address that letters reach is named "
        "afterwards."
    )


class LettersAction(PaperAction):
    display_name = _("Print letters")
    aria_label = _("Print letters or certificates for the selected contacts")
    action_type = PaperKind.LETTERS.value
    action_priority = 32
    form_class = LettersForm
    can_be_previewed = True
    explanation = _("One PDF with a letter or certificate for each of them, in the language that they prefer.")
