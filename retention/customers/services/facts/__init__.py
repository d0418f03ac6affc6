"""Write facts in sets: new ones, newer versions, withdrawals. Every door goes through here."""
