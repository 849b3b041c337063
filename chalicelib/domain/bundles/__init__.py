"""Transactions and batches of FHIR R4 (3.1.0.11): entries, what they name each other by, people in them."""
