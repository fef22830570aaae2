"""Where a text has what was asked, what of it is shown, and how it is marked."""
