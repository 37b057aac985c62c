"""Dates with a time of day as Arabic readers write them; Django has none for Arabic, and would fall back to American ones."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y، H:i"
SHORT_DATE_FORMAT = "Y/m/d"
SHORT_DATETIME_FORMAT = "Y/m/d، H:i"
TIME_FORMAT = "H:i"
