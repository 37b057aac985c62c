from datetime import UTC, date, datetime

import factory
from djmoney.money import Money
from factory.django import DjangoModelFactory
from i18nfield.strings import LazyI18nString

from donations.models import (
    Allocation,
    Appeal,
    Dispute,
    Fund,
    FundKind,
    Gift,
    MetalPrice,
    Payment,
    PaymentStatus,
    Receipt,
    RecurringGift,
    RecurringShare,
    RecurringStatus,
    Refund,
    RefundStatus,
    SavedCard,
)
from tests.factories.members import ContactFactory

SETTLED_AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


class FundFactory(DjangoModelFactory):
    class Meta:
        model = Fund

    name = factory.Sequence(
        lambda n: LazyI18nString({"ar": f"كفالة الأيتام {n}", "en": f"Orphans {n}", "fa": f"حمایت از یتیمان {n}"})
    )
    slug = factory.Sequence(lambda n: f"orphans-{n}")
    kind = FundKind.RESTRICTED


class MetalPriceFactory(DjangoModelFactory):
    class Meta:
        model = MetalPrice

    metal = "gold"
    price = Money(60, "JOD")
    on = date(2026, 3, 1)
    source = "The central bank"


class AppealFactory(DjangoModelFactory):
    class Meta:
        model = Appeal

    title = factory.Sequence(
        lambda n: LazyI18nString({"ar": f"حملة الشتاء {n}", "en": f"Winter appeal {n}", "fa": f"فراخوان زمستان {n}"})
    )
    slug = factory.Sequence(lambda n: f"winter-{n}")
    fund = factory.SubFactory(FundFactory)
    goal = Money(1000, "JOD")
    starts_on = date(2026, 1, 1)
    ends_on = date(2026, 12, 31)


class PaymentFactory(DjangoModelFactory):
    """A payment that nobody has paid yet; `settled=True` for one that has come in."""

    class Meta:
        model = Payment

    class Params:
        settled = factory.Trait(
            status=PaymentStatus.SETTLED,
            status_at=SETTLED_AT,
            settled_at=SETTLED_AT,
            gateway_charge=factory.Sequence(lambda n: f"charge_{n}"),
        )

    gateway = "sandbox"
    amount = Money(25, "JOD")
    payer_name = "Layla Haddad"
    payer_email = "layla@example.org"
    language = "ar"
    description = "A gift"


class RefundFactory(DjangoModelFactory):
    class Meta:
        model = Refund

    payment = factory.SubFactory(PaymentFactory, settled=True)
    amount = Money(5, "JOD")
    status = RefundStatus.SETTLED


class DisputeFactory(DjangoModelFactory):
    class Meta:
        model = Dispute

    payment = factory.SubFactory(PaymentFactory, settled=True)
    amount = Money(25, "JOD")
    status_at = SETTLED_AT
    gateway_reference = factory.Sequence(lambda n: f"dispute_{n}")


class RecurringGiftFactory(DjangoModelFactory):
    """An active one that goes wholly to one fund, `fund` if given."""

    class Meta:
        model = RecurringGift
        skip_postgeneration_save = True

    donor = factory.SubFactory(ContactFactory)
    amount = Money(10, "JOD")
    language = "ar"
    gateway = "sandbox"
    gateway_reference = factory.Sequence(lambda n: f"subscription_{n}")
    status = RecurringStatus.ACTIVE
    started_on = date(2026, 1, 31)
    next_charge_on = date(2026, 2, 28)

    @factory.post_generation
    def fund(self, create, extracted, **kwargs):
        RecurringShare.objects.create(recurring_gift=self, fund=extracted or FundFactory(**kwargs), amount=self.amount)


class GiftFactory(DjangoModelFactory):
    """A gift of 25 dinars that is wholly allocated to one fund, `fund` if given."""

    class Meta:
        model = Gift
        skip_postgeneration_save = True

    donor = factory.SubFactory(ContactFactory)
    payment = factory.SubFactory(PaymentFactory, settled=True, payer=factory.SelfAttribute("..donor"))
    amount = factory.SelfAttribute("payment.amount")
    received_on = date(2026, 3, 1)

    @factory.post_generation
    def fund(self, create, extracted, **kwargs):
        fund = extracted or FundFactory(**kwargs)
        Allocation.objects.create(gift=self, fund=fund, amount=self.amount)


class ReceiptFactory(DjangoModelFactory):
    class Meta:
        model = Receipt

    year = 2026
    number = factory.Sequence(lambda n: n + 1)
    payment = factory.SubFactory(PaymentFactory, settled=True)
    language = "ar"
    recipient_name = "Layla Haddad"
    issued_on = date(2026, 3, 1)
    content = factory.LazyFunction(dict)


class SavedCardFactory(DjangoModelFactory):
    """A card that the test gateway keeps."""

    class Meta:
        model = SavedCard

    contact = factory.SubFactory(ContactFactory)
    gateway = "sandbox"
    gateway_customer = factory.Sequence(lambda n: f"customer_{n}")
    gateway_method = factory.Sequence(lambda n: f"card_{n}")
    brand = "visa"
    last4 = "4242"
    expires_on = date(2030, 12, 31)
    saved_at = SETTLED_AT
