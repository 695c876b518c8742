"""Signs, beside the data, that a person's answers deserve a look. They remove nothing: `elicitation.exclusion` does.

One module per family of signs, each a function from what people gave (`given`) to findings; `kinds` says what each sign
means and how often it is wrong, `recomputing` keeps the rows in step with the answers.
"""
