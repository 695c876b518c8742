"""What templates ask of the loop."""
