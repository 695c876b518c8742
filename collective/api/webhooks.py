"""Who is told of a study's events."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from collective.accounts.signed_in import signed_in_user
from elicitation import webhooks
from elicitation.models import Role, Webhook, WebhookDelivery
from elicitation.queries.webhooks import latest_deliveries

from .access import StudyView
from .paging import ByKey


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    """An address and what it is told of."""

    events = serializers.ListField(child=serializers.ChoiceField(choices=sorted(webhooks.EVENTS)), min_length=1)

    class Meta:
        model = Webhook
        fields: tuple[str, ...] = ("id", "url", "events", "is_active", "created_at")
        read_only_fields: tuple[str, ...] = ("is_active", "created_at")


class WebhookWithSecretSerializer(WebhookSerializer):
    """A webhook just made: its secret is told now and never again."""

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret")
        read_only_fields = (*WebhookSerializer.Meta.read_only_fields, "secret")


class WebhookChangeSerializer(WebhookSerializer):
    """What can be changed of a webhook."""

    class Meta(WebhookSerializer.Meta):
        fields = ("events", "is_active")
        read_only_fields = ()
        extra_kwargs = {"is_active": {"required": False}}


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """An event on its way to an address, or what became of it."""

    class Meta:
        model = WebhookDelivery
        fields = (
            "id",
            "webhook",
            "event_id",
            "event",
            "state",
            "attempts",
            "last_status",
            "error",
            "created_at",
            "delivered_at",
        )


class WebhookList(StudyView, generics.ListAPIView[Webhook]):
    """The addresses told of a study's events."""

    role_to_read = Role.RESEARCHER
    serializer_class = WebhookSerializer
    pagination_class = ByKey
    filterset_fields = ("is_active",)
    queryset = Webhook.objects.none()

    def get_queryset(self) -> Any:
        """Return the study's webhooks."""
        return self.study.webhooks.all()

    @extend_schema(request=WebhookSerializer, responses={201: WebhookWithSecretSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Add an address; the answer holds the secret that signs what it is sent."""
        form = WebhookSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            webhook = webhooks.add_webhook(by=signed_in_user(request), study=self.study, **form.validated_data)
        except webhooks.WebhookRefused as refusal:
            raise serializers.ValidationError({"url": [str(refusal)]}) from refusal
        return Response(WebhookWithSecretSerializer(webhook).data, status=status.HTTP_201_CREATED)


class WebhookView(StudyView):
    """An endpoint of one address."""

    role_to_read = Role.RESEARCHER

    def webhook(self, pk: int) -> Webhook:
        """Return the study's webhook."""
        return get_object_or_404(self.study.webhooks.select_related("study"), pk=pk)


class WebhookDetail(WebhookView):
    """One address."""

    @extend_schema(responses=WebhookSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Read a webhook, without its secret."""
        return Response(WebhookSerializer(self.webhook(pk)).data)

    @extend_schema(request=WebhookChangeSerializer, responses=WebhookSerializer)
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Change what an address is told of, or pause it."""
        form = WebhookChangeSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        user = signed_in_user(request)
        changed = webhooks.change_webhook(by=user, webhook=self.webhook(pk), **form.validated_data)
        return Response(WebhookSerializer(changed).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Tell an address of nothing any more."""
        webhooks.remove_webhook(by=signed_in_user(request), webhook=self.webhook(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class WebhookTest(WebhookView):
    """Trying an address."""

    @extend_schema(request=None, responses={202: DeliverySerializer})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Send a test event."""
        delivery = webhooks.emit_test(webhook=self.webhook(pk))
        return Response(DeliverySerializer(delivery).data, status=status.HTTP_202_ACCEPTED)


class DeliveryList(StudyView, generics.ListAPIView[WebhookDelivery]):
    """What was sent to a study's addresses."""

    role_to_read = Role.RESEARCHER
    serializer_class = DeliverySerializer
    pagination_class = ByKey
    filterset_fields = ("webhook", "event", "state")
    queryset = WebhookDelivery.objects.none()

    def get_queryset(self) -> Any:
        """Return the deliveries."""
        return latest_deliveries(self.study, limit=None)
