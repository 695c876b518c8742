"""Runs of the automated loop."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from collective.accounts.signed_in import signed_in_user
from collective.accounts.tokens import RUNS_WRITE
from elicitation.models import Block
from spec_loop.agreement import choose_block
from spec_loop.loop.reporting import report
from spec_loop.loop.runs import cancel_run, progress, resume_run, start_run
from spec_loop.models import Run
from spec_loop.tasks import call_worker

from .access import StudyView
from .paging import ByKey


class RunSerializer(serializers.ModelSerializer[Run]):
    """A run: what it compares, with which seed and budget, and where it stands."""

    document = serializers.CharField(source="document.name")
    base_version = serializers.CharField(source="base_version.hash")

    class Meta:
        model = Run
        fields: tuple[str, ...] = (
            "id",
            "document",
            "base_version",
            "block",
            "ranker",
            "proposer",
            "seed",
            "plan",
            "status",
            "stage",
            "message",
            "max_calls",
            "max_tokens",
            "max_cost",
            "created_at",
            "finished_at",
        )


class ProgressSerializer(serializers.Serializer[Any]):
    """How far a stage is, in requests to models."""

    stage = serializers.CharField()
    done = serializers.IntegerField()
    failed = serializers.IntegerField()
    total = serializers.IntegerField()


class RunDetailSerializer(RunSerializer):
    """A run with its progress, what it cost so far, and what came of it."""

    progress = serializers.SerializerMethodField()
    report = serializers.SerializerMethodField()

    class Meta(RunSerializer.Meta):
        fields = (*RunSerializer.Meta.fields, "progress", "report")

    @extend_schema_field(ProgressSerializer(many=True))
    def get_progress(self, run: Run) -> Any:
        """Return how far each stage is."""
        return ProgressSerializer(progress(run).stages, many=True).data

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_report(self, run: Run) -> dict[str, Any]:
        """Return what `manage.py run_loop --json` prints."""
        return report(run)


class BudgetSerializer(serializers.Serializer[Any]):
    """What a run may spend in all; null is no limit."""

    max_calls = serializers.IntegerField(required=False, default=None, allow_null=True, min_value=1, max_value=10**9)
    max_tokens = serializers.IntegerField(required=False, default=None, allow_null=True, min_value=1, max_value=10**15)
    max_cost = serializers.DecimalField(
        required=False, default=None, allow_null=True, max_digits=12, decimal_places=4, min_value=0
    )


class NewRunSerializer(BudgetSerializer):
    """A run to be started; `block` is personal where there are any, unless said."""

    document = serializers.SlugField()
    version = serializers.CharField(required=False, default="", allow_blank=True, max_length=64)
    ranker = serializers.CharField(required=False, default="offline", max_length=120)
    proposer = serializers.CharField(required=False, default="offline", max_length=120)
    block = serializers.ChoiceField(choices=Block.choices, required=False, default=None, allow_null=True)
    seed = serializers.IntegerField(required=False, default=0, min_value=0, max_value=2**62)


class RunsView(StudyView):
    """An endpoint of runs: starting one may cost money."""

    scope_to_write = RUNS_WRITE


class RunList(RunsView, generics.ListAPIView[Run]):
    """The runs of a study."""

    serializer_class = RunSerializer
    pagination_class = ByKey
    filterset_fields = ("status", "ranker")
    queryset = Run.objects.none()

    def get_queryset(self) -> Any:
        """Return the study's runs."""
        return self.study.runs.select_related("document", "base_version").defer("base_version__text")

    @extend_schema(request=NewRunSerializer, responses={201: RunSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Start a run; workers go on with it."""
        form = NewRunSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = dict(form.validated_data)
        document = self.document_of_study(given.pop("document"))
        run = start_run(
            by=signed_in_user(request),
            study=self.study,
            document=document,
            version=self.version_of(document, given.pop("version")),
            block=choose_block(self.study, given.pop("block")),
            **given,
        )
        transaction.on_commit(lambda: call_worker(run))
        return Response(RunSerializer(run).data, status=status.HTTP_201_CREATED)


class RunView(RunsView):
    """An endpoint below a run."""

    def run(self, pk: int) -> Run:
        """Return the study's run."""
        return get_object_or_404(self.study.runs.select_related("document", "base_version"), pk=pk)


class RunDetail(RunView):
    """One run."""

    @extend_schema(responses=RunDetailSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Read a run with its progress and result."""
        return Response(RunDetailSerializer(self.run(pk)).data)


class RunCancel(RunView):
    """Stop for good."""

    @extend_schema(request=None, responses=RunSerializer)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Cancel a run; 409 where it is over."""
        return Response(RunSerializer(cancel_run(by=signed_in_user(request), run=self.run(pk))).data)


class RunResume(RunView):
    """Go on."""

    @extend_schema(request=BudgetSerializer, responses=RunSerializer)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Go on with a paused run, with a larger budget where one is given; 409 where it is over."""
        form = BudgetSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        run = resume_run(by=signed_in_user(request), run=self.run(pk), **form.validated_data)
        transaction.on_commit(lambda: call_worker(run))
        return Response(RunSerializer(run).data)
