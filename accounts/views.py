"""Pages about who one is: choosing the lender one works for, and accepting an invitation."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import validate_password
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from accounts.middleware import LANGUAGE_CODES, SESSION_KEY
from accounts.models import User
from accounts.selectors.memberships import memberships_of
from accounts.services.invitations import invitation_accept, invitation_find
from tenancy.errors import DomainError


class AcceptForm(forms.Form):
    """What a new colleague tells us."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    password = forms.CharField(label=_("A new password"), widget=forms.PasswordInput)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


@login_required
@require_POST
def organization_switch(request: HttpRequest) -> HttpResponse:
    """Work for another lender one is a member of; anything else is not found."""
    wanted = request.POST.get("organization", "")
    members = memberships_of(int(request.user.pk or 0))
    if wanted not in {str(member.organization_id) for member in members}:
        raise Http404
    request.session[SESSION_KEY] = wanted
    return redirect("admin:index")


@require_POST
def language_switch(request: HttpRequest) -> HttpResponse:
    """Another language from the same page on; a signed-in person's choice goes with the account."""
    language = request.POST.get("language", "")
    if language not in LANGUAGE_CODES:
        raise Http404
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=language)
    answer: HttpResponse = set_language(request)
    return answer


@sensitive_post_parameters("password")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind an invitation's link."""
    found = invitation_find(token)
    if found is None:
        return render(request, "account/invitation_unknown.html", status=404)
    known = User.objects.filter(email=found.email).exists()
    form = None if known else AcceptForm(request.POST or None)
    if request.method == "POST" and (form is None or form.is_valid()):
        data = form.cleaned_data if form else {"name": "", "password": None}
        try:
            invitation_accept(token=token, **data)
        except DomainError:
            return render(request, "account/invitation_unknown.html", status=409)
        return redirect("account_login")
    return render(request, "account/invitation.html", {"invitation": found, "form": form})
