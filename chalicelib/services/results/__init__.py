"""Results over time (REC-5), what a doctor drafts from one (REC-12), and sending one to a doctor.

comparing  a matrix of analytes and results, under one entry and at a bounded price
sheets     the same on paper
sending    a narrow consent, where there is none, and a notice that names the record
drafting   drafts of one doctor: made, listed, edited, discarded
accepting  a draft becomes a record, once
"""
