"""What every request passes through and no library offers."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy on public pages, Wagtail's looser one below /admin/."""

    def get_policy_parts(self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False):
        if not report_only and request.path.startswith("/admin/"):
            return PolicyParts(config=settings.ADMIN_CONTENT_SECURITY_POLICY)
        return super().get_policy_parts(request=request, response=response, report_only=report_only)


class StaffSecondFactorMiddleware:
    """Sends staff without a second factor to set one up before they see anyone's data."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            settings.STAFF_SECOND_FACTOR_REQUIRED
            and request.path.startswith("/admin/")
            and lacks_second_factor(request)
        ):
            return redirect("mfa_index")
        return self.get_response(request)


def lacks_second_factor(request: HttpRequest) -> bool:
    """True for somebody logged in who has neither passkey nor authenticator app."""
    from allauth.mfa.utils import is_mfa_enabled  # allauth's models load only after ours

    return request.user.is_authenticated and not is_mfa_enabled(request.user)
