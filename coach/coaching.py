"""Use cases: what today, rate, begin, finish, clear. Front ends show and ask; what both need is here."""
