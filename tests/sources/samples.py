"""A few lines of each kind of log, written for these tests."""

from __future__ import annotations

import json

_TRAIL = {
    "eventVersion": "1.08",
    "userIdentity": {
        "type": "IAMUser",
        "principalId": "AIDAEXAMPLE",
        "arn": "arn:aws:iam::123456789012:user/deploy",
        "accountId": "123456789012",
        "accessKeyId": "AKIAEXAMPLE123456789",
        "userName": "deploy",
    },
    "eventTime": "2026-03-04T10:00:00Z",
    "eventSource": "iam.amazonaws.com",
    "eventName": "CreateUser",
    "awsRegion": "eu-central-1",
    "sourceIPAddress": "203.0.113.66",
    "userAgent": "aws-cli/2.0",
    "requestParameters": {"userName": "backdoor"},
    "responseElements": {"user": {"userName": "backdoor", "arn": "arn:aws:iam::123456789012:user/backdoor"}},
    "eventID": "8d4c7a52-0000-4000-8000-000000000001",
    "readOnly": False,
    "recipientAccountId": "123456789012",
}
_SSHD = "Mar  4 10:00:00 web-1 sshd[4242]: Failed password for root from 203.0.113.66 port 51022 ssh2"
_WAZUH = {
    "timestamp": "2026-03-04T10:00:00.123+0000",
    "rule": {
        "level": 5,
        "description": "sshd: authentication failed.",
        "id": "5716",
        "groups": ["authentication_failed"],
    },
    "agent": {"id": "001", "name": "web-1", "ip": "10.0.1.10"},
    "manager": {"name": "siem"},
    "id": "1772618400.12345",
    "full_log": _SSHD,
    "decoder": {"name": "sshd"},
    "data": {"srcip": "203.0.113.66", "dstuser": "root"},
    "location": "/var/log/auth.log",
}
_OSSEC = {
    "rule": {
        "level": 8,
        "comment": "Maximum authentication attempts exceeded.",
        "sidid": 5758,
        "group": "syslog,sshd,",
    },
    "id": "1772618400.777",
    "TimeStamp": 1772618400000,
    "decoder": "sshd",
    "srcip": "203.0.113.66",
    "dstuser": "root",
    "location": "(web-1) 10.0.1.10->/var/log/auth.log",
    "full_log": "Mar  4 10:00:00 web-1 sshd[4242]: error: maximum authentication attempts exceeded for root "
    "from 203.0.113.66 port 51022 ssh2 [preauth]",
    "hostname": "web-1",
}
_FLAT = {"rule": 1000, "level": 1, "comment": "Unknown problem.", "srcip": "10.0.0.9", "full_log": "x from 10.0.0.9"}
_EVE = {
    "timestamp": "2026-03-04T10:00:00.123456+0000",
    "flow_id": 1914330066006315,
    "src_ip": "203.0.113.66",
    "src_port": 51022,
    "dest_ip": "10.0.9.9",
    "dest_port": 22,
    "proto": "TCP",
}

_DENIED = (
    "2026-03-04T10:00:00.634875Z 113 [Note] [MY-010926] [Server] Access denied for user 'root'@'203.0.113.66' "
    "(using password: NO)"
)
_SLOW = (
    "# Time: 2026-03-04T10:00:02.698433Z\n# User@Host: shop[shop] @  [2001:db8::1]  Id:     3\n"
    "# Query_time: 3.003464  Lock_time: 0.000324 Rows_sent: 1  Rows_examined: 2000\nSET timestamp=1772618402;\n"
    "SELECT 1;"
)
_FATAL = (
    "2026-03-04 10:00:00 UTC:203.0.113.66(51022):violet@shop:[4242]:FATAL:  "
    'password authentication failed for user "violet"'
)
_CSVLOG = (
    '2026-03-04 10:00:02.120 GMT,"violet","shop",7,"2001:db8::1:39364",60e2b128.1,1,"SELECT",'
    '2026-03-04 10:00:00 GMT,4/1,0,ERROR,42P01,"relation ""x"" does not exist",,,,,,"select 1",,,""'
)

