"""The life of a case: put into the box, answered, answered back, closed."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from members.domain.contacts import find_or_create_contact
from members.models import Contact, User
from surveys.complaints.exceptions import CaseClosedError, UnknownCodeError
from surveys.complaints.models import Author, Case, CaseMessage, CaseStatus, Category
from surveys.complaints.signals import case_answered, case_filed
from surveys.models import Service

from .codes import code_for, digest_of, read_code


@dataclass(frozen=True)
class Complainant:
    """Somebody who chose to say who they are."""

    given_name: str
    family_name: str
    email: str

    def find_or_create(self, language: str) -> Contact:
        """Return their contact."""
        return find_or_create_contact(
            given_name=self.given_name, family_name=self.family_name, email=self.email, language=language
        )


@transaction.atomic
def file_case(
    *,
    kind: str,
    body: str,
    token: str,
    language: str,
    on: date,
    category: Category | None = None,
    service: Service | None = None,
    complainant: Complainant | None = None,
) -> tuple[Case, str]:
    """Put a complaint, suggestion or praise into the box, and return its case and its follow-up code.

    The same form (`token`) sent again is the same case and shows the same code; if its text was changed meanwhile, the
    new text is added as a further message. Nothing of a case without `complainant` leads to a person.
    """
    code = code_for(token)
    case, is_new = Case.objects.get_or_create(
        code_digest=digest_of(code),
        defaults={
            "kind": kind,
            "category": category,
            "service": service,
            "language": language,
            "received_on": on,
        },
    )
    if is_new:
        if complainant is not None:
            case.contact = complainant.find_or_create(language)
            case.save(update_fields=["contact"])
        CaseMessage.objects.create(case=case, author=Author.COMPLAINANT, body=body, written_on=on)
        transaction.on_commit(lambda: case_filed.send_robust(Case, case=case))
    elif not case.messages.filter(author=Author.COMPLAINANT, body=body).exists():
        CaseMessage.objects.create(case=case, author=Author.COMPLAINANT, body=body, written_on=on)
    return case, code


def find_case(code: str) -> Case:
    """Return the case that the follow-up `code` opens, however it is typed. Raises UnknownCodeError."""
    digits = read_code(code)
    case = Case.objects.filter(code_digest=digest_of(digits)).select_related("category", "service").first()
    if not digits or case is None:
        raise UnknownCodeError
    return case


@transaction.atomic
def reply_as_complainant(case: Case, *, body: str, token: str, on: date) -> CaseMessage:
    """Add what the complainant says, once per form (`token`), and return it. An answered case is in progress again.

    Raises CaseClosedError when the case is closed.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    key = digest_of(f"reply {token}")
    if sent_already := CaseMessage.objects.filter(case=case, form_key=key).first():
        return sent_already
    if case.status == CaseStatus.CLOSED:
        raise CaseClosedError
    if case.status == CaseStatus.ANSWERED:
        _set_status(case, CaseStatus.IN_PROGRESS)
    return CaseMessage.objects.create(case=case, author=Author.COMPLAINANT, body=body, written_on=on, form_key=key)


@transaction.atomic
def reply_as_staff(case: Case, *, body: str, staff: User, token: str, on: date) -> CaseMessage:
    """Answer the complainant, once per form (`token`), and return the answer. The case is answered by it.

    Raises CaseClosedError when the case is closed.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    key = digest_of(f"answer {token}")
    if sent_already := CaseMessage.objects.filter(case=case, form_key=key).first():
        return sent_already
    if case.status == CaseStatus.CLOSED:
        raise CaseClosedError
    _set_status(case, CaseStatus.ANSWERED)
    message = CaseMessage.objects.create(
        case=case, author=Author.STAFF, staff=staff, body=body, written_on=on, form_key=key
    )
    transaction.on_commit(lambda: case_answered.send_robust(Case, case=case, message=message))
    return message


@transaction.atomic
def change_status(case: Case, status: CaseStatus) -> Case:
    """Say where the case stands now, and return it. Any state may follow any other: staff mend mistakes, too."""
    case = Case.objects.select_for_update().get(pk=case.pk)
    _set_status(case, CaseStatus(status))
    return case


@transaction.atomic
def sort_case(case: Case, *, category: Category | None, service: Service | None) -> Case:
    """Say what the case is about, and return it."""
    case = Case.objects.select_for_update().get(pk=case.pk)
    case.category, case.service = category, service
    case.save(update_fields=["category", "service"])
    return case


def _set_status(case: Case, status: CaseStatus) -> None:
    case.status = status
    case.save(update_fields=["status"])
