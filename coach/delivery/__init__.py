"""Where a session goes by itself: a watch on the cable, a service on the net. Nothing here decides what goes."""
