"""What a watch recorded, held against what was planned. Pure (docs/matching.md)."""
