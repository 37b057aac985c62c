"""How the database itself notes whose figures changed, so that no way of writing a row can forget it.

Terms are written one by one and by the hundred thousand, moved by merges past every `save`, and put back by undoing
them. Triggers see all of that. Each notes no more than a number; `keeping` looks later at what it is the number of.
"""

from django.db import connections

from members.models import Contact, FigureMark, Membership, MembershipDecision, NotRenewing, Term, Tier

_MARKS = FigureMark._meta.db_table
_PREFIX = "members_figures_"
_ROWS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


def install_marks(using: str = "default") -> None:
    """Let the database mark changes from now on. Once more does no harm.

    SQLite forgets the triggers of a table that a migration writes anew, so this follows every migration.
    """
    connection = connections[using]
    # Migrated back, some of them are not there.
    tables = set(connection.introspection.table_names())
    if _MARKS not in tables:
        return
    statements = _for_postgres(tables) if connection.vendor == "postgresql" else _for_sqlite(tables)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def mark_everything() -> None:
    """Let all figures be worked out again, whatever changed."""
    FigureMark.objects.create(what=FigureMark.What.EVERYTHING, row_id=0)


# Model, what happens to its rows, what is marked, the column with its number, and the columns that must differ for it.
# A new membership has no terms yet, and one that is deleted has none any more.
_WATCHED = (
    (Term, ("insert", "update", "delete"), "membership", "membership_id", ()),
    (MembershipDecision, ("insert", "update", "delete"), "membership", "membership_id", ()),
    (NotRenewing, ("insert", "update", "delete"), "membership", "membership_id", ()),
    (Membership, ("update",), "membership", "id", ("contact_id", "branch_id")),
    (Contact, ("update",), "contact", "id", ("died_on",)),
    (Tier, ("update",), "everything", "id", ("grace_days",)),
)


def _for_sqlite(tables: set[str]) -> list[str]:
    statements = []
    for model, events, what, column, differing in _WATCHED:
        table = model._meta.db_table
        for event in events if table in tables else ():
            numbers = " UNION ".join(f"SELECT '{what}', {row}.{column}" for row in _ROWS[event])
            when = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in differing)
            statements.append(
                f"CREATE TRIGGER IF NOT EXISTS {_PREFIX}{table}_{event} AFTER {event.upper()} ON {table}"
                f" {f'WHEN {when}' if when else ''} BEGIN INSERT INTO {_MARKS} (what, row_id) {numbers}; END"
            )
    return statements


def _for_postgres(tables: set[str]) -> list[str]:
    """One trigger for each statement, however many rows it writes, where its rows are many; else one for each row."""
    statements = []
    for model, events, what, column, differing in _WATCHED:
        table = model._meta.db_table
        for event in events if table in tables else ():
            name = f"{_PREFIX}{table}_{event}"
            rows = _ROWS[event]
            if differing:
                is_changed = " OR ".join(f"OLD.{one} IS DISTINCT FROM NEW.{one}" for one in differing)
                numbers = f"SELECT '{what}', NEW.{column}"
                scope = f"FOR EACH ROW WHEN ({is_changed})"
            else:
                numbers = " UNION ".join(f"SELECT '{what}', {column} FROM {row.lower()}_rows" for row in rows)  # noqa: S608
                scope = " ".join(f"{row} TABLE AS {row.lower()}_rows" for row in rows)
                scope = f"REFERENCING {scope} FOR EACH STATEMENT"
            body = f"BEGIN INSERT INTO {_MARKS} (what, row_id) {numbers}; RETURN NULL; END"
            statements += [
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$",
                f"CREATE OR REPLACE TRIGGER {name} AFTER {event.upper()} ON {table} {scope} EXECUTE FUNCTION {name}()",
            ]
    return statements
