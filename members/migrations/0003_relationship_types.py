from django.db import migrations

# Code: (said of the first, said of the second) in Arabic, English, Persian; which kinds; whether circles are refused.
TYPES = {
    "employee": (
        ({"ar": "يعمل/تعمل لدى", "en": "is employed by", "fa": "کارمندِ"}, {"ar": "توظّف", "en": "employs", "fa": "کارفرمای"}),
        ("individual", "organisation"),
        False,
    ),
    "household-head": (
        (
            {"ar": "معيل/ة أسرة", "en": "is the head of", "fa": "سرپرستِ"},
            {"ar": "معيلها/معيلتها", "en": "is headed by", "fa": "به سرپرستیِ"},
        ),
        ("individual", "household"),
        False,
    ),
    "household-member": (
        (
            {"ar": "فرد من أسرة", "en": "is a member of", "fa": "عضوِ"},
            {"ar": "من أفرادها", "en": "has as a member", "fa": "دارای عضو"},
        ),
        ("individual", "household"),
        False,
    ),
    "guardian": (
        ({"ar": "وليّ/ة أمر", "en": "is the guardian of", "fa": "قیّمِ"}, {"ar": "تحت ولاية", "en": "is a ward of", "fa": "تحت قیمومتِ"}),
        ("individual", "individual"),
        True,
    ),
    "representative": (
        ({"ar": "ممثّل/ة عن", "en": "represents", "fa": "نمایندهٔ"}, {"ar": "يمثّله/ا", "en": "is represented by", "fa": "با نمایندگیِ"}),
        ("individual", ""),
        True,
    ),
    "spouse": (
        ({"ar": "متزوّج/ة من", "en": "is married to", "fa": "همسرِ"}, {"ar": "متزوّج/ة من", "en": "is married to", "fa": "همسرِ"}),
        ("individual", "individual"),
        False,
    ),
    "parent": (
        ({"ar": "والد/ة", "en": "is a parent of", "fa": "والدِ"}, {"ar": "ابن/ة", "en": "is a child of", "fa": "فرزندِ"}),
        ("individual", "individual"),
        True,
    ),
    "branch": (
        ({"ar": "فرع من", "en": "is a branch of", "fa": "شعبهٔ"}, {"ar": "من فروعها", "en": "has as a branch", "fa": "دارای شعبهٔ"}),
        ("organisation", "organisation"),
        True,
    ),
}  # fmt: skip


def add(apps, schema_editor):
    RelationshipType = apps.get_model("members", "RelationshipType")
    for position, (code, (names, kinds, is_hierarchical)) in enumerate(TYPES.items()):
        RelationshipType.objects.get_or_create(
            code=code,
            defaults={
                "name": names[0],
                "reverse_name": names[1],
                "from_kind": kinds[0],
                "to_kind": kinds[1],
                "is_hierarchical": is_hierarchical,
                "position": position,
            },
        )


def remove(apps, schema_editor):
    apps.get_model("members", "RelationshipType").objects.filter(code__in=TYPES, relationships=None).delete()


class Migration(migrations.Migration):
    dependencies = [("members", "0002_people")]
    operations = [migrations.RunPython(add, remove)]
