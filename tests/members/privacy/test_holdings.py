"""No table holds something of people without saying so."""

import inspect
import re
import sys

import pytest
from django.apps import apps
from django.db import models
from django.urls import get_resolver
from django_tasks.base import Task
from wagtail.search.index import get_indexed_models

from config import schedule  # noqa: F401  (loads the tasks of every wing)
from members.domain.holdings import all_holdings
from members.models import Contact, User

# Tables that a person's data could seem to stand in, and why erasing one need not look there.
EXCEPTIONS = {
    "members.Contact_tags": "emptied with the contact",
    "members.User_groups": "staff; goes with the log-in",
    "members.User_user_permissions": "staff; goes with the log-in",
    "members.SearchTerm": "deleted by erase() itself, last of all",
    "members.Erasure": "a number, a reason and counts; the test of erasing looks for names in it",
    "members.CustomField": "questions of the nonprofit's, no answers",
    "members.CustomFieldChoice": "questions of the nonprofit's, no answers",
    "members.Tag": "words of the nonprofit's about many",
    "members.Tier": "what the nonprofit offers",
    "members.TierPrice": "what the nonprofit offers",
    "members.RenewalReminder": "rules for many",
    "members.Concession": "rules for many",
    "members.DiscountCode": "words of the nonprofit's to many",
    "members.Branch": "a part of the nonprofit",
    "members.Assembly": "what the nonprofit holds; its rule and counts",
    "members.Assembly_tiers": "the rule of an assembly",
    "members.RelationshipType": "words of the nonprofit's",
    "members.NonprofitProfile": "the nonprofit itself",
    "members.ImportMapping": "headings of files, no cells",
    "members.DuplicateSearch": "how far a search has come",
    "members.BulkRun": "numbers of records and what was set on them",
    "members.LetterTemplate": "words of the nonprofit's to many",
    "members.FigureBlock": "numbers of blocks of memberships",
    "members.FigureMark": "the number of a membership or contact, until the figures were counted again",
    "members.Figure": "sums over many",
    "members.FeeFigure": "sums over many",
    "members.CohortFigure": "sums over many",
    "donations.Fund": "what money is for",
    "donations.Appeal": "what money is for",
    "donations.MetalPrice": "what gold and silver cost",
    "volunteers.Opportunity": "what the nonprofit offers",
    "surveys.Service": "what the nonprofit offers",
    "surveys.Survey": "questions",
    "surveys.Question": "questions",
    "surveys.Ballot": "led to nobody from the start",
    "surveys.Comment": "led to nobody from the start",
    "complaints.Category": "words of the nonprofit's",
    "checkout.PaymentAttempt": "joins a basket and a payment by number",
    "outreach.Segment": "conditions on groups",
    "outreach.Campaign": "words of the nonprofit's to many",
    "outreach.CampaignText": "words of the nonprofit's to many",
    "outreach.MessageTemplate": "words of the nonprofit's to many",
    "config.ScheduledRun": "names of jobs and why one failed",
    "wagtailadmin.FormState": "deleted with the log entries of each row, see clear_logs",
    "wagtailcore.Revision": "deleted with the log entries of each row, see clear_logs",
    "wagtailadmin.EditingSession": "numbers; gone after minutes",
    "wagtailcore.APIToken": "staff; goes with the log-in",
    "wagtailcore.UploadedFile": "pictures and documents of pages, until they are filed",
    "wagtailcore.ReferenceIndex": "numbers of records and names of fields",
    "wagtailsearch.IndexEntry": "only pages, pictures and documents are indexed, see the test below",
    "wagtailsearch.SQLiteFTSIndexEntry": "only pages, pictures and documents are indexed, see the test below",
    "wagtailforms.FormSubmission": "no page of ours is a form of that kind",
    "account.EmailConfirmation": "goes with its address; log-ins are confirmed by code",
    "django_tasks_database.DBTaskResult": "numbers only, see the test below; forgotten after a week",
    "sessions.Session": "deleted by the task forget_sessions, and nightly",
}
# Whole apps about what is published, not about people who are looked after.
PUBLISHING = {
    "pages", "wagtail_localize", "wagtailredirects", "wagtailembeds", "wagtaildocs", "wagtailimages", "wagtailcore",
    "taggit", "contenttypes", "auth",
}  # fmt: skip
_TELLING = re.compile(
    r"name|mail|phone|address|payload|data|body|text|content|subject|note|reason|journal|cells|before|args|return|"
    r"traceback|label|object_|title|context|values|term|lines|message|error"
)
_WORDS = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)
_NEVER_PUBLISHING = {"wagtailcore.ModelLogEntry", "wagtailcore.Revision", "wagtailcore.ReferenceIndex"}


def leads_to_a_person(model):
    relations = [field.related_model for field in model._meta.concrete_fields if field.is_relation]
    near = set(relations)
    for related in relations:
        if related and related is not User and related._meta.app_label not in PUBLISHING:
            near |= {field.related_model for field in related._meta.concrete_fields if field.is_relation}
    return bool(near & {Contact, User})


def has_words(model):
    return any(isinstance(field, _WORDS) and _TELLING.search(field.name) for field in model._meta.concrete_fields)


def is_published(model):
    return model._meta.app_label in PUBLISHING and model._meta.label not in _NEVER_PUBLISHING


@pytest.mark.parametrize(
    "model", [pytest.param(model, id=model._meta.label) for model in apps.get_models(include_auto_created=True)]
)
def test_every_table_that_may_hold_something_of_a_person_is_declared_or_excepted_with_a_reason(model):
    if is_published(model) or not (leads_to_a_person(model) or has_words(model)):
        return
    declared = {holding.model for holding in all_holdings()}
    assert model in declared or model._meta.label in EXCEPTIONS, (
        f"{model._meta.label} may hold something of a person. Declare it in its app's holdings.py."
    )


def test_a_holding_names_fields_that_there_are():
    for holding in all_holdings():
        names = {field.name for field in holding.model._meta.get_fields()}
        assert set(holding.blank) | set(holding.files) <= names, holding.code
        assert all(hasattr(holding.model, name) for name in holding.shows), holding.code
        assert bool(holding.why_kept) == holding.is_kept, holding.code


def test_only_pages_pictures_and_documents_are_in_the_search_index():
    assert {model._meta.app_label for model in get_indexed_models()} <= PUBLISHING


def test_tasks_are_told_numbers_only():
    get_resolver().url_patterns  # noqa: B018  (views, and the tasks they start, are loaded now)
    tasks = _all_tasks()
    assert {"forget_sessions", "send_waiting", "apply_stored_event"} <= {task.func.__name__ for task in tasks}
    for task in tasks:
        for name, parameter in inspect.signature(task.func).parameters.items():
            assert parameter.annotation in (int, "int", "int | None"), f"{task.func.__name__} takes {name}"


def _all_tasks():
    ours = ("members", "donations", "surveys", "volunteers", "checkout", "outreach", "portal", "dashboard", "config")
    modules = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in ours]
    return {value for module in modules for value in vars(module).values() if isinstance(value, Task)}
