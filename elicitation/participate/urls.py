"""Addresses of those who take part, all below `/p/`."""

from django.urls import path

from . import information, language, mine, mine_correct, mine_withdraw, pages, quiz_page, tasks

app_name = "participate"

urlpatterns = [
    path("me/<str:token>/", pages.own_link, name="own-link"),
    path("invited/<str:token>/", pages.invited, name="invited"),
    path("<str:link>/", pages.welcome, name="study"),
    path("<str:link>/declined/", pages.declined, name="declined"),
    path("<str:link>/about-you/", pages.about_you, name="about-you"),
    path("<str:link>/information/", information.information, name="information"),
    path("<str:link>/language/", language.language, name="language"),
    path("<str:link>/quiz/", quiz_page.quiz_page, name="quiz"),
    path("<str:link>/next/", tasks.next_task, name="next"),
    path("<str:link>/task/<uuid:key>/", tasks.task, name="task"),
    path("<str:link>/task/<uuid:key>/draft/", tasks.draft, name="draft"),
    path("<str:link>/enough/", tasks.enough, name="enough"),
    path("<str:link>/finish/", pages.finish, name="finish"),
    path("<str:link>/trouble/", pages.trouble, name="trouble"),
    path("<str:link>/mine/", mine.mine, name="mine"),
    path("<str:link>/mine/hear-back/", mine.hear_back, name="hear-back"),
    path("<str:link>/mine/answers.json", mine.download, {"form": "json"}, name="download-json"),
    path("<str:link>/mine/answers.html", mine.download, {"form": "html"}, name="download-html"),
    path("<str:link>/mine/compare/", mine.compare, name="compare"),
    path("<str:link>/mine/about-you/", mine_correct.correct_intake, name="correct-intake"),
    path("<str:link>/mine/answers/<int:answer>/", mine_correct.correct_answer, name="correct"),
    path("<str:link>/mine/answers/<int:answer>/withdraw/", mine_withdraw.withdraw_answer, name="withdraw-answer"),
    path("<str:link>/mine/withdraw/", mine_withdraw.choose, name="withdraw"),
    path("<str:link>/mine/withdraw/<str:what>/", mine_withdraw.withdraw, name="withdraw-what"),
    path("<str:link>/leave/", pages.leave, name="leave"),
]
