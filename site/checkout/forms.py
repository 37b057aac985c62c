import uuid
from collections.abc import Callable
from datetime import timedelta

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money

from checkout.domain.automatic import can_be_offered, renewal_of, wording
from checkout.domain.baskets import Payer
from donations.models import Fund
from donations.payments.registry import card_keepers, gateways_offered, get_gateway
from members.domain.concessions import depends_on_age, opens_with_code
from members.domain.eligibility import may_have_next
from members.domain.fees import Quote, currencies_of
from members.forms import AmountField, BirthDateField, PersonNameField, TelephoneField
from members.models import Approval, Contact, LeavingReason, Membership, Term, Tier
from members.money import currency_name, format_money

NEWS_WORDING = _("Write to me by e-mail with news and invitations. I can stop this at any time.")


class PayerForm(forms.Form):
    """Who pays, and how. Both dues and gifts ask these questions."""

    given_name = PersonNameField(label=_("Given name"), widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    family_name = PersonNameField(label=_("Family name"), widget=forms.TextInput(attrs={"autocomplete": "family-name"}))
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Your receipt goes there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )
    wants_news = forms.BooleanField(label=NEWS_WORDING, required=False)
    gateway = forms.ChoiceField(label=_("How would you like to pay?"), widget=forms.RadioSelect)
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, user=None, **kwargs):
        self.user = user if user and user.is_authenticated else None
        kwargs["initial"] = {"form_key": uuid.uuid4(), **self._known_about_user(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if field := self.fields.get("gateway"):
            offer_gateways(field)

    def _known_about_user(self) -> dict:
        contact = getattr(self.user, "contact", None)
        if contact is None:
            return {"email": self.user.email} if self.user else {}
        return {
            "given_name": contact.given_name,
            "family_name": contact.family_name,
            "email": self.user.email,
            "phone": contact.phone,
        }

    def payer(self) -> Payer:
        """Who has filled in this valid form."""
        data = self.cleaned_data
        return Payer(
            given_name=data.get("given_name", ""),
            family_name=data.get("family_name", ""),
            email=data["email"],
            phone=str(data.get("phone") or ""),
            birth_date=data.get("birth_date"),
            language=data.get("language") or get_language() or settings.LANGUAGE_CODE,
            wants_news=data.get("wants_news", False),
            news_wording=str(NEWS_WORDING),
            user=self.user,
        )

    def pay_for(self, member: Contact) -> None:
        """Ask nothing about a payer who looks after the membership of `member`: the receipt is the member's.

        Nor is the card of whoever stands up for the member today kept for the years to come.
        """
        for name in ("given_name", "family_name", "wants_news", "renews_automatically", "gift_amount", "gift_fund"):
            self.fields.pop(name, None)
        self.fields["email"].help_text = _("The receipt, made out to %(name)s, goes there.") % {"name": member}


def offer_gateways(field: forms.ChoiceField) -> None:
    """Let `field` choose among the ways of payment that there are; a single one is no question."""
    gateways = gateways_offered()
    field.choices = [(gateway.code, gateway.label) for gateway in gateways]
    field.initial = gateways[0].code if gateways else None
    if len(gateways) == 1:
        field.widget = forms.HiddenInput()


class AutomaticField(forms.BooleanField):
    """A box to tick, empty at first, with the words that are agreed to and kept."""

    def __init__(self):
        super().__init__(label=lazy(wording, str)(), required=False)


class TicksAutomatic(forms.Form):
    """A form that pays for a term and may ask for automatic renewal with the card that pays."""

    renews_automatically = AutomaticField()

    def clean(self):
        data = super().clean()
        if data.get("renews_automatically") and data.get("gateway") and not self.keeps_cards(data["gateway"]):
            self.add_error(
                "renews_automatically",
                _("Nothing can be charged automatically this way. Please pay by card, or leave the box empty."),
            )
        return data

    @staticmethod
    def keeps_cards(gateway: str) -> bool:
        return get_gateway(gateway).can_keep_cards


class GivesBeside(forms.Form):
    """A form that pays a fee and may add a donation to it, in one payment."""

    gift_amount = AmountField(
        label=_("Add a donation"), required=False, help_text=_("Paid together with the fee, on one receipt.")
    )
    gift_fund = forms.ModelChoiceField(Fund.objects.none(), label=_("What should it help?"), required=False)

    def offer_gift(self, currency: str) -> None:
        """Ask for a donation beside the fee, if there is a fund that takes one."""
        funds = list(Fund.objects.offered())
        if not funds:
            self.leave_gift_out()
            return
        self.fields["gift_amount"].currency = currency
        field = self.fields["gift_fund"]
        field.queryset = Fund.objects.offered()
        field.empty_label, field.initial = None, funds[0].pk
        if len(funds) == 1:
            field.widget = forms.HiddenInput()

    def leave_gift_out(self) -> None:
        """Ask nothing about it."""
        for name in ("gift_amount", "gift_fund"):
            self.fields.pop(name, None)

    def gift_shares(self, currency: str) -> list[tuple[Fund, Money]]:
        """What this valid form adds, in the currency of the fee; nothing if no amount was typed."""
        amount = self.cleaned_data.get("gift_amount")
        fund = self.cleaned_data.get("gift_fund") or Fund.objects.offered().first()
        return [(fund, Money(amount.amount, currency))] if amount and fund else []


class JoinForm(TicksAutomatic, GivesBeside, PayerForm):
    phone = TelephoneField(
        label=_("Telephone"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "dir": "ltr"}),
    )

    birth_date = BirthDateField(label=_("Date of birth"), required=False)
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    code = forms.CharField(
        label=_("Discount code"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    field_order = [
        "given_name",
        "family_name",
        "email",
        "phone",
        "birth_date",
        "currency",
        "code",
        "gift_amount",
        "gift_fund",
        "wants_news",
        "gateway",
        "renews_automatically",
    ]

    def __init__(self, *args, tier: Tier, **kwargs):
        super().__init__(*args, **kwargs)
        if "gift_amount" in self.fields:
            self.offer_gift(currencies_of(tier)[0])
        if not can_be_offered(tier, on=timezone.localdate()):
            self.fields.pop("renews_automatically", None)
        offer_currencies_and_code(self, tier)
        if tier.depends_on_age:
            self.fields["birth_date"].required = True
        elif depends_on_age(tier):
            self.fields["birth_date"].help_text = _("The fee depends on your age.")
        else:
            del self.fields["birth_date"]


def offer_currencies_and_code(form: forms.Form, tier: Tier) -> None:
    """Leave in `form` the questions about currency and discount code only if `tier` has several, or any."""
    currencies = currencies_of(tier)
    if "currency" in form.fields and len(currencies) > 1:
        form.fields["currency"].choices = [(code, currency_name(code)) for code in currencies]
    else:
        form.fields.pop("currency", None)
    if not opens_with_code(tier):
        form.fields.pop("code", None)


class RenewForm(TicksAutomatic, GivesBeside, PayerForm):
    """The next term of a membership: on the same tier unless another is chosen."""

    tier = forms.ModelChoiceField(
        Tier.objects.none(), label=_("Membership tier"), widget=forms.RadioSelect, empty_label=None
    )

    code = forms.CharField(
        label=_("Discount code"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    field_order = [
        "tier",
        "code",
        "gift_amount",
        "gift_fund",
        "given_name",
        "family_name",
        "email",
        "wants_news",
        "gateway",
        "renews_automatically",
    ]

    def __init__(self, *args, membership: Membership | None, price_of: Callable[[Tier], Money], **kwargs):
        last = membership.last_term if membership else None
        kwargs["initial"] = {"tier": last.tier_id if last else None, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        tiers = _tiers_for_next(membership, last)
        self.fields["tier"].queryset = Tier.objects.filter(pk__in=[tier.pk for tier in tiers])
        self.fields["tier"].label_from_instance = lambda tier: f"{tier.name} ({format_money(price_of(tier))})"
        if not any(opens_with_code(tier) for tier in tiers):
            del self.fields["code"]
        if tiers and "gift_amount" in self.fields:
            self.offer_gift(str(price_of(tiers[0]).currency))
        else:
            self.leave_gift_out()
        today = timezone.localdate()
        is_on = membership is not None and renewal_of(membership) is not None
        if is_on or not any(can_be_offered(tier, on=today) for tier in tiers):
            self.fields.pop("renews_automatically", None)


def _tiers_for_next(membership: Membership | None, last: Term | None) -> list[Tier]:
    """The tiers that one's next term may be on."""
    if membership is None:
        return list(Tier.objects.joinable().filter(branch=None, approval=Approval.NONE))
    today = timezone.localdate()
    starts_on = max(today, last.ends_on + timedelta(days=1)) if last and not last.is_for_life else today
    tiers = Tier.objects.renewable_by(last.tier if last else None).filter(branch=membership.branch)
    return [tier for tier in tiers.prefetch_related("moves_from") if may_have_next(tier, membership, on=starts_on)]


class RenewByLinkForm(RenewForm):
    """The next term, paid by whoever has the link. Nothing about the member is filled in but what is renewed.

    The card of somebody else is not kept for the member, who would see its digits.
    """

    renews_automatically = gift_amount = gift_fund = None
    field_order = ["tier", "code", "email", "given_name", "family_name", "gateway"]

    def __init__(self, *args, membership: Membership, **kwargs):
        super().__init__(*args, membership=membership, **kwargs)
        del self.fields["wants_news"]
        self.membership = membership
        self.fields["email"].required = not membership.contact.email
        self.fields["email"].help_text = (
            _("Leave it empty, and the receipt goes to the member.")
            if membership.contact.email
            else _("The receipt goes there.")
        )
        for name in ("given_name", "family_name"):
            self.fields[name].required = False
        self.fields["given_name"].help_text = _("The name on the receipt, if it goes to you.")

    def clean(self):
        data = super().clean()
        if data.get("email") and not data.get("given_name"):
            self.add_error("given_name", _("Please say whose name stands on the receipt."))
        return data


class NotRenewingForm(forms.Form):
    """Why somebody will not renew, if they want to say."""

    reason = forms.ChoiceField(
        label=_("May we ask why? You need not say."), required=False, widget=forms.RadioSelect, initial=""
    )

    # What only the office would say of somebody is not among them.
    _said_by_members = (
        LeavingReason.COST,
        LeavingReason.TIME,
        LeavingReason.MOVED,
        LeavingReason.UNUSED,
        LeavingReason.UNHAPPY,
        LeavingReason.ELSEWHERE,
        LeavingReason.OTHER,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reasons = [(reason.value, reason.label) for reason in self._said_by_members]
        self.fields["reason"].choices = [("", _("I would rather not say")), *reasons]


class AutomaticForm(forms.Form):
    """With which service a card is kept; and, where it begins, a yes to it."""

    agrees = AutomaticField()
    gateway = forms.ChoiceField(label=_("Where is the card kept?"), widget=forms.RadioSelect)

    def __init__(self, *args, is_new: bool, **kwargs):
        super().__init__(*args, **kwargs)
        keepers = card_keepers()
        field = self.fields["gateway"]
        field.choices = [(gateway.code, gateway.label) for gateway in keepers]
        field.initial = keepers[0].code if keepers else None
        if len(keepers) == 1:
            field.widget = forms.HiddenInput()
        if is_new:
            self.fields["agrees"].required = True
            self.fields["agrees"].error_messages["required"] = _("Please tick the box if you want it.")
        else:
            del self.fields["agrees"]


class ChangeForm(PayerForm):
    """Another tier from today on."""

    tier = forms.ChoiceField(label=_("New membership tier"), widget=forms.RadioSelect)

    field_order = ["tier", "given_name", "family_name", "email", "wants_news", "gateway"]

    def __init__(self, *args, quotes: dict[Tier, Quote], **kwargs):
        super().__init__(*args, **kwargs)
        self.tiers = {str(tier.pk): tier for tier in quotes}
        self.fields["tier"].choices = [(str(tier.pk), _change_words(tier, quote)) for tier, quote in quotes.items()]

    def clean_tier(self) -> Tier:
        return self.tiers[self.cleaned_data["tier"]]


def _change_words(tier: Tier, quote: Quote) -> str:
    facts = {"tier": tier.name, "due": format_money(quote.due), "fee": format_money(quote.fee)}
    if quote.credit_left:
        left = format_money(quote.credit_left)
        return _("%(tier)s: nothing to pay now, and %(left)s stays to your credit") % {**facts, "left": left}
    if quote.credit:
        used = format_money(quote.credit_used)
        return _("%(tier)s: %(due)s now (%(fee)s less %(used)s that you paid already)") % {**facts, "used": used}
    return _("%(tier)s: %(due)s now") % facts
