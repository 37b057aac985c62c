from tests.dashboard.conftest import staff  # noqa: F401 - logs somebody of a role in
