from .card import MemberCard
from .consent import Channel, Consent, ConsentEvent, LegalBasis, Purpose
from .contact import Calendar, Contact, ContactKind
from .counter import Counter
from .custom_field import CustomField, CustomFieldChoice, CustomFieldKind
from .duplicate import DuplicatePair, DuplicateSearch, Merge, NotDuplicate, SearchState
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
from .search_term import SearchTerm
from .staff_list import BulkRun, BulkState, SavedView
from .tag import Tag
from .tier import FOR_LIFE, Branch, TermKind, Tier
from .user import User

__all__ = [
    "BLOCK_SIZE",
    "FOR_LIFE",
    "HIGHEST_AGE_OF_CONSENT",
    "IMPORT_ENDED",
    "Address",
    "AddressKind",
    "Branch",
    "BulkRun",
    "BulkState",
    "Calendar",
    "Channel",
    "CohortFigure",
    "Consent",
    "ConsentEvent",
    "Contact",
    "ContactKind",
    "Counter",
    "CustomField",
    "CustomFieldChoice",
    "CustomFieldKind",
    "CutReason",
    "DecisionKind",
    "DuplicatePair",
    "DuplicateSearch",
    "Email",
    "Erasure",
    "FeeFigure",
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
    "TermKind",
    "Tier",
    "User",
    "Verdict",
    "standing_on",
]
