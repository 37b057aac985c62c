"""The staff's screens about privacy: consent changed with a reason, my data handed out, a person erased, retention."""

from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log

from members.contacts.heading import contacts_heading
from members.domain.consent import record_consent
from members.domain.erasing import erase, preview_erasure
from members.domain.personal_data import personal_data
from members.domain.retention import kinds, preview_retention, save_rule
from members.exceptions import MembersError
from members.models import Contact, Erasure, RetentionRule, User
from members.permissions import require
from members.privacy_forms import ConsentForm, EraseForm, RuleForm

CHANGE_CONSENT = ("members.change_contact", "members.view_consentevent")
# Whoever may erase a person may also hand out all that is held about one: both show every wing at once.
ERASE = ("members.erase_contact",)
SEE_ERASURES = ("members.view_erasure",)
SET_RETENTION = ("members.change_retentionrule",)
PER_PAGE = 50


def privacy_buttons(contact: Contact, user: User) -> list[Button]:
    """The buttons of the person's page that `user` may press. An erased person has none."""
    if contact.erased_at:
        return []
    offered = [
        (CHANGE_CONSENT, _("Change consent"), "members_change_consent", "check"),
        (ERASE, _("Hand out their data"), "members_hand_out", "download"),
        (ERASE, _("Erase this person"), "members_erase", "bin"),
    ]
    return [
        Button(label, url=reverse(name, args=[contact.pk]), icon_name=icon)
        for permissions, label, name, icon in offered
        if user.has_perms(permissions)
    ]


def person_url(contact: Contact) -> str:
    """Where everything about `contact` stands."""
    return reverse(Contact.snippet_viewset.get_url_name("inspect"), args=[contact.pk])


def change_consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what somebody said elsewhere, with the reason."""
    contact = _person(request, pk, CHANGE_CONSENT)
    today = timezone.localdate()
    form = ConsentForm(request.POST if request.method == "POST" else None, contact=contact, on=today)
    if form.is_valid():
        try:
            record_consent(contact, **form.cleaned_data, actor=request.user, on=today)
        except MembersError as refusal:
            form.add_error(None, str(refusal))
        else:
            log(contact, "sanduq.consent", user=request.user)
            messages.success(request, _("The answer was written down."))
            return redirect(person_url(contact))
    facts = {
        "submit_label": _("Write it down"),
        "explanation": _("Earlier answers stay in the history; this one counts."),
    }
    return _page(request, "members/privacy/action.html", contact, _("Change consent"), "check", form=form, **facts)


def hand_out(request: HttpRequest, pk: int) -> HttpResponse:
    """All that is held about a person, for the person: the button sends the ZIP."""
    contact = _person(request, pk, ERASE)
    if request.method == "POST":
        file = personal_data(contact, at=timezone.now())
        log(contact, "sanduq.data_handed_out", user=request.user)
        return FileResponse(
            file,
            as_attachment=True,
            filename=f"data-{contact.pk}.zip",
            headers={"Content-Type": "application/zip", "Cache-Control": "no-store"},
        )
    facts = {
        "submit_label": _("Download the ZIP"),
        "explanation": _(
            "Everything that every part holds about this person, in their language, to be handed to them and nobody else. "
            "Be sure that it is them who asks. That you downloaded it is written down."
        ),
    }
    return _page(request, "members/privacy/action.html", contact, _("Hand out their data"), "download", **facts)


def erase_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would go and what would stay, and erase once reason and name are typed."""
    contact = _person(request, pk, ERASE)
    form = EraseForm(request.POST if request.method == "POST" else None, contact=contact)
    if form.is_valid():
        try:
            with transaction.atomic():
                erasure = erase(contact, reason=form.cleaned_data["reason"], by=request.user)
                log(erasure, "sanduq.erased", user=request.user)
        except MembersError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The person was erased. Nothing leads to them any more."))
            list_url = reverse(Contact.snippet_viewset.get_url_name("list"))
            return redirect("members_erasures" if request.user.has_perms(SEE_ERASURES) else list_url)
    preview = preview_erasure(contact)
    return _page(
        request, "members/privacy/erase.html", contact, _("Erase this person"), "bin", form=form, preview=preview
    )


def erasures(request: HttpRequest) -> HttpResponse:
    """Who was erased when, why and by whom, without saying who it was."""
    require(request, *SEE_ERASURES)
    page = Paginator(Erasure.objects.select_related("erased_by"), PER_PAGE).get_page(request.GET.get("p"))
    rows = [(erasure, *(sum(erasure.counts.get(what, {}).values()) for what in ("gone", "kept"))) for erasure in page]
    context = {**_frame(_("Erasures"), "bin"), "rows": rows, "page": page}
    return TemplateResponse(request, "members/privacy/erasures.html", context)


def retention(request: HttpRequest) -> HttpResponse:
    """How long records of each kind are kept; with ?preview, what the rules would take away tonight."""
    require(request, *SET_RETENTION)
    rules = {rule.kind: rule for rule in RetentionRule.objects.all()}
    data = request.POST if request.method == "POST" else None
    forms = [RuleForm(data, kind=kind, rule=rules.get(kind.code)) for kind in kinds()]
    # Every form is asked, so that each shows what is wrong with it.
    are_valid = [form.is_valid() for form in forms]
    if request.method == "POST" and all(are_valid) and _save_rules(forms):
        log(RetentionRule.objects.first() or RetentionRule(pk=0), "sanduq.retention", user=request.user)
        messages.success(request, _("Saved."))
        return redirect(f"{reverse('members_retention')}?preview=1")
    lines = preview_retention(timezone.localdate()) if "preview" in request.GET else {}
    context = {
        **_frame(_("Retention"), "time"),
        "rows": [(form, lines.get(form.kind.code)) for form in forms],
        "is_preview": "preview" in request.GET,
    }
    return TemplateResponse(request, "members/privacy/retention.html", context)


def _save_rules(forms: list[RuleForm]) -> bool:
    """Save what was filled in, delete the rules that were emptied; False when one is refused, with the sentence beside it."""
    with transaction.atomic():
        for form in forms:
            months = form.cleaned_data["months"]
            if months is None:
                RetentionRule.objects.filter(kind=form.kind.code).delete()
                continue
            try:
                save_rule(form.kind.code, months=months, is_active=form.cleaned_data["is_active"])
            except MembersError as refusal:
                form.add_error("months", str(refusal))
        refused = any(form.errors for form in forms)
        transaction.set_rollback(refused)
    return not refused


def _person(request: HttpRequest, pk: int, permissions: tuple[str, ...]) -> Contact:
    require(request, *permissions)
    return get_object_or_404(Contact, pk=pk, erased_at=None)


def _page(request: HttpRequest, template: str, contact: Contact, title: str, icon: str, **facts) -> HttpResponse:
    frame = {"page_title": title, **contacts_heading(title, icon=icon, contact=contact)}
    context = {**frame, "contact": contact, "person_url": person_url(contact), **facts}
    return TemplateResponse(request, template, context)


def _frame(title: str, icon: str) -> dict:
    return {
        "header_title": title,
        "page_title": title,
        "header_icon": icon,
        "breadcrumbs_items": [{"url": "", "label": title}],
    }