SAMPLES: dict[str, list[str]] = {
    "cloudtrail": [
        json.dumps(_TRAIL),
        json.dumps(
            {key: value for key, value in _TRAIL.items() if key != "eventTime"}
            | {"@timestamp": "2026-03-04T10:00:00.000Z"}
        ),
        json.dumps(
            _TRAIL
            | {
                "eventSource": "signin.amazonaws.com",
                "eventName": "ConsoleLogin",
                "responseElements": {"ConsoleLogin": "Success"},
                "additionalEventData": {"MFAUsed": "No"},
            }
        ),
        json.dumps(_TRAIL | {"eventSource": "sts.amazonaws.com", "eventName": "AssumeRole", "responseElements": None}),
    ],
    "ossec": [
        json.dumps(_WAZUH),
        json.dumps(_OSSEC),
        json.dumps(_FLAT),
        json.dumps({"_source": {key: value for key, value in _WAZUH.items() if key != "timestamp"}}),
    ],
    "vpc_flow": [
        "2 123456789012 eni-0a1b2c3d4e5f6789 203.0.113.66 10.0.1.10 51022 22 6 18 2480 1772618400 1772618460 REJECT OK",
        "2 123456789012 eni-0a1b2c3d4e5f67890 2001:db8::1 10:: 51022 22 6 18 2480 1772618400 1772618460 ACCEPT OK",
        "2 123456789012 eni-0a1b2c3d4e5f67890 - - - - - - - 1772618400 1772618460 - NODATA",
    ],
    "web_access": [
        '203.0.113.66 - - [04/Mar/2026:10:00:00 +0100] "GET /%00/etc/passwd HTTP/1.1" 400 226 "-" "curl/8.0"',
        '203.0.113.66 - violet [04/Mar/2026:10:00:01 +0100] "POST /login HTTP/1.1" 200 512',
        'shop.example.org:443 2001:db8::1 - - [04/Mar/2026:10:00:02 +0100] "GET / HTTP/2.0" 304 - "-" "x \\"y\\""',
    ],
    "postgresql": [
        _FATAL,
        "2026-03-04 10:00:01 CET:10.0.9.9(51022):shop@shop:[4243]:LOG:  duration: 7.5 ms  statement: SELECT 1\n\tFROM",
        _CSVLOG,
    ],
    "mysql": [
        _DENIED,
        "2026-03-04T10:00:01.558338Z    3 Connect\tshop@10.0.9.9 on shop using SSL/TLS",
        "260304 10:00:01\t    3 Query\tSELECT 1",
        _SLOW,
    ],
    "sshd": [
        _SSHD,
        "2026-03-04T10:00:01.000123+01:00 web-1 sshd[4242]: Accepted publickey for deploy from 10.0.9.9 port 5 ssh2",
        "<38>1 2026-03-04T10:00:02.5Z web-1 sshd 4242 - - Invalid user oracle from 203.0.113.66 port 51022",
    ],
    "syslog": [
        "Mar  4 10:00:00 mail auth: pam_unix(dovecot:auth): authentication failure; rhost=203.0.113.66  user=violet",
        "Mar  4 10:00:01 mail CRON[77]: (root) CMD (/usr/bin/true)",
        "Mar  4 10:00:02 mail useradd[78]: new user: name=backdoor, UID=1003, GID=1003, home=/home/b, shell=/bin/sh",
        '<34>1 2026-03-04T10:00:00.003Z web-1 sudo - ID47 [x@1 a="]"] violet : TTY=pts/0 ; USER=root ; COMMAND=/bin/sh',
    ],
    "auditd": [
        (
            "type=USER_LOGIN msg=audit(1772618400.072:375): pid=9 uid=0 auid=4294967295 ses=4294967295 msg='op=login "
            'acct="violet" exe="/usr/sbin/sshd" hostname=? addr=203.0.113.66 terminal=sshd res=failed\''
        ),
        "node=web-1 type=SOCKADDR msg=audit(1772618401.072:376): saddr=02000016CB0071420000000000000000",
        "type=SOCKADDR msg=audit(1772618401.072:377): saddr=0A0001BB0000000020010DB800000000000000000000000100000000",
        'type=EXECVE msg=audit(1772618402.072:378): argc=2 a0="cat" a1=2F746D702F6120622E747874',
    ],
    "suricata": [
        json.dumps(
            _EVE | {"event_type": "alert", "alert": {"action": "allowed", "signature": "ET SCAN", "severity": 2}}
        ),
        json.dumps(_EVE | {"event_type": "http", "http": {"hostname": "a.org", "http_method": "GET", "url": "/x"}}),
        json.dumps(_EVE | {"event_type": "flow", "src_ip": "2001:0db8:0000:0000:0000:0000:0000:0001"}),
        '{"timestamp":"2026-03-04T10:00:03.5+0000","event_type":"stats","stats":{"uptime":9}}',
    ],
    "suricata_fast": [
        (
            "03/04/2026-10:00:00.123456  [**] [1:2210054:1] ET SCAN x [**] [Classification: Recon] [Priority: 2] "
            "{TCP} 203.0.113.66:51022 -> 10.0.9.9:22"
        ),
        (
            "03/04/2026-10:00:01.123456  [Drop] [**] [1:2:3] y [**] [Priority: 3] {UDP} "
            "2001:0db8:0000:0000:0000:0000:0000:0001:53 -> 2001:0db8:0000:0000:0000:0000:0000:0002:53"
        ),
    ],
    "application": [
        '{"time":1772618400,"level":"info","message":"started"}',
        (
            '{"timestamp":"2026-03-04T10:00:00Z","level":"WARN","logger":"app.auth","msg":"login failed",'
            '"user":{"name":"violet"},"client_ip":"203.0.113.66","request_id":"r-1"}'
        ),
        (
            '{"level":30,"time":1772618400123,"pid":7,"hostname":"web-1","req":{"method":"GET","url":"/x",'
            '"remoteAddress":"2001:db8::1"},"msg":"request completed"}'
        ),
    ],
    "application_text": [
        "2026-03-04 10:00:01,250 - app.auth - WARNING - login failed for user violet from 203.0.113.66",
        "2026-03-04T10:00:02Z INFO app.auth: login ok for user violet from 2001:db8::1",
        "2026-03-04 10:00:01,250 ERROR access denied for user=violet",
    ],
    "json_events": [
        '{"timestamp":"2026-03-04T10:00:00Z","user":"violet","action":"login","client_ip":"203.0.113.66","msg":"wrong"}',
        '{"time":1772618400,"level":"Metadata","verb":"get"}',
    ],
    "plain": [
        "[Wed Mar 04 10:00:00.123456 2026] [core:error] [pid 9] [client 203.0.113.66:5] AH00126: Invalid URI",
        "2026-03-04 10:00:01,250 access denied for user=violet",
        "03/04/2026-10:00:02.072000  x",
    ],
}
