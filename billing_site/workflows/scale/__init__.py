"""A large world out of a small one: the demo's year, copied by plain SQL.

Whoever is in it is copied with a number behind each name, and whatever they did as often as
is asked for, a third of it each a year further back. So a copy has all that the year has, in
every state, and a page of it costs what the same page costs in a real one of that size.
"""
