"""Counts for analytics and epidemiology (PRT-8): what is counted, and what of it may be published.

counting     what a record adds: categories and the stratum of a person
periods      months and years: until when something is counted, and when a period is closed
suppression  which counts stay hidden so that no small one can be worked out
tables       what is published of a period, and in which form
"""
