import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from config.middleware import ClientAddressMiddleware


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        pytest.param(0, "203.0.113.7", "10.0.0.1", id="no proxy of ours: the header is a stranger's word"),
        pytest.param(1, "203.0.113.7", "203.0.113.7", id="one proxy"),
        pytest.param(1, "6.6.6.6, 203.0.113.7", "203.0.113.7", id="what the client claims is not believed"),
        pytest.param(2, "203.0.113.7, 10.0.0.9", "203.0.113.7", id="two proxies"),
        pytest.param(2, "203.0.113.7", "10.0.0.1", id="fewer than there should be"),
        pytest.param(1, "", "10.0.0.1", id="no header"),
    ],
)
def test_the_clients_address_is_what_the_outermost_proxy_of_ours_wrote(settings, proxies, forwarded, seen):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", headers={"x-forwarded-for": forwarded}, REMOTE_ADDR="10.0.0.1")
    answer = ClientAddressMiddleware(lambda request: HttpResponse(request.META["REMOTE_ADDR"]))(request)
    assert answer.content.decode() == seen
