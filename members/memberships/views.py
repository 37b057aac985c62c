"""One membership on the staff's desk: where it stands and why, and what can be decided about it."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.contacts.heading import contacts_heading
from members.domain.decisions import decide, take_back
from members.domain.relationships import belonging_through
from members.exceptions import MembersError
from members.memberships.forms import DecisionForm, TakeBackForm
from members.memberships.sections import buttons_of, sections_of
from members.models import DecisionKind, Membership
from members.permissions import require

NAMED = 10  # of those who belong through somebody else, as many are named in a warning


def membership(request: HttpRequest, pk: int) -> HttpResponse:
    """Its terms, what was decided about it, and what can be done with it."""
    require(request, "members.view_membership")
    with_all = Membership.objects.select_related("contact", "branch")
    with_all = with_all.prefetch_related("terms__tier", "decisions__decided_by")
    found = get_object_or_404(with_all, pk=pk)
    today = timezone.localdate()
    decisions = list(found.decisions.all())[::-1]
    for decision in decisions:
        decision.has_days_to_come = decision.ends_on is None or decision.ends_on >= today
    context = {
        "membership": found,
        "status": found.status_on(today),
        "terms": list(found.terms.all())[::-1],
        "decisions": decisions,
        "buttons": buttons_of(request, found),
        "sections": sections_of(request, found),
        "through": belonging_through(found, on=today)[: NAMED + 1],
        "may_take_back": request.user.has_perm("members.change_membershipdecision"),
        **contacts_heading(_("Membership %(number)s") % {"number": found.number}, icon="group", contact=found.contact),
    }
    return TemplateResponse(request, "members/memberships/membership.html", context)


def decision(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Suspend or cancel a membership. Who loses by it is shown before it is done."""
    require(request, "members.add_membershipdecision")
    found = get_object_or_404(Membership.objects.select_related("contact"), pk=pk)
    kind = DecisionKind(kind)
    form = DecisionForm(request.POST if request.method == "POST" else None, membership=found, kind=kind)
    if form.is_valid() and _decide(request, form):
        messages.success(request, _("The decision was noted."))
        return redirect("members_membership", found.pk)
    title = _("Suspend the membership") if kind == DecisionKind.SUSPENDED else _("Cancel the membership")
    return _form_page(request, found, form, title=title)


def _decide(request: HttpRequest, form: DecisionForm) -> bool:
    wanted = form.decision()
    warning = _loss_sentence(form.membership, wanted.kind, wanted.starts_on)
    if warning and not form.is_confirmed(warning):
        form.ask_again(warning, error=warning)
        return False
    try:
        decide(form.membership, wanted, by=request.user)
    except MembersError as refusal:
        form.add_error("starts_on", str(refusal))
        return False
    return True


def _loss_sentence(membership: Membership, kind: str, day: date) -> SafeString | str:
    """Who else no longer belongs from `day` on, and what was paid beyond it; empty if there is nothing to warn of."""
    losses = []
    names = list(belonging_through(membership, on=day)[: NAMED + 1])
    losses += [_("%(name)s will no longer belong through this membership.") % {"name": name} for name in names[:NAMED]]
    if len(names) > NAMED:
        losses.append(_("And others who belong through this membership."))
    if kind == DecisionKind.CANCELLED and (days := _paid_days_from(membership, day)):
        losses.append(
            ngettext(
                "%(days)s day that was paid for is lost. A refund, if there is one, is made with the payment.",
                "%(days)s days that were paid for are lost. A refund, if there is one, is made with the payment.",
                days,
            )
            % {"days": days}
        )
    if not losses:
        return ""
    rows = format_html_join("", "<li>{}</li>", ((loss,) for loss in losses))
    return format_html("{}<ul>{}</ul>{}", _("Please mind:"), rows, _("Save again if that is right."))


def _paid_days_from(membership: Membership, day: date) -> int:
    """Days from `day` on that were paid for; a term for life counts none, since it has no last day."""
    terms = [term for term in membership.terms.all() if not term.is_void and not term.is_for_life]
    return sum((term.ends_on - max(term.starts_on, day)).days + 1 for term in terms if term.ends_on >= day)


def undo_decision(request: HttpRequest, pk: int, decision_pk: int) -> HttpResponse:
    """Take a decision back from a day on."""
    require(request, "members.change_membershipdecision")
    found = get_object_or_404(Membership.objects.select_related("contact"), pk=pk)
    taken = get_object_or_404(found.decisions, pk=decision_pk)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        take_back(taken, before=form.cleaned_data["before"], by=request.user)
        messages.success(request, _("The decision was taken back."))
        return redirect("members_membership", found.pk)
    return _form_page(request, found, form, title=_("Take back: %(decision)s") % {"decision": taken})


def _form_page(request: HttpRequest, membership: Membership, form, *, title: str) -> HttpResponse:
    context = {
        "contact": membership.contact,
        "form": form,
        "media": form.media,
        "submit_label": title,
        "back_url": reverse("members_membership", args=[membership.pk]),
        **contacts_heading(title, icon="group", contact=membership.contact),
    }
    return TemplateResponse(request, "members/contacts/form_page.html", context)
