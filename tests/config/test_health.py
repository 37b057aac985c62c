from datetime import timedelta

import pytest
from django.utils import timezone

from config.models import Heartbeat


def test_alive_asks_nothing_of_the_database(client):
    # Without the database's mark, any query would fail this test.
    assert client.get("/healthz").json() == {"alive": True}


@pytest.mark.django_db
def test_ready_once_a_worker_was_seen_lately(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"database": True, "migrations": True, "worker": False})

    Heartbeat.objects.create(role="worker", seen_at=timezone.now())

    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_worker_that_fell_silent_is_noticed(client):
    Heartbeat.objects.create(role="worker", seen_at=timezone.now() - timedelta(minutes=4))
    assert client.get("/readyz").json()["worker"] is False
