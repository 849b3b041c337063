"""The bulletin of an organisation: what was published of a month or a year of what it wrote (ANA-4).

content  what is in it, taken from the published tables and from nothing else
words    its words in Russian and English
lines    as CSV (RFC 4180)
measure  as a MeasureReport of FHIR R4
paper    as content for a printer
"""
