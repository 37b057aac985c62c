"""Brings the catalogues in `site/config/locale` up to the words in the sources."""

from config.launch.translations_complete import LANGUAGES, LOCALE, extract

if __name__ == "__main__":
    for language in LANGUAGES:
        (LOCALE / language / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    extract(LOCALE)
