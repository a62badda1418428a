"""The owner's numbers: one statement per figure. Past days come from the sums, today from the tables themselves.

Every statement takes the gyms as a list: one, or all that the owner may see.
"""
