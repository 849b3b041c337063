"""What is due of care (ANA-3): judged anew whenever it is looked at, by rules (domain/needs/) over what may be listed.

reading   what of a card the rules are judged by, in one batch of queries
cabinet   the list; marks on it; the switch of one's own hints
"""
