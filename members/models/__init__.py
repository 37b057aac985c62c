from .consent import Channel, Consent, ConsentEvent, LegalBasis, Purpose
from .contact import Calendar, Contact, ContactKind
from .counter import Counter
from .custom_field import CustomField, CustomFieldChoice, CustomFieldKind
from .directory import (
    AUDIENCE_COLUMNS,
    QUESTIONS,
    Audience,
    DirectoryEntry,
    DirectoryEvent,
    DirectoryField,
    DirectoryScope,
    DirectorySettings,
    stricter,
    wide_enough_for,
)
from .duplicate import DuplicatePair, DuplicateSearch, Merge, NotDuplicate, SearchState
from .importing import IMPORT_ENDED, ImportMapping, ImportRow, ImportRun, ImportState, Verdict
from .interaction import FollowUpFeed, Interaction, InteractionKind
from .membership import MemberCard, Membership, MembershipStatus, Term, Tier
from .privacy import Erasure, RetentionRule
from .profile import HIGHEST_AGE_OF_CONSENT, NonprofitProfile
from .reach import Address, AddressKind, Email, Phone
from .relationship import Relationship, RelationshipType
from .search_term import SearchTerm
from .staff_list import BulkRun, BulkState, SavedView
from .tag import Tag
from .user import User

__all__ = [
    "AUDIENCE_COLUMNS",
    "HIGHEST_AGE_OF_CONSENT",
    "IMPORT_ENDED",
    "QUESTIONS",
    "Address",
    "AddressKind",
    "Audience",
    "BulkRun",
    "BulkState",
    "Calendar",
    "Channel",
    "Consent",
    "ConsentEvent",
    "Contact",
    "ContactKind",
    "Counter",
    "CustomField",
    "CustomFieldChoice",
    "CustomFieldKind",
    "DirectoryEntry",
    "DirectoryEvent",
    "DirectoryField",
    "DirectoryScope",
    "DirectorySettings",
    "DuplicatePair",
    "DuplicateSearch",
    "Email",
    "Erasure",
    "FollowUpFeed",
    "ImportMapping",
    "ImportRow",
    "ImportRun",
    "ImportState",
    "Interaction",
    "InteractionKind",
    "LegalBasis",
    "MemberCard",
    "Membership",
    "MembershipStatus",
    "Merge",
    "NonprofitProfile",
    "NotDuplicate",
    "Phone",
    "Purpose",
    "Relationship",
    "RelationshipType",
    "RetentionRule",
    "SavedView",
    "SearchState",
    "SearchTerm",
    "Tag",
    "Term",
    "Tier",
    "User",
    "Verdict",
    "stricter",
    "wide_enough_for",
]
