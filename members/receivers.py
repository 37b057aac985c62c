"""Keeps what is worked out from a contact's rows beside them: the words by which the contact is found."""

from django.db.models.signals import post_delete, post_save

from members.domain.search import index_contacts
from members.models import Contact, Email, Membership, Phone
from members.privacy_tasks import forget_sessions
from members.signals import person_erased


def index_after_save(sender, instance, raw=False, update_fields=None, **kwargs):
    """Not when only something else of the contact was saved, such as the log-in or the photo."""
    says_nothing = sender is Contact and update_fields is not None and "search_name" not in update_fields
    if not raw and not says_nothing:
        index_contacts([instance.pk if sender is Contact else instance.contact_id])


def index_after_delete(sender, instance, origin=None, **kwargs):
    """Not when the contact itself goes, and its words with it."""
    if not isinstance(origin, Contact) and getattr(origin, "model", None) is not Contact:
        index_contacts([instance.contact_id])


def end_sessions(sender, user_pk=None, **kwargs):
    """Whoever was erased is logged out already, since the log-in is gone; what the sessions remember goes as well."""
    if user_pk is not None:
        forget_sessions.enqueue(user_pk)


def connect() -> None:
    """Called once, when the app is ready."""
    person_erased.connect(end_sessions)
    post_save.connect(index_after_save, sender=Contact)
    for model in (Email, Phone, Membership):
        post_save.connect(index_after_save, sender=model)
        post_delete.connect(index_after_delete, sender=model)
