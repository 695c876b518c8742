"""Elicitation: studies, what people are asked, who is asked next, and what they answered."""
