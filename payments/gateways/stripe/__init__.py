"""The real provider, through its official library. Its objects do not leave this package."""
