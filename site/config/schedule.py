"""What is due by the clock. Each job only picks up what its own tables say is due, so running one twice does no harm."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from croniter import croniter
from django.db import transaction
from django.utils import timezone

from config import tasks
from config.models import ScheduledRun

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """`run` is called with the moment, at the times that `cron` (five fields, local time) names."""

    name: str
    cron: str
    run: Callable[[datetime], object]


JOBS = [
    Job("nudge-worker", "* * * * *", tasks.nudge_worker),
    Job("apply-gateway-events", "* * * * *", tasks.apply_gateway_events),
    Job("pull-missed-events", "40 * * * *", tasks.pull_missed_events),
    Job("fulfil-baskets", "* * * * *", tasks.fulfil_baskets),
    Job("follow-the-money", "*/5 * * * *", tasks.follow_the_money),
    Job("send-messages", "* * * * *", tasks.send_messages),
    Job("close-surveys", "*/5 * * * *", tasks.close_surveys),
    Job("carry-out-bulk-runs", "*/5 * * * *", tasks.carry_out_bulk_runs),
    Job("take-up-duplicate-searches", "*/5 * * * *", tasks.take_up_duplicate_searches),
    Job("work-on-imports", "*/5 * * * *", tasks.work_on_imports),
    Job("print-papers", "*/5 * * * *", tasks.print_papers),
    Job("keep-figures", "* * * * *", tasks.keep_figures),
    # In this order: who is told of a charge is not reminded; and nobody is charged at night.
    Job("announce-renewals", "0 7 * * *", tasks.announce_renewals),
    Job("charge-renewals", "*/5 9-17 * * *", tasks.charge_renewals),
    Job("follow-renewals", "*/5 * * * *", tasks.follow_renewals),
    Job("remind-of-renewing", "0 8 * * *", tasks.remind_of_renewing),
    Job("deliver-presents", "*/10 7-21 * * *", tasks.deliver_presents),
    Job("tell-donors", "*/10 7-21 * * *", tasks.tell_donors),
    Job("charge-sandbox-gifts", "15 6 * * *", tasks.charge_sandbox_gifts),
    Job("keep-privacy", "0 2 * * *", tasks.keep_privacy),
    Job("prune-task-results", "30 3 * * *", tasks.prune_task_results),
]


def run_due(at: datetime, *, jobs: list[Job] = JOBS) -> list[str]:
    """Run every job that is due at the moment `at` and return their names. A job that fails is logged and tried next time."""
    return [job.name for job in jobs if _claim(job, at) and _run(job, at)]


def _claim(job: Job, at: datetime) -> bool:
    """Whether this process may run `job` now: moves its next time on, under a lock, before it starts."""
    with transaction.atomic():
        ScheduledRun.objects.get_or_create(job=job.name, defaults={"due_at": at})
        row = ScheduledRun.objects.select_for_update().get(job=job.name)
        if row.due_at > at:
            return False
        row.due_at = croniter(job.cron, timezone.localtime(at)).get_next(datetime)
        row.last_started_at = at
        row.save(update_fields=["due_at", "last_started_at"])
        return True


def _run(job: Job, at: datetime) -> bool:
    error = ""
    try:
        job.run(at)
    except Exception as failure:
        # One failing job must not stop the clock for the others.
        logger.exception("A scheduled job failed.", extra={"facts": {"job": job.name}})
        error = f"{type(failure).__name__}: {failure}"[:2000]
    ScheduledRun.objects.filter(job=job.name).update(last_error=error)
    return not error
