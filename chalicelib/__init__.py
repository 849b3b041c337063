"""Medkarta: an electronic medical card that people can trust."""
