"""A file of contacts on its way in, as far as a test needs it."""

import io

from django.core.files.base import ContentFile
from openpyxl import Workbook

from members.domain.importing.checking import check_import
from members.domain.importing.columns import guess_mapping
from members.domain.importing.running import run_import, samples, start, upload
from tests.factories.members import UserFactory


def run_of(text, *, name="people.csv", encoding="utf-8", **options):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    run = upload(ContentFile(content), name=name, by=UserFactory())
    run.mapping = guess_mapping(run.columns, samples(run))
    run.options = options
    run.save()
    return run


def carry_out(run):
    check_import(run)
    run.refresh_from_db()
    start(run)
    run_import(run)
    run.refresh_from_db()
    return run


def verdicts(run):
    return list(run.rows.values_list("number", "verdict"))


def workbook(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
