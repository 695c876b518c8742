"""The pages on which a study is set up: a checklist, and a page for each concern.

Every page is a plain form over one function of the domain. Reviewers read the checklist, the versions and the preview;
the rest is for researchers.
"""
