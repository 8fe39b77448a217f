"""What one call shares, with whom, or takes back: each service says it in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.investigate.posture.grantees import EVERYONE, Grantee, grantee, grantees
from siemlib.sources.reading import leaf, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siemlib.investigate.account_calls import AccountCall

NOT_TOLD = "not told"
_RESOURCE = (
    "imageId", "snapshotId", "dBSnapshotIdentifier", "dBClusterSnapshotIdentifier", "bucketName", "functionName",
    "secretId", "keyId", "queueUrl", "topicArn", "repositoryName", "dBInstanceIdentifier", "resourceShareArn",
    "layerName", "resourceArn", "name", "accountId",
)  # fmt: skip
# Where a call keeps its whole policy: one that it sets takes the place of the one before.
_POLICIES = {
    "PutBucketPolicy": ("bucketPolicy",),
    "PutAccessPointPolicy": ("PutAccessPointPolicyRequest", "Policy"),
    "PutResourcePolicy": ("resourcePolicy",),
    "PutKeyPolicy": ("policy",),
    "SetQueueAttributes": ("attributes", "Policy"),
    "SetRepositoryPolicy": ("policyText",),
}
_REMOVES_POLICY = frozenset({"DeleteBucketPolicy", "DeleteResourcePolicy"})
_ENDS = frozenset(
    {
        "DeregisterImage",
        "DeleteSnapshot",
        "DeleteDBSnapshot",
        "DeleteDBClusterSnapshot",
        "DeleteBucket",
        "DeleteDBInstance",
        "DeleteSecret",
        "DeleteRepository",
        "DeleteQueue",
        "DeleteTopic",
        "DeleteFunction",
    }
)
"""With the resource ends whatever it was shared with."""
_BLOCKS = frozenset(
    {
        "DeleteBucketPublicAccessBlock",
        "DeletePublicAccessBlock",
        "DeleteAccountPublicAccessBlock",
        "DisableSnapshotBlockPublicAccess",
        "DisableImageBlockPublicAccess",
    }
)
_BLOCKING = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_PUBLIC_ACLS = ("public-read", "public-read-write", "authenticated-read")
_UNLOCKED = "whoever a policy lets in: the block of public access is lifted"


@dataclass(frozen=True)
class Share:
    """``gives`` says whether it is shared or taken back; ``whole`` that the call replaces all of ``means``."""

    resource: str
    whom: str
    means: str
    """By which it is shared: a policy does not end what an ACL shares. Empty for the end of the resource itself."""
    gives: bool = True
    whole: bool = False
    kept: tuple[str, ...] = ()
    """Of a call that replaces all: with whom it shares from then on."""

    def ended_by(self, later: Share) -> bool:
        """Whether a later share takes this one back."""
        if later.resource != self.resource or later.means not in {self.means, ""}:
            return False
        return self.whom not in later.kept if later.whole else not later.gives and later.whom == self.whom


def shares(call: AccountCall) -> Iterator[Share]:
    """What the call shares with somebody outside of the account, and what it takes back."""
    resource = call.asked(*_RESOURCE) or ""
    asked = call.at("requestParameters")
    if not isinstance(asked, dict):
        if not call.done and not call.name.startswith(("Delete", "Remove", "ModifyDBInstance", "CreateDBInstance")):
            yield Share(resource, NOT_TOLD, NOT_TOLD)
    elif call.name in _POLICIES or call.name in _REMOVES_POLICY:
        yield from _of_policy(call, resource, leaf(asked, *_POLICIES.get(call.name, ("",))))
    elif call.name in {"PutBucketAcl", "PutObjectAcl"}:
        yield from _of_acl(call, resource, asked)
    else:
        yield from _of_list(call, resource, asked)


def _of_policy(call: AccountCall, resource: str, policy: object) -> Iterator[Share]:
    if policy is None and call.name not in _REMOVES_POLICY:
        return  # the call sets other attributes
    whom = tuple(who.text for who in grantees(policy, call.account) if who.outside)
    yield Share(resource, "", "policy", gives=False, whole=True, kept=whom)
    yield from (Share(resource, one, "policy") for one in whom)


def _of_acl(call: AccountCall, resource: str, asked: dict[str, object]) -> Iterator[Share]:
    header = leaf(asked, "x-amz-acl")
    names = header if isinstance(header, list) else [header, leaf(asked, "accessControlList", "x-amz-acl")]
    grants = leaf(asked, "AccessControlPolicy", "AccessControlList", "Grant")
    uris = [text_at(one, "Grantee", "URI") or "" for one in (grants if isinstance(grants, list) else [grants])]
    headers = [str(value) for name, value in asked.items() if name.startswith("x-amz-grant-")]
    public = any(name in _PUBLIC_ACLS for name in names) or any("/global/" in text for text in (*uris, *headers))
    place = f"{resource}/{key}" if (key := call.asked("key")) else resource
    yield Share(place, "", "acl", gives=False, whole=True, kept=(EVERYONE,) if public else ())
    if public:
        yield Share(place, EVERYONE, "acl")


def _of_list(call: AccountCall, resource: str, asked: dict[str, object]) -> Iterator[Share]:
    if call.name in _ENDS:
        yield Share(resource, "", "", gives=False, whole=True)
    elif call.name.endswith("PublicAccessBlock") or call.name in _BLOCKS:
        block = leaf(asked, "PublicAccessBlockConfiguration")
        lifted = any(str(leaf(block, name)).lower() == "false" for name in _BLOCKING)
        yield Share(resource, _UNLOCKED, "block", gives=lifted or call.name in _BLOCKS)
    elif call.name in {"ModifyDBInstance", "CreateDBInstance"}:
        public = leaf(asked, "publiclyAccessible")
        if isinstance(public, bool):
            yield Share(resource, "the internet, by a public address", "address", gives=public)
    elif call.name.endswith("FunctionUrlConfig"):
        if call.name.startswith("Delete") or text_at(asked, "authType") == "NONE":
            yield Share(resource, EVERYONE, "url", gives=not call.name.startswith("Delete"))
    elif call.name == "RemovePermission":
        yield Share(resource, "", _labelled(call), gives=False, whole=True)
    else:
        means = _labelled(call) if "Permission" in call.name else "list"
        yield from (Share(resource, who.text, means, gives=gives) for gives, who in _named(call, asked) if who.outside)


def _labelled(call: AccountCall) -> str:
    """A permission is removed by the label under which it was added."""
    return f"permission {call.asked('statementId', 'label') or ''}"


def _named(call: AccountCall, asked: dict[str, object]) -> Iterator[tuple[bool, Grantee]]:
    """Whom a call adds (true) or removes (false), one by one."""
    yield from _permitted(call, asked)
    for field in ("valuesToAdd", "principals", "aWSAccountId", "aWSAccountIds", "valuesToRemove"):
        for value in _list(leaf(asked, field)):
            yield field != "valuesToRemove", grantee(str(value), call.account)
    bound = any(text_at(asked, name) for name in ("sourceAccount", "sourceArn", "principalOrgID"))
    for field in ("principal", "granteePrincipal"):
        if text := text_at(asked, field):
            yield True, grantee(text, call.account, condition=bound)
    if (policy := text_at(asked, "attributeValue")) and text_at(asked, "attributeName") == "Policy":
        yield from ((True, who) for who in grantees(policy, call.account))


def _permitted(call: AccountCall, asked: dict[str, object]) -> Iterator[tuple[bool, Grantee]]:
    for attribute in ("launchPermission", "createVolumePermission"):
        for word, gives in (("add", True), ("remove", False)):
            for item in _list(leaf(asked, attribute, word, "items")):
                for name in ("userId", "group", "organizationArn", "organizationalUnitArn"):
                    if text := text_at(item, name):
                        yield gives, grantee(text, call.account)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
