"""For the operator's monitor: is it alive, and can it do its work."""

from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from config.models import Heartbeat

WORKER_SEEN_WITHIN = timedelta(minutes=3)


def alive(request: HttpRequest) -> JsonResponse:
    """200 as soon as the process answers; asks nothing of the database."""
    return JsonResponse({"alive": True})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when database, migrations and task worker are in order, else 503 with what is not."""
    checks = readiness(at=timezone.now())
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def readiness(*, at: datetime) -> dict[str, bool]:
    """Each thing that must hold for the site to do its work, and whether it does at the moment `at`."""
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return {"database": False, "migrations": False, "worker": False}
    worker = migrated and Heartbeat.objects.filter(role="worker", seen_at__gte=at - WORKER_SEEN_WITHIN).exists()
    return {"database": True, "migrations": migrated, "worker": worker}
