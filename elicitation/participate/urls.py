"""Addresses of those who take part, all below `/p/`."""

from django.urls import path

from . import information, pages, quiz_page, tasks

app_name = "participate"

urlpatterns = [
    path("me/<str:token>/", pages.own_link, name="own-link"),
    path("invited/<str:token>/", pages.invited, name="invited"),
    path("<str:link>/", pages.welcome, name="study"),
    path("<str:link>/declined/", pages.declined, name="declined"),
    path("<str:link>/about-you/", pages.about_you, name="about-you"),
    path("<str:link>/information/", information.information, name="information"),
    path("<str:link>/quiz/", quiz_page.quiz_page, name="quiz"),
    path("<str:link>/next/", tasks.next_task, name="next"),
    path("<str:link>/task/<uuid:key>/", tasks.task, name="task"),
    path("<str:link>/task/<uuid:key>/draft/", tasks.draft, name="draft"),
    path("<str:link>/enough/", tasks.enough, name="enough"),
    path("<str:link>/finish/", pages.finish, name="finish"),
    path("<str:link>/trouble/", pages.trouble, name="trouble"),
    path("<str:link>/leave/", pages.leave, name="leave"),
]
