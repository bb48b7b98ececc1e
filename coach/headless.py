"""The front end without a screen: a line, or a JSON line, an event."""
