"""Who: people, what they may do at a lender, its partners and their keys."""

from accounts.models.access_token import AccessToken
from accounts.models.api_key import ApiKey
from accounts.models.api_request import ApiRequest
from accounts.models.invitation import Invitation
from accounts.models.membership import Membership
from accounts.models.partner import Partner
from accounts.models.user import User

__all__ = ["AccessToken", "ApiKey", "ApiRequest", "Invitation", "Membership", "Partner", "User"]
