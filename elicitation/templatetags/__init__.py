"""What templates ask of elicitation."""
