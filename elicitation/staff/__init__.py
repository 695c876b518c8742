"""Pages on which the staff set up studies and read what people gave.

Every page finds its study by `elicitation.permissions.get_study` with the lowest role it is for: reviewers read,
researchers change the study, its admins give roles.
"""
