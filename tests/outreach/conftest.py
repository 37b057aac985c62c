import pytest

from tests.smtp_sink import SmtpServer


@pytest.fixture
def smtp(settings):
    """A real SMTP server that Django sends to."""
    with SmtpServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 5
        yield server.sink
