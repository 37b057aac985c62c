"""A file of many contacts in and out: seconds, and the memory that it takes. Run in a process of its own."""

import resource
import sys
import time

from django.core.files.base import ContentFile

from members.contacts.columns import attach_reach, optional_columns, usual_columns
from members.domain.exporting import csv_lines, rows_of
from members.domain.importing.checking import check_import
from members.domain.importing.columns import guess_mapping
from members.domain.importing.running import run_import, samples, start, upload
from members.lists.columns import TextColumn
from members.models import Contact, ImportRun, ImportState, User


def peak_mb() -> float:
    """The most memory that this process has had, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def file_of(rows: int) -> bytes:
    """A file as an office has it: everybody with a name, an address, a number, a town and a tag."""
    lines = ["الاسم الأول,اسم العائلة,البريد الإلكتروني,الجوال,المدينة,الوسوم"]
    lines += [
        f"اسم{number % 997},عائلة{number},i{number}@import.example,+96278{number:07},عمّان,وسم{number % 7}"
        for number in range(rows)
    ]
    return "\n".join(lines).encode()


def measure(rows: int) -> None:
    """Print a line IMPORT with seconds for checking and carrying out and the peak in MB, and one EXPORT with its own."""
    run = upload(ContentFile(file_of(rows)), name="bench.csv", by=User.objects.first())
    run.mapping = guess_mapping(run.columns, samples(run))
    run.save()
    began = time.perf_counter()
    check_import(run)
    checked = time.perf_counter()
    run = ImportRun.objects.get(pk=run.pk)
    start(run)
    run_import(run)
    done = time.perf_counter()
    if ImportRun.objects.get(pk=run.pk).state != ImportState.DONE:
        raise RuntimeError("The import did not end well.")
    print(f"IMPORT {checked - began:.1f} {done - checked:.1f} {peak_mb():.0f}")


def measure_export(rows: int) -> None:
    """Print a line EXPORT with the rows, the seconds, and by how many MB the process grew."""
    people = Contact.objects.order_by("search_name", "pk")
    columns = [TextColumn("name", accessor="name"), *usual_columns(), *optional_columns([])]
    readers = [(column.name, column.get_value) for column in columns if column.name not in {"town", "owner"}]

    def prepare(contacts: list[Contact]) -> None:
        attach_reach(contacts, columns={"email", "phone", "tags"})

    list(rows_of(people[:0], readers, prepare=prepare))
    before, began, written = peak_mb(), time.perf_counter(), 0
    for _line in csv_lines(rows_of(people[:rows], readers, prepare=prepare)):
        written += 1
    print(f"EXPORT {written} {time.perf_counter() - began:.1f} {peak_mb() - before:.0f}")
