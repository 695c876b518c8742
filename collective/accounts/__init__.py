"""Staff accounts: sign-in, invitations by one-time link, and nothing for participants, who hold a link."""
