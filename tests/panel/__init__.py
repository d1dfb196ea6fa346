"""The side panel in a real browser, against real servers."""
