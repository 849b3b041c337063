"""Templates of a doctor's entries (UX-3): marks in their text, who may do what, and how they are filled in. Pure rules.

marks          what gaps and placeholders look like in a text, and how text of the card is put between them
placeholders   the closed list of what is filled in from the card
scopes         own, of a department, of an organisation: who sees and changes which
personal       what looks like data of a person and has no place in a template
answers        what each placeholder says of one card
filling        a body with its placeholders filled in, each value with its source
"""
