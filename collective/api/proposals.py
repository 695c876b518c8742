"""Proposed edits of a spec, their evidence, and deciding about them."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from collective.accounts.signed_in import signed_in_user
from collective.accounts.tokens import ANSWERS_READ, SPECS_WRITE
from elicitation.models import Role
from spec_loop.models import Decision, Evidence, Proposal
from spec_loop.proposals import decide, proposals_of, put_in_review

from .access import StudyView
from .paging import ByKey


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """What somebody decided, why, and the version that adoption wrote."""

    decided_by = serializers.CharField(source="decided_by.email", default=None, allow_null=True, read_only=True)
    version_hash = serializers.CharField(source="version.hash", default=None, allow_null=True, read_only=True)

    class Meta:
        model = Decision
        fields = ("verdict", "reason", "decided_by", "decided_at", "version_hash")
        read_only_fields = ("decided_at",)


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    """A person's ranking with its reason, and their agreement with the ranker before and after the edit."""

    assessment = serializers.IntegerField(source="ranking.assessment_id")
    prompt = serializers.CharField(source="ranking.assessment.prompt.key")
    order = serializers.CharField(source="ranking.order")
    justification = serializers.CharField(source="ranking.justification")

    class Meta:
        model = Evidence
        fields = ("stance", "before", "after", "assessment", "prompt", "order", "justification")


class ProposalSerializer(serializers.ModelSerializer[Proposal]):
    """An edit put before people, with what was measured of it."""

    document = serializers.CharField(source="document.name")
    base_version = serializers.CharField(source="base_version.hash")
    run = serializers.IntegerField(source="candidate.run_id", default=None, allow_null=True)

    class Meta:
        model = Proposal
        fields = (
            "id",
            "document",
            "base_version",
            "run",
            "section_id",
            "authority",
            "kind",
            "intent",
            "edit",
            "status",
            "is_recommended",
            "effect",
            "created_at",
        )


class ProposalDetailSerializer(ProposalSerializer):
    """A proposal with its evidence and decisions."""

    evidence = EvidenceSerializer(many=True)
    decisions = DecisionSerializer(many=True)

    class Meta(ProposalSerializer.Meta):
        fields = (*ProposalSerializer.Meta.fields, "evidence", "decisions")  # type: ignore[assignment]


class ProposalList(StudyView, generics.ListAPIView[Proposal]):
    """The proposals of a study."""

    serializer_class = ProposalSerializer
    pagination_class = ByKey
    filterset_fields = ("status", "is_recommended", "section_id")
    queryset = Proposal.objects.none()

    def get_queryset(self) -> Any:
        """Return the study's proposals."""
        return proposals_of(self.study)


class ProposalView(StudyView):
    """An endpoint below a proposal. Which role a decision takes depends on the proposal; the domain sees to it."""

    role_to_write = Role.REVIEWER
    scope_to_write = SPECS_WRITE

    def proposal(self, pk: int) -> Proposal:
        """Return the study's proposal."""
        return get_object_or_404(proposals_of(self.study), pk=pk)


class ProposalDetail(ProposalView):
    """One proposal, with what people gave as its evidence."""

    scope_to_read = ANSWERS_READ

    @extend_schema(responses=ProposalDetailSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Read a proposal with its evidence."""
        proposals = proposals_of(self.study).prefetch_related(
            "evidence__ranking__assessment__prompt", "decisions__decided_by", "decisions__version"
        )
        return Response(ProposalDetailSerializer(get_object_or_404(proposals, pk=pk)).data)


class ProposalReview(ProposalView):
    """Whether people are looking at it."""

    @extend_schema(request=None, responses=ProposalSerializer)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Put a tested or deferred proposal into review; 409 for any other."""
        return Response(ProposalSerializer(put_in_review(by=signed_in_user(request), proposal=self.proposal(pk))).data)


class ProposalDecision(ProposalView):
    """Adopt, defer or decline."""

    @extend_schema(request=DecisionSerializer, responses={201: DecisionSerializer})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Decide with a reason; 409 where it cannot be decided so. Adoption writes the next version of the spec."""
        form = DecisionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        decision = decide(by=signed_in_user(request), proposal=self.proposal(pk), **form.validated_data)
        return Response(DecisionSerializer(decision).data, status=status.HTTP_201_CREATED)
