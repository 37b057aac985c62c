"""Every address of the site. Pages for people carry their language first; machines' addresses carry none."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config import health

handler400 = "pages.views.bad_request"
handler403 = "pages.views.permission_denied"
handler404 = "pages.views.page_not_found"
handler500 = "pages.views.server_error"

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("hooks/", include("donations.hook_urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("calendar/", include("members.calendar_urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("pages.machine_urls")),
]

if settings.SERVE_UPLOADS:
    urlpatterns.append(re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}))

urlpatterns += i18n_patterns(
    path("account/", include("allauth.urls")),
    path("me/", include("portal.urls")),
    path("directory/", include("portal.directory_urls")),
    path("card/", include("members.urls")),
    path("pay/", include("checkout.urls")),
    path("receipt/", include("donations.receipt_urls")),
    path("sandbox/", include("donations.urls")),
    path("survey/", include("surveys.urls")),
    path("box/", include("surveys.complaints.urls")),
    path("volunteer/", include("volunteers.urls")),
    path("messages/", include("outreach.urls")),
    path("", include("pages.urls")),
    path("", include(wagtail_urls)),
)
