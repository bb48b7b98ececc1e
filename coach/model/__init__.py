"""The nouns of the coach. No I/O, no clock."""
