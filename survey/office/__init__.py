"""The staff: accounts, what each role may do, and the log of what they did. Never a cast."""
