"""A verifier of the audit log that shares no code with the service: see docs/audit.md for the format."""
