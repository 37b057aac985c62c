from .consent import Channel, Consent, ConsentEvent, LegalBasis, Purpose
from .contact import Address, Contact, ContactKind, Email, Phone
from .counter import Counter
from .membership import MemberCard, Membership, MembershipStatus, Term, Tier
from .profile import NonprofitProfile
from .user import User

__all__ = [
    "Address",
    "Channel",
    "Consent",
    "ConsentEvent",
    "Contact",
    "ContactKind",
    "Counter",
    "Email",
    "LegalBasis",
    "MemberCard",
    "Membership",
    "MembershipStatus",
    "NonprofitProfile",
    "Phone",
    "Purpose",
    "Term",
    "Tier",
    "User",
]
