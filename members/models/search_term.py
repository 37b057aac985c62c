from django.db import models

from members.fields import ByteOrderedCharField

from .contact import Contact


class SearchTerm(models.Model):
    """One of the words by which a contact is found: of the name, an e-mail address, digits of a number.

    Kept beside what it is made from, by `members.domain.search`. `name` repeats the contact's folded name, so that
    the first page of the 16,000 who share a word is read from the index in order, without sorting all of them.
    """

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="search_terms")
    term = ByteOrderedCharField(max_length=200)
    name = ByteOrderedCharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "term"], name="search_term_once_per_contact")]
        indexes = [models.Index(fields=["term", "name", "contact"], name="search_term_in_order")]

    def __str__(self):
        return self.term
