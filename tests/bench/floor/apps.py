from django.apps import AppConfig


class FloorConfig(AppConfig):
    """The floor that the bench measures against: a bare Wagtail page under the same server and middleware."""

    name = "tests.bench.floor"
    label = "floor"
