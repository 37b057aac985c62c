"""What is noted beside a contact's own record: interactions, relationships, the photo."""

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.log_actions import log

from members.contacts.heading import contacts_heading
from members.contacts.note_forms import InteractionForm, RelationshipForm
from members.contacts.saving import changes_sentence
from members.domain.interactions import finish_follow_up
from members.domain.relationships import effects_of, relate
from members.domain.search import find_contacts
from members.domain.seats import check_seat
from members.exceptions import MembersError
from members.models import Contact, Interaction, Relationship
from members.permissions import require

CHOICES = 20


def interaction(request: HttpRequest, contact_pk: int, pk: int | None = None) -> HttpResponse:
    """Note what happened, or mend the note."""
    require(request, "members.change_interaction" if pk else "members.add_interaction")
    contact = get_object_or_404(Contact, pk=contact_pk, erased_at=None)
    noted = (
        get_object_or_404(contact.interactions, pk=pk) if pk else Interaction(contact=contact, created_by=request.user)
    )
    form = InteractionForm(request.POST if request.method == "POST" else None, instance=noted, user=request.user)
    if form.is_valid():
        form.save()
        log(contact, "sanduq.interaction", user=request.user)
        messages.success(request, _("Noted."))
        return _back_to(contact)
    title = _("Change the note") if pk else _("Note what happened")
    return _form_page(request, contact, form, title=title)


@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick off a follow-up."""
    require(request, "members.change_interaction")
    finish_follow_up(get_object_or_404(Interaction, pk=pk), on=timezone.localdate())
    messages.success(request, _("Done. Well done!"))
    return redirect("members_follow_ups")


def choose_other(request: HttpRequest, contact_pk: int) -> HttpResponse:
    """Find whom the contact is related to."""
    require(request, "members.add_relationship")
    contact = get_object_or_404(Contact, pk=contact_pk, erased_at=None)
    text = request.GET.get("q", "")
    others = Contact.objects.exclude(pk=contact.pk).filter(erased_at=None).prefetch_related("emails", "phones")
    found = find_contacts(text, among=others)[:CHOICES]
    context = {
        "contact": contact,
        "text": text,
        "found": found if text else [],
        **contacts_heading(_("Relate to…"), icon="user", contact=contact),
    }
    return TemplateResponse(request, "members/contacts/choose_other.html", context)


def relationship(request: HttpRequest, contact_pk: int, other_pk: int, pk: int | None = None) -> HttpResponse:
    """Say how two contacts belong together. Whose membership would begin or end by it is shown before it is saved."""
    require(request, "members.change_relationship" if pk else "members.add_relationship")
    contact = get_object_or_404(Contact, pk=contact_pk, erased_at=None)
    other = get_object_or_404(Contact, pk=other_pk, erased_at=None)
    stored = get_object_or_404(Relationship.objects.of(contact).filter(pk=pk)) if pk else None
    form = RelationshipForm(
        request.POST if request.method == "POST" else None, contact=contact, other=other, relationship=stored
    )
    if form.is_valid() and _save_relationship(request, form, stored):
        log(contact, "sanduq.related", user=request.user)
        log(other, "sanduq.related", user=request.user)
        messages.success(request, _("The relationship was saved."))
        return _back_to(contact)
    title = _("%(name)s and %(other)s") % {"name": contact, "other": other}
    return _form_page(request, contact, form, title=title)


def _save_relationship(request: HttpRequest, form: RelationshipForm, stored: Relationship | None) -> bool:
    wanted = form.result()
    changes = effects_of(before=[stored] if stored else [], after=[wanted], on=timezone.localdate())
    if changes and not form.is_confirmed(warning := changes_sentence(changes)):
        form.ask_again(warning, error=warning)
        return False
    try:
        with transaction.atomic():
            check_seat(wanted, on=timezone.localdate())
            relate(wanted)
    except MembersError as refusal:
        form.add_error("kind", str(refusal))
        return False
    return True


def photo(request: HttpRequest, contact_pk: int) -> FileResponse:
    """The photo of a contact, for those who may see the contact."""
    require(request, "members.view_contact")
    contact = get_object_or_404(Contact, pk=contact_pk)
    if not contact.photo:
        raise Http404
    response = FileResponse(contact.photo.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _back_to(contact: Contact) -> HttpResponse:
    return redirect("contacts:inspect", contact.pk)


def _form_page(request: HttpRequest, contact: Contact, form, *, title: str) -> HttpResponse:
    context = {
        "contact": contact,
        "form": form,
        "media": form.media,
        **contacts_heading(title, icon="user", contact=contact),
    }
    return TemplateResponse(request, "members/contacts/form_page.html", context)
