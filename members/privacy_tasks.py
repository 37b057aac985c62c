"""Long work about privacy. Each task is told numbers only: what a task was told is kept for a week."""

from django_tasks import task

from members.domain.sessions import forget_sessions_of


@task()
def forget_sessions(user_pk: int) -> int:
    """Delete what the sessions of an erased person's log-in remember. The nightly job does it too."""
    return forget_sessions_of(user_pk)
