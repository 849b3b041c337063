"""Notices outside (MSG-2): deciding, sending, what the providers say of it, and the person's wishes and list."""
