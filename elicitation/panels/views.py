"""The address panels tell things at: no page, no cookie; the signature says who speaks."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from elicitation.models import Panel

from .hearing import MOST_BYTES, Unproven, Unreadable, hear


@csrf_exempt
@require_POST
@never_cache
def event(request: HttpRequest, token: str) -> JsonResponse:
    """Take a message: 200 once it is kept (heard before or not), 401 where it proves nothing, 400 if unreadable."""
    panel = Panel.objects.filter(webhook_token=token).first()
    if panel is None:
        return JsonResponse({"detail": "There is nothing at this address."}, status=404)
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return JsonResponse({"detail": "That is more than is taken at once."}, status=413)
    try:
        kept = hear(panel=panel, headers=request.headers, body=body)
    except Unproven as refusal:
        return JsonResponse({"detail": str(refusal)}, status=401)
    except Unreadable as refusal:
        return JsonResponse({"detail": str(refusal)}, status=400)
    return JsonResponse({"effect": kept.effect})
