"""The forms of tiers and concessions, which say what a change would do before they save it."""

from django import forms
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminModelForm

from members.contacts.saving import ConfirmedMixin
from members.domain.rule_effects import Effect, TierRules, effects_on_concession, effects_on_tier, rules_of
from members.models import Concession, Tier


class EffectsForm(ConfirmedMixin, WagtailAdminModelForm):
    """A form that lays the effects of what was typed before whoever typed it."""

    confirmed = forms.CharField(widget=forms.HiddenInput, required=False)

    def effects(self) -> list[Effect]:
        """What saving this valid form would change for those who belong."""
        raise NotImplementedError


class TierForm(EffectsForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Before anything typed is laid upon the instance.
        self.rules_before = rules_of(self.instance) if self.instance.pk else None

    def effects(self) -> list[Effect]:
        if self.rules_before is None:
            return []
        return effects_on_tier(self.instance, self.rules_before, self._rules_after(), on=timezone.localdate())

    def _rules_after(self) -> TierRules:
        data = self.cleaned_data
        prices = {str(data["price"].currency): data.get("renewal_price") or data["price"]}
        for row in self.formsets["prices"].forms:
            typed = row.cleaned_data
            if typed.get("price") and not typed.get("DELETE"):
                prices[str(typed["price"].currency)] = typed.get("renewal_price") or typed["price"]
        return TierRules(
            grace_days=data["grace_days"],
            renewal_window_days=data["renewal_window_days"],
            minimum_age=data["minimum_age"],
            maximum_age=data["maximum_age"],
            renewal_prices=prices,
            confers_to=frozenset(kind.pk for kind in data["confers_to"]),
        )


class ConcessionForm(EffectsForm):
    def effects(self) -> list[Effect]:
        if not self.instance.pk or not self.changed_data:
            return []
        before = Concession.objects.get(pk=self.instance.pk)
        tiers = set(before.tiers.all()) | set(self.cleaned_data["tiers"])
        if not before.tiers.exists() or not self.cleaned_data["tiers"]:
            tiers = set(Tier.objects.all())
        return effects_on_concession(before, self.instance, tiers, on=timezone.localdate())
