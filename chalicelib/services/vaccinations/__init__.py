"""Vaccinations of a card (REC-6): the plan that the calendar makes of them, and certificates with a SMART Health Card.

history.py         what is recorded, opened under one audit entry
plan.py            status and next dose of every course
certificates.py    issuing, the file, revocation; what is published for those who verify
printing.py        the printed certificate
"""
