"""Pure: what the journal says, folded into what the gate asks (docs/gate.md)."""
