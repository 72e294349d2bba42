"""Laws of money on its way, beside those of the books."""
