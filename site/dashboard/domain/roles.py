"""The roles of staff: which groups there are, and what each may do."""

from dataclasses import dataclass, field

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

OURS = ["members", "donations", "surveys", "complaints", "volunteers", "checkout", "outreach"]
# What only the system writes, so that nobody is offered a form for it.
_WRITTEN_BY_RULE = {
    "consentevent", "consent", "payment", "paymentevent", "refund", "receipt", "ballot", "spenttoken", "tally", "turnout",
    "delivery", "basket", "basketline", "paymentattempt", "counter", "searchterm", "duplicatepair", "notduplicate",
    "duplicatesearch", "merge", "importrun", "importrow", "importmapping", "savedview", "bulkrun", "erasure", "followupfeed",
    "directoryentry", "directoryevent", "application", "applicationevent", "transferreceived", "seatinvitation",
    "notrenewing", "dispute", "voter", "attendance", "proxy",
    "conferredcard", "paperrecipient",
    "present", "savedcard", "cardsetup", "automaticrenewal", "automaticrequest", "automaticcharge",
    "recurringchange", "recurringshare", "tribute", "giftwish",
    "figure", "figureblock", "figuremark", "feefigure", "cohortfigure",
}  # fmt: skip

# What fundraisers do with money besides looking at it.
_MONEY_VERBS = (
    "donations.record_offline_payment", "donations.refund_payment", "donations.void_receipt",
    "donations.stop_recurringgift",
)  # fmt: skip

# What an office does with its people all day, and what changes many of them at once.
_PEOPLE = ("members.contact", "members.interaction", "members.relationship", "members.tag")
_PEOPLE_VERBS = ("members.merge_contact", "members.import_contact", "members.export_contact")
# Cards, labels and letters for many people, as one file.
_PAPERS = ("members.lettertemplate", "members.paperrun")
_DIRECTORY_VERBS = ("members.hide_directoryentry",)
_ASSEMBLY_VERBS = ("members.freeze_assembly", "members.attend_assembly")


@dataclass(frozen=True)
class Role:
    """A group of staff. `manages` and `reads` list models as `app.model`, or a whole app."""

    code: str
    label: str
    manages: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    extra: tuple[str, ...] = field(default=())


ROLES = [
    Role(
        "administrator",
        _("Administrator"),
        manages=tuple(OURS),
        extra=(
            "wagtailcore", "wagtailimages", "wagtaildocs", "auth", "members.add_user", "members.change_user",
            "members.delete_user", "members.view_user", "wagtail_localize", "pages", "wagtailredirects",
            *_MONEY_VERBS, *_PEOPLE_VERBS, *_DIRECTORY_VERBS, *_ASSEMBLY_VERBS, "checkout.decide_application",
            "checkout.take_fee", "checkout.stop_automaticrenewal", "checkout.resend_present", "members.erase_contact",
            "outreach.send_campaign", "outreach.settle_delivery", "volunteers.approve_hours",
        ),
    ),
    Role(
        "membership",
        _("Membership"),
        manages=(
            *_PEOPLE, "members.customfield", "members.relationshiptype", "members.membership", "members.term",
            "members.tier", "members.tierprice", "members.tierquestion", "members.branch",
            "members.concession", "members.discountcode",
            "members.membershipdecision", "members.membercard", "members.renewalreminder",
            "members.assembly", *_PAPERS,
        ),
        reads=(
            "members.figure", "members.consentevent", "members.directoryentry", "volunteers.hoursentry",
            "outreach.delivery", "checkout.application", "checkout.automaticrenewal", "checkout.present",
        ),
        extra=(
            *_PEOPLE_VERBS, *_DIRECTORY_VERBS, *_ASSEMBLY_VERBS, "checkout.decide_application",
            "checkout.stop_automaticrenewal", "checkout.take_fee", "checkout.resend_present",
        ),
    ),
    Role(
        "fundraising",
        _("Fundraising"),
        manages=("donations", *_PEOPLE, *_PAPERS),
        reads=("members.membership", "members.term", "members.figure", "members.consentevent", "outreach.delivery"),
        extra=(*_MONEY_VERBS, "members.export_contact"),
    ),
    Role(
        "volunteers",
        _("Volunteers"),
        manages=("volunteers", "members.interaction"),
        reads=("members.contact", "members.relationship", "members.membership"),
        extra=("volunteers.approve_hours",),
    ),
    Role("feedback", _("Feedback"), manages=("surveys", "complaints"), reads=("members.contact",)),
    Role(
        "outreach",
        _("Outreach"),
        manages=("outreach",),
        reads=("members.contact", "members.consentevent", "surveys.survey"),
        extra=("outreach.send_campaign", "outreach.settle_delivery",),
    ),
    Role("auditor", _("Auditor"), reads=tuple(OURS)),
]  # fmt: skip


def sync_roles() -> None:
    """Make the groups and give each exactly its permissions. What staff add to a group by hand is taken back."""
    access = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    for role in ROLES:
        group, _is_new = Group.objects.get_or_create(name=role.code)
        group.permissions.set([access, *permissions_of(role)])
    _let_administrators_edit_pages(Group.objects.get(name="administrator"))


def _let_administrators_edit_pages(group: Group) -> None:
    """Wagtail keeps who may edit which branch of pages and of pictures beside the permissions of a group."""
    page, collection = Page.get_first_root_node(), Collection.get_first_root_node()
    if page is None or collection is None:
        return
    for codename in ("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)
    for codename in ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"):
        permission = Permission.objects.get(codename=codename)
        GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)


def permissions_of(role: Role) -> list[Permission]:
    """Return the permissions of `role` as the models of today have them."""
    wanted = Q(pk__in=[])
    for place in role.manages:
        wanted |= _models(place)
    managed = Permission.objects.filter(wanted).filter(_standard("add", "change", "delete", "view"))
    read = Q(pk__in=[])
    for place in role.reads:
        read |= _models(place)
    viewed = Permission.objects.filter(read).filter(_standard("view"))
    extra = Permission.objects.filter(_extra(role.extra)) if role.extra else Permission.objects.none()
    writable = [p for p in managed.select_related("content_type") if _is_offered(p)]
    return [*writable, *viewed, *extra]


def _models(place: str) -> Q:
    app, _dot, model = place.partition(".")
    return Q(content_type__app_label=app, content_type__model=model) if model else Q(content_type__app_label=app)


def _standard(*verbs: str) -> Q:
    found = Q()
    for verb in verbs:
        found |= Q(codename__startswith=f"{verb}_")
    return found


def _extra(names: tuple[str, ...]) -> Q:
    found = Q(pk__in=[])
    for name in names:
        app, _dot, codename = name.partition(".")
        found |= Q(content_type__app_label=app, codename=codename) if codename else Q(content_type__app_label=app)
    return found


def _is_offered(permission: Permission) -> bool:
    return permission.codename.startswith("view_") or permission.content_type.model not in _WRITTEN_BY_RULE
