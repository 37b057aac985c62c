import threading
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from config.models import Heartbeat, ScheduledRun
from config.schedule import JOBS, Job, run_due

NOON = timezone.make_aware(datetime(2026, 11, 22, 12, 0))


@pytest.mark.django_db
def test_a_job_runs_when_it_is_due_and_not_again_before_its_next_time():
    ran = []
    jobs = [Job("hourly", "0 * * * *", ran.append)]
    assert run_due(NOON, jobs=jobs) == ["hourly"]
    assert run_due(NOON + timedelta(minutes=59), jobs=jobs) == []
    assert run_due(NOON + timedelta(minutes=60), jobs=jobs) == ["hourly"]
    assert ran == [NOON, NOON + timedelta(minutes=60)]


@pytest.mark.django_db
def test_a_clock_that_was_stopped_for_a_day_runs_a_job_once_not_twenty_four_times():
    ran = []
    jobs = [Job("hourly", "0 * * * *", ran.append)]
    run_due(NOON, jobs=jobs)
    run_due(NOON + timedelta(days=1), jobs=jobs)
    run_due(NOON + timedelta(days=1, seconds=5), jobs=jobs)
    assert len(ran) == 2


@pytest.mark.django_db
def test_one_failing_job_does_not_stop_the_others(caplog):
    def fail(at):
        raise RuntimeError("no network")

    ran = []
    jobs = [Job("failing", "* * * * *", fail), Job("fine", "* * * * *", ran.append)]
    assert run_due(NOON, jobs=jobs) == ["fine"]
    assert ScheduledRun.objects.get(job="failing").last_error == "RuntimeError: no network"
    assert "A scheduled job failed." in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_clocks_run_a_job_once():
    ran = []
    jobs = [Job("hourly", "0 * * * *", ran.append)]

    def tick():
        try:
            run_due(NOON, jobs=jobs)
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _clock in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ran == [NOON]


@pytest.mark.django_db(transaction=True)
def test_the_clock_and_the_worker_together_give_a_sign_of_life():
    call_command("scheduler", once=True, verbosity=0)
    call_command("db_worker", batch=True, startup_delay=False, queue_name="*", verbosity=0)
    assert Heartbeat.objects.get().role == "worker"
    assert set(ScheduledRun.objects.values_list("job", flat=True)) == {job.name for job in JOBS}
    assert not ScheduledRun.objects.exclude(last_error="").exists()
