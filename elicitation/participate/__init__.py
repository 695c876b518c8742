"""The pages of those who take part: no account, no password, nothing to learn."""
