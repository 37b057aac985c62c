"""Addresses that gateways call. Machines read no language, so they stand outside the translated ones."""

from django.urls import re_path

from donations import views
from donations.payments.registry import hook_names

app_name = "donation_hooks"

urlpatterns = [
    # Only known names, so that other parts may have hooks beside these.
    re_path(rf"^(?P<gateway>{'|'.join(hook_names())})/$", views.receive_hook, name="receive"),
]
