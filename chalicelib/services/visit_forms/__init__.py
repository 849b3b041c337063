"""Forms before a visit, and drafts of its record, filled in beforehand (APT-4).

reading   what of a card both are made of, in one batch of queries
cabinet   the patient's form: looked at, kept as a draft, submitted once
drafting  the doctor's draft, which nothing is stored of
"""
