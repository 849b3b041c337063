"""Vital signs (REC-10): watched as they come in, kept as series, read, taken from devices, handed to a doctor.

rows       days, months and the state of a card's series, opened and sealed
knowledge  by what a reading of one person is judged: age, and limits that a doctor set
watch      reactions to a reading: the series are brought up to date, whoever must know is told
reading    a series with its bands, at a flat price
devices    many readings of a device at once
transfers  a period of readings as a record of its own
"""
