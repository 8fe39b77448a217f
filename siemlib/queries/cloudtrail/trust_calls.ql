# Calls that say whom the account trusts, or not any more: roles, identity providers, trust anchors, organizations
filter eventName in [
    "CreateRole", "UpdateAssumeRolePolicy", "DeleteRole", "CreateSAMLProvider", "UpdateSAMLProvider", "CreateOpenIDConnectProvider",
    "UpdateOpenIDConnectProviderThumbprint", "CreateTrustAnchor", "UpdateTrustAnchor", "EnableTrustAnchor",
    "DeleteTrustAnchor", "DisableTrustAnchor", "DeleteSAMLProvider", "DeleteOpenIDConnectProvider", "AcceptHandshake", "CreateAccountAssignment",
    "InviteAccountToOrganization"
  ]
  and eventSource in [
    "iam.amazonaws.com", "rolesanywhere.amazonaws.com", "organizations.amazonaws.com", "sso.amazonaws.com"
  ]
