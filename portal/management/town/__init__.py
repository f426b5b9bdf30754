"""The invented town: names, places and words, and a builder that makes it of any size.

Nobody here exists. Organisations that the meeting notes name are named, employers are invented,
addresses are Exempelgatan, e-mail is example.org and phones come from the series kept for fiction.
"""
