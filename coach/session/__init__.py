"""A live run as a sans-I/O state machine: time comes in as an argument, events come out."""
