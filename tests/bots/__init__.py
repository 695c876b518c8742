"""Somebody who takes part, without a browser: real pages over HTTP, with their cookies, forms and CSRF tokens.

    bot = Bot("http://127.0.0.1:8000", study.link_token, seed=7)
    bot.enter()
    bot.answer_intake(age="25-34")
    while task := bot.next_task():
        fields = bot.fill(task)
        bot.save_draft(task, fields)
        bot.hand_in(task, fields)
    bot.finish()

`ApiBot` takes part by the API instead, and raises `Refused`.

What is not said is drawn from the seed. A `Browser` is one connection and one cookie jar, for one thread;
`browser.another_tab()` shares the cookies. A step that is refused raises `Unexpected`, which holds the page that came.
"""

from .api import ApiBot, Refused
from .browser import Browser
from .pages import Fields, Form, Page, Unexpected
from .person import Bot, Task, answers_of

__all__ = ["ApiBot", "Bot", "Browser", "Fields", "Form", "Page", "Refused", "Task", "Unexpected", "answers_of"]
