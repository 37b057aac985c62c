from collections.abc import Iterable

import django_filters
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from members.domain.custom_fields import custom_fields_for
from members.lists.widgets import CheckboxSelectMultiple, RadioSelect
from members.memberships.filters import MembershipFilterSet
from members.models import Contact, ContactKind, CustomField, CustomFieldKind, Email, Tag, User

REACHABLE = [("email", _("has an e-mail address")), ("phone", _("has a telephone")), ("none", _("has neither"))]


def _tags() -> list[tuple[int, str]]:
    return list(Tag.objects.values_list("pk", "name"))


def _owners() -> list[tuple[int, str]]:
    owners = User.objects.filter(looked_after__isnull=False).order_by("email").distinct()
    return list(owners.values_list("pk", "email"))


class TagFilter(django_filters.MultipleChoiceFilter):
    """Contacts who have every tag that was ticked. By subquery, so that the order of the list can be read from its index."""

    def filter(self, queryset, value):
        for tag in value or ():
            tagged = Contact.tags.through.objects.filter(contact=OuterRef("pk"), tag=tag)
            queryset = queryset.filter(Exists(tagged))
        return queryset


class ContactFilterSet(MembershipFilterSet):
    """By kind, membership, who looks after them, how they are reached, tags, and the nonprofit's own fields."""

    contact = "pk"

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ContactKind, widget=RadioSelect)
    preferred_language = django_filters.ChoiceFilter(
        label=_("Preferred language"), choices=settings.LANGUAGES, widget=RadioSelect
    )
    tags = TagFilter(label=_("Tags"), choices=_tags, widget=CheckboxSelectMultiple)
    owner = django_filters.ChoiceFilter(label=_("Looked after by"), choices=_owners, widget=RadioSelect)
    reachable = django_filters.ChoiceFilter(
        label=_("Reached by"), choices=REACHABLE, method="filter_reachable", widget=RadioSelect
    )
    town = django_filters.CharFilter(label=_("Town"), field_name="addresses__city", lookup_expr="iexact", distinct=True)
    born_from = django_filters.DateFilter(label=_("Born from"), field_name="birth_date", lookup_expr="gte")
    born_until = django_filters.DateFilter(label=_("Born until"), field_name="birth_date", lookup_expr="lte")

    class Meta:
        model = Contact
        fields = [
            "kind",
            "membership_status",
            "membership_tier",
            "membership_branch",
            "membership_paid",
            "preferred_language",
            "tags",
            "owner",
            "reachable",
            "town",
            "born_from",
            "born_until",
        ]

    def __init__(self, *args, own_fields: Iterable[CustomField] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        for field in custom_fields_for() if own_fields is None else own_fields:
            if field.kind in _CUSTOM:
                self.filters[f"custom_{field.code}"] = self._custom_filter(field)

    def _custom_filter(self, field):
        name = f"custom__{field.code}"
        made = _CUSTOM[field.kind](field, name)
        made.label, made.field_name, made.parent, made.model = str(field.label), name, self, Contact
        return made

    def filter_reachable(self, queryset, name, value):
        has_email = Exists(Email.objects.filter(contact=OuterRef("pk"), is_undeliverable=False))
        has_phone = Q(phones__isnull=False)
        if value == "email":
            return queryset.filter(has_email)
        return queryset.filter(has_phone).distinct() if value == "phone" else queryset.filter(~has_email, phones=None)


def _choice(field, name):
    choices = [(choice.code, str(choice.label)) for choice in field.choices.all()]
    return django_filters.ChoiceFilter(field_name=name, choices=choices, widget=RadioSelect)


def _yes_no(field, name):
    return django_filters.TypedChoiceFilter(
        field_name=name,
        choices=[("true", _("Yes")), ("false", _("No"))],
        coerce=lambda text: text == "true",
        widget=RadioSelect,
    )


def _text(field, name):
    return django_filters.CharFilter(field_name=name, lookup_expr="icontains")


def _number(field, name):
    return django_filters.NumberFilter(field_name=name)


_CUSTOM = {
    CustomFieldKind.CHOICE: _choice,
    CustomFieldKind.YES_NO: _yes_no,
    CustomFieldKind.TEXT: _text,
    CustomFieldKind.NUMBER: _number,
}
