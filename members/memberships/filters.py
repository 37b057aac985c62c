"""Filters by membership, for every list of the staff's whose rows are memberships or have some."""

from datetime import date

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters.fields import RangeField
from wagtail.admin.active_filters import ActiveFilter, RangeFilterAdapter, register_filter_adapter_class
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from members.domain.status_filter import Wanted, matching
from members.domain.status_order import first_keys
from members.lists.paginator import KeyedPaginator
from members.lists.widgets import CheckboxSelectMultiple, RadioSelect
from members.models import Branch, Membership, MembershipStatus, Tier


def _tiers() -> list[tuple[int, str]]:
    return [(pk, str(name)) for pk, name in Tier.objects.order_by("position", "pk").values_list("pk", "name")]


def _branches() -> list[tuple[int, str]]:
    return [(pk, str(name)) for pk, name in Branch.objects.order_by("position", "pk").values_list("pk", "name")]


class _AskedTogether:
    """Is asked by the whole set of filters, with the others about membership, of one and the same."""

    def filter(self, queryset, value):
        return queryset


class _Tiers(_AskedTogether, django_filters.MultipleChoiceFilter):
    pass


class _Choice(_AskedTogether, django_filters.ChoiceFilter):
    pass


class DaysField(RangeField):
    """From which day until which, either of them perhaps left out."""

    widget = DateRangePickerWidget
    default_error_messages = {"reversed": _("The first day comes after the last. Please change one of them.")}

    def __init__(self, **kwargs):
        super().__init__(fields=(forms.DateField(), forms.DateField()), **kwargs)

    def clean(self, value):
        days = super().clean(value)
        if days and days.start and days.stop and days.start > days.stop:
            raise ValidationError(self.error_messages["reversed"], code="reversed")
        return days


class DaysFilter(_AskedTogether, django_filters.RangeFilter):
    field_class = DaysField


class DaysAdapter(RangeFilterAdapter):
    """Says the days as one says them."""

    def get_active_filters(self):
        for chip in super().get_active_filters():
            yield ActiveFilter(chip.auto_id, chip.field_label, _days(self.value), chip.removed_filter_url)


def _days(days: slice) -> str:
    first, last = (date_format(day) if day else "" for day in (days.start, days.stop))
    if first and last:
        return gettext("%(start)s to %(end)s") % {"start": first, "end": last}
    return gettext("from %(day)s") % {"day": first} if first else gettext("up to %(day)s") % {"day": last}


register_filter_adapter_class(DaysFilter, DaysAdapter)


class MembershipFilterSet(WagtailFilterSet):
    """By status today, tier, branch, and until when it is paid: all that is chosen holds of one and the same membership.

    `contact` is the column of a row that holds its contact; empty where the rows are memberships themselves.
    """

    contact = ""

    membership_status = _Choice(label=_("Membership status"), choices=MembershipStatus.choices, widget=RadioSelect)
    membership_tier = _Tiers(label=_("Membership tier"), choices=_tiers, widget=CheckboxSelectMultiple)
    membership_branch = _Choice(label=_("Membership in the branch"), choices=_branches, widget=RadioSelect)
    membership_paid = DaysFilter(label=_("Membership paid until"))

    @property
    def wanted(self) -> Wanted:
        """What was chosen in a valid form."""
        chosen = self.form.cleaned_data
        paid = chosen["membership_paid"] or slice(None)
        return Wanted(
            status=MembershipStatus(chosen["membership_status"]) if chosen["membership_status"] else None,
            tiers=tuple(int(pk) for pk in chosen["membership_tier"]),
            branch=int(chosen["membership_branch"]) if chosen["membership_branch"] else None,
            paid_from=paid.start,
            paid_to=paid.stop,
        )

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        found = super().filter_queryset(queryset)
        if not self.wanted:
            return found
        if not self.contact:
            return matching(found, self.wanted, self._today)
        own = Membership.objects.filter(contact=OuterRef(self.contact)).order_by()
        return found.filter(Exists(matching(own, self.wanted, self._today)))

    def first_keys(self, found: QuerySet, *, most: int) -> list[int] | None:
        """The keys of the first rows in an order that is fast however many there are, or None; see `first_keys`."""
        by, of = (self.contact, "contact") if self.contact else ("pk", "membership")
        return first_keys(found, self.wanted, self._today, by=by, of=of, most=most)

    @property
    def _today(self) -> date:
        return timezone.localdate()


class MembershipListFilterSet(MembershipFilterSet):
    """The same for the list of memberships, which also asks since when."""

    class Meta:
        model = Membership
        fields = {"joined_on": ["gte", "lte"]}


class MembershipFilteredList:
    """A list with such filters: a page of it costs the same among a thousand and among a million.

    Where few have what was chosen, rows come in the order of an index that leads to those few, unless the reader chose
    another; see `members/domain/status_order.py`.
    """

    is_in_index_order = False

    def get_paginator(self, queryset, *args, **kwargs):
        paginator = super().get_paginator(queryset, *args, **kwargs)
        if self.is_searching or self.is_explicitly_ordered or not self.is_filtering or self.filter_errors:
            return paginator
        found = KeyedPaginator(queryset, *args, **kwargs)
        keys = self.filters.first_keys(queryset, most=found.most + 1)
        if keys is None:
            return paginator
        self.is_in_index_order = True
        found.rows, found.keys = self.get_base_queryset(), keys
        return found

    def get_table_kwargs(self):
        # No heading says that the list were ordered by it.
        kwargs = super().get_table_kwargs()
        return {**kwargs, "ordering": ""} if self.is_in_index_order else kwargs
