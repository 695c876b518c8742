"""Those who answer: each module speaks to one kind of model."""
