"""The tasks: what comes next, a task, its draft, handing it in."""

import uuid
from typing import Any

from django.http import Http404
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from elicitation import assignment as assignments
from elicitation import drafts, submission, way
from elicitation.answers import AnswersRefused
from elicitation.models import Assignment
from elicitation.panels.returning import way_back
from elicitation.participate import task_page
from elicitation.participate.devices import device_class
from elicitation.participate.visits import PersonalVisit
from elicitation.storing import Circumstances

from .answers import AnswersSerializer, to_fields
from .before import NotNow
from .who import PersonalView


class TaskGone(APIException):
    """The task takes no more answers."""

    status_code = 410
    default_code = "task_gone"


class TaskSerializer(serializers.Serializer[Any]):
    """A task as its page shows it: letters are those of this person's order."""

    key = serializers.UUIDField(source="assignment.idempotency_key")
    number = serializers.IntegerField()
    total = serializers.IntegerField()
    leased_until = serializers.DateTimeField(source="assignment.leased_until")
    conversation = serializers.ListField(child=serializers.DictField(), source="prompt.messages")
    responses = serializers.SerializerMethodField()
    asked = serializers.DictField(child=serializers.CharField(), help_text="The questions, by step.")
    criteria = serializers.SerializerMethodField()
    revision = serializers.IntegerField(help_text="Of the draft so far, 0 for none.")

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_responses(self, context: dict[str, Any]) -> dict[str, str]:
        """Return the texts by the letter they are shown under."""
        return {response["label"]: response["text"] for response in context["responses"]}

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_criteria(self, context: dict[str, Any]) -> dict[str, str]:
        """Return the criteria's texts by their ids."""
        return {part.name.removeprefix("score_"): part.question for part in context["criteria"]}


class WayBackSerializer(serializers.Serializer[Any]):
    """What a panel wants to be told at the end, and where."""

    panel = serializers.CharField(allow_blank=True)
    code = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)


class NextSerializer(serializers.Serializer[Any]):
    """What comes next: `about-you`, `quiz`, `task`, `enough` (say whether you want more) or `finish`."""

    station = serializers.ChoiceField(choices=[station.value for station in way.Station])
    task = TaskSerializer(allow_null=True)
    outcome = serializers.CharField(allow_blank=True)
    way_back = WayBackSerializer(allow_null=True)


class WantsMoreSerializer(serializers.Serializer[Any]):
    """Whether somebody who has done enough wants more tasks."""

    wants_more = serializers.BooleanField(required=False, default=False)


class DraftSerializer(serializers.Serializer[Any]):
    """The revision under which a draft was stored."""

    revision = serializers.IntegerField()


class HandedInSerializer(serializers.Serializer[Any]):
    """The stored assessment; `is_surplus` where it came when the prompt had all the answers it needs."""

    assessment = serializers.IntegerField()
    is_surplus = serializers.BooleanField()


class NextTask(PersonalView):
    """Where the person stands."""

    @extend_schema(request=WantsMoreSerializer, responses=NextSerializer)
    def post(self, request: Request, link: str) -> Response:
        """Go on: the task is reserved, or the way ends. 403 where the study is not open, 409 where nothing is left."""
        form = WantsMoreSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            coming = way.come_next(participant=self.person, **form.validated_data)
        except assignments.StudyNotOpen as refusal:
            raise PermissionDenied("This study gives out no tasks now.") from refusal
        except assignments.NothingLeft as refusal:
            raise NotNow("There is nothing to do at the moment. A place may become free: ask again later.") from refusal
        return Response(NextSerializer(self._shown(coming)).data)

    def _shown(self, coming: way.Next) -> dict[str, Any]:
        ended = coming.station is way.Station.ENDED
        return {
            "station": coming.station.value,
            "task": task_context(self.visit, coming.task) if coming.task else None,
            "outcome": self.person.outcome,
            "way_back": way_back(self.person) if ended else None,
        }


class TaskView(PersonalView):
    """An endpoint below a task."""

    def found(self, key: uuid.UUID) -> Assignment:
        """Return the person's task."""
        found = self.person.assignments.select_related("prompt", "draft").filter(idempotency_key=key).first()
        if found is None:
            raise Http404("There is no such task among yours.")
        return found


class Task(TaskView):
    """One task."""

    @extend_schema(responses=TaskSerializer)
    def get(self, request: Request, link: str, key: uuid.UUID) -> Response:
        """Read a task that is not handed in yet; 410 for one that was."""
        found = self.found(key)
        if found.state != Assignment.State.RESERVED:
            raise TaskGone("This task was handed in, given back, or its time ran out: ask what comes next.")
        return Response(TaskSerializer(task_context(self.visit, found)).data)


class TaskDraft(TaskView):
    """What was filled in so far."""

    @extend_schema(request=AnswersSerializer, responses=DraftSerializer)
    def put(self, request: Request, link: str, key: uuid.UUID) -> Response:
        """Keep a draft that builds on `revision`; 409 where a newer one is stored."""
        form = AnswersSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        fields = to_fields(form.validated_data)
        try:
            stored = drafts.save_draft(
                assignment=self.found(key),
                study=self.study,
                fields=submission.answer_fields(fields),
                revision=submission.revision_of(fields),
            )
        except drafts.StaleDraft as stale:
            raise NotNow(f"{stale} Its revision is {stale.draft.revision}.") from stale
        except drafts.AlreadyHandedIn as refusal:
            raise TaskGone(str(refusal)) from refusal
        except drafts.DraftTooLong as refusal:
            raise serializers.ValidationError(str(refusal)) from refusal
        return Response(DraftSerializer(stored).data)


class TaskAnswers(TaskView):
    """Handing a task in."""

    @extend_schema(request=AnswersSerializer, responses={201: HandedInSerializer, 200: HandedInSerializer})
    def post(self, request: Request, link: str, key: uuid.UUID) -> Response:
        """Hand in; however often it is sent, it is stored once, and every retry is answered with the stored row."""
        form = AnswersSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        stored = self._submit(request, key, form.validated_data)
        code = status.HTTP_200_OK if stored.repeated else status.HTTP_201_CREATED
        return Response(HandedInSerializer(stored).data, status=code)

    def _submit(self, request: Request, key: uuid.UUID, given: dict[str, Any]) -> submission.Submitted:
        try:
            return submission.submit(
                key=key,
                sender=submission.Sender(token=self.person.token, link=self.study.link_token),
                fields=to_fields(given),
                circumstances=Circumstances(
                    language=get_language() or "",
                    device_class=device_class(request.headers.get("User-Agent", "")),
                    step_seconds=submission.read_step_seconds(given.get("seconds", {})),
                ),
            )
        except submission.UnknownTask as refusal:
            raise Http404(str(refusal)) from refusal
        except AnswersRefused as refused:
            raise serializers.ValidationError({name: [why] for name, why in refused.errors.items()}) from refused
        except submission.NewerDraft as refusal:
            raise NotNow(str(refusal)) from refusal
        except submission.TaskGone as refusal:
            raise TaskGone(str(refusal)) from refusal
        except submission.StudyClosed as refusal:
            raise PermissionDenied(str(refusal)) from refusal


def task_context(visit: PersonalVisit, task: Assignment) -> dict[str, Any]:
    """Return what the task's page would show."""
    return task_page.context(visit=visit, assignment=task, fields={}, refusal=None, saved=False)
