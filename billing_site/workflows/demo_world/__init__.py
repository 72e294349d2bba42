"""The demo world: a year of invented business, lived through by the product's own services.

`cast` says who there is, `trades` what they agreed on, `scripts` what became of it, day by
day. `stage` gives the deeds in their order and lets time pass between them.
"""
