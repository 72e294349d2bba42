"""How the desk writes moments and days; all other pages say which form they mean."""

DATETIME_FORMAT = "D j M Y, H:i T"
DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
