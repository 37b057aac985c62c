"""A list as a file to take along, noted in the log of what was done to many."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from members.domain.exporting import Column, csv_lines, rows_of, xlsx_file
from members.models import BulkRun, BulkState, User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_response(
    queryset: QuerySet,
    columns: Iterable[Column],
    *,
    file_format: str,
    name: str,
    user: User,
    query: str,
    prepare: Callable[[list], None] | None = None,
) -> HttpResponseBase:
    """Return the rows as a file to be saved: "csv", streamed, or "xlsx". Who took what along is noted first."""
    rows = rows_of(queryset, list(columns), prepare=prepare)
    return rows_response(rows, file_format=file_format, name=name, user=user, query=query)


def rows_response(
    rows: Iterable[list[Any]], *, file_format: str, name: str, user: User, query: str
) -> HttpResponseBase:
    """Return rows that are safe for a spreadsheet already as a file, noted as above."""
    BulkRun.objects.create(
        action="export",
        values={"list": name, "query": query},
        state=BulkState.DONE,
        user=user,
        finished_at=timezone.now(),
    )
    file_name = f"{name}-{timezone.localdate().isoformat()}.{file_format}"
    if file_format == "xlsx":
        return FileResponse(xlsx_file(rows), as_attachment=True, filename=file_name, content_type=XLSX)
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
