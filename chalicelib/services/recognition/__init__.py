"""Scans read into drafts, and drafts confirmed by a person (UX-3). What enters the card goes the way of any record."""
