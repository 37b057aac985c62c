from .card import MemberCard
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
from .fee import (
    CodeUse,
    Concession,
    CreditEntry,
    CreditReason,
    DiscountCode,
    FeeOccasion,
    TierPrice,
    folded_code,
)
from .figures import BLOCK_SIZE, CohortFigure, FeeFigure, Figure, FigureBlock, FigureKind, FigureMark
from .importing import IMPORT_ENDED, ImportMapping, ImportRow, ImportRun, ImportState, Verdict
from .interaction import FollowUpFeed, Interaction, InteractionKind
from .membership import (
    CutReason,
    DecisionKind,
    LeavingReason,
    Membership,
    MembershipDecision,
    MembershipStatus,
    Term,
    standing_on,
)
from .privacy import Erasure, RetentionRule
from .profile import HIGHEST_AGE_OF_CONSENT, NonprofitProfile
from .reach import Address, AddressKind, Email, Phone
from .relationship import Relationship, RelationshipType
from .renewal import NotRenewing, ReminderSide, RenewalReminder, offset_words, reminder_day
from .search_term import SearchTerm
from .seat import SeatInvitation
from .staff_list import BulkRun, BulkState, SavedView
from .tag import Tag
from .tier import FOR_LIFE, Approval, Branch, OpenTo, PlaceHold, TermKind, Tier, TierQuestion
from .user import User

__all__ = [
    "AUDIENCE_COLUMNS",
    "BLOCK_SIZE",
    "FOR_LIFE",
    "HIGHEST_AGE_OF_CONSENT",
    "IMPORT_ENDED",
    "QUESTIONS",
    "Address",
    "AddressKind",
    "Approval",
    "Audience",
    "Branch",
    "BulkRun",
    "BulkState",
    "Calendar",
    "Channel",
    "CodeUse",
    "CohortFigure",
    "Concession",
    "Consent",
    "ConsentEvent",
    "Contact",
    "ContactKind",
    "Counter",
    "CreditEntry",
    "CreditReason",
    "CustomField",
    "CustomFieldChoice",
    "CustomFieldKind",
    "CutReason",
    "DecisionKind",
    "DirectoryEntry",
    "DirectoryEvent",
    "DirectoryField",
    "DirectoryScope",
    "DirectorySettings",
    "DiscountCode",
    "DuplicatePair",
    "DuplicateSearch",
    "Email",
    "Erasure",
    "FeeFigure",
    "FeeOccasion",
    "Figure",
    "FigureBlock",
    "FigureKind",
    "FigureMark",
    "FollowUpFeed",
    "ImportMapping",
    "ImportRow",
    "ImportRun",
    "ImportState",
    "Interaction",
    "InteractionKind",
    "LeavingReason",
    "LegalBasis",
    "MemberCard",
    "Membership",
    "MembershipDecision",
    "MembershipStatus",
    "Merge",
    "NonprofitProfile",
    "NotDuplicate",
    "NotRenewing",
    "OpenTo",
    "Phone",
    "PlaceHold",
    "Purpose",
    "Relationship",
    "RelationshipType",
    "ReminderSide",
    "RenewalReminder",
    "RetentionRule",
    "SavedView",
    "SearchState",
    "SearchTerm",
    "SeatInvitation",
    "Tag",
    "Term",
    "TermKind",
    "Tier",
    "TierPrice",
    "TierQuestion",
    "User",
    "Verdict",
    "folded_code",
    "offset_words",
    "reminder_day",
    "standing_on",
    "stricter",
    "wide_enough_for",
]
