"""What anybody learns who scans the code on a receipt: whether it is true, and as little of whose it is as will do."""

from dataclasses import dataclass
from datetime import date

from djmoney.money import Money

from donations.models import Receipt


@dataclass(frozen=True)
class ReceiptVerdict:
    """What the page behind a receipt's code says. `replaced_by` is the number that took its place, if one did."""

    number: str
    issued_on: date
    amount: Money
    initials: str
    voided_on: date | None
    replaced_by: str

    @property
    def is_valid(self) -> bool:
        """Whether it has not been voided."""
        return self.voided_on is None


def check_receipt(code: str) -> ReceiptVerdict | None:
    """Return what may be said of the receipt with this secret `code`, or None where there is none."""
    receipt = Receipt.objects.select_related("payment", "replaced_by").filter(code=code).first()
    if receipt is None:
        return None
    follower = getattr(receipt, "replaced_by", None)
    return ReceiptVerdict(
        number=receipt.label,
        issued_on=receipt.issued_on,
        amount=receipt.amount,
        initials=initials_of(receipt.recipient_name),
        voided_on=receipt.voided_on,
        replaced_by=follower.label if follower else "",
    )


def initials_of(name: str) -> str:
    """Return the first letters of a name: enough to compare with the paper, too little to learn who it is."""
    return " ".join(f"{word[0]}." for word in name.split())
