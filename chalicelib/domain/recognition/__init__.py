"""Scans that are read into a draft (UX-3): which pages can be read, what their words say, what a person confirmed."""
