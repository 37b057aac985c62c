"""Bringing in contacts from a file: read, understood, tried, carried out, and taken back."""
