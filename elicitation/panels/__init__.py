"""Panels: companies and pools that send people to a study, pay them, and want to be told how it ended.

A panel is a row (`elicitation.models.Panel`); `presets` are rows to begin with. `arriving` reads who comes,
`returning` says with which code and link they go back, `hearing` takes what the panel tells by webhook, `managing`
makes and changes the rows.
"""
