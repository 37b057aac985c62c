"""What every request passes through and no library offers."""

from allauth.mfa.utils import is_mfa_enabled
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect


class ClientAddressMiddleware:
    """Behind TRUSTED_PROXY_COUNT proxies of one's own: takes the client's address from what the outermost one wrote.

    Without it every visitor would share the proxy's address, and one who tries too often would lock out all. What the
    client itself put into X-Forwarded-For stands further left and is never believed.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        count = settings.TRUSTED_PROXY_COUNT
        addresses = [address.strip() for address in request.headers.get("x-forwarded-for", "").split(",")]
        if count and len(addresses) >= count and addresses[-count]:
            request.META["REMOTE_ADDR"] = addresses[-count]
        return self.get_response(request)


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy on public pages, Wagtail's looser one below /admin/."""

    def get_policy_parts(self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False):
        if not report_only and request.path.startswith("/admin/"):
            return PolicyParts(config=settings.ADMIN_CONTENT_SECURITY_POLICY)
        return super().get_policy_parts(request=request, response=response, report_only=report_only)


class StaffDoorMiddleware:
    """Below /admin/: refuses who is logged in and no staff, and asks staff for a second factor before they see data."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/admin/") and request.user.is_authenticated:
            if not request.user.has_perm("wagtailadmin.access_admin"):
                raise PermissionDenied
            if settings.STAFF_SECOND_FACTOR_REQUIRED and not is_mfa_enabled(request.user):
                return redirect("mfa_index")
        return self.get_response(request)
