"""What all pages share: the content security policy, components, plots, pages of a list, error pages."""
