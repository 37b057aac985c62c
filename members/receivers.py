"""Keeps what is worked out from rows beside them: the words by which a contact is found, and the figures."""

from django.apps import apps
from django.db import connections
from django.db.models.signals import post_delete, post_migrate, post_save

from members.domain.figures.marking import install_marks, mark_everything
from members.domain.search import index_contacts
from members.models import Contact, Email, FigureMark, Membership, Phone
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


def keep_marking(sender, using, plan=(), **kwargs):
    """Figures may be reckoned in another way since, and a migration may have written rows while nothing was marked."""
    install_marks(using)
    if plan and FigureMark._meta.db_table in connections[using].introspection.table_names():
        mark_everything()


def connect() -> None:
    """Called once, when the app is ready."""
    post_migrate.connect(keep_marking, sender=apps.get_app_config("members"))
    person_erased.connect(end_sessions)
    post_save.connect(index_after_save, sender=Contact)
    for model in (Email, Phone, Membership):
        post_save.connect(index_after_save, sender=model)
        post_delete.connect(index_after_delete, sender=model)
