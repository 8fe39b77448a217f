"""Twenty-six questions, each as a query and as the DuckDB SQL that a good engineer writes for the same rows.

The SQL reads the same Parquet files, knows what is stored and what is not, parses each message once, and says the order
of its rows as fully as the language defines it: newest first, and of one instant in the order of delivery, which is
``length(event_id), event_id``. ``{vpc-flow}``, ``{cloudtrail}`` and ``{web-access}`` stand for the files of a group.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """One question. ``minutes`` is the part of the day that is asked of, from its beginning; ``None`` is all of it."""

    name: str
    log_group: str
    query: str
    by_hand: str
    minutes: tuple[int, int] | None = None
    matched: str | None = None
    """The SQL that counts the events behind the filter, where ``by_hand`` stops at a limit and cannot know.

    A run says it, as the service does: it is part of the answer, and both sides must give the same number."""


_NEWEST = "ORDER BY timestamp DESC, length(event_id), event_id"
_MILLIS = "make_timestamp_ms(timestamp)"
_HOUR = "make_timestamp_ms(timestamp // 3600000 * 3600000)"

FLOWS = (
    Pair(
        "stored needle",
        "vpc-flow",
        'fields @timestamp, srcAddr, dstAddr, dstPort | filter srcAddr = "198.51.7.77"',
        f"SELECT {_MILLIS}, fields.srcAddr, fields.dstAddr, fields.dstPort FROM {{vpc-flow}} "
        f"WHERE fields.srcAddr = '198.51.7.77' {_NEWEST} LIMIT 10000",
    ),
    Pair(
        "two stored fields, stats",
        "vpc-flow",
        'filter dstPort = 22 and action = "REJECT" | stats count(*) as flows, sum(bytes) as total by dstAddr',
        "SELECT fields.dstAddr AS dst, count(*), sum(fields.bytes) FROM {vpc-flow} "
        "WHERE fields.dstPort = 22 AND fields.action = 'REJECT' GROUP BY dst ORDER BY dst",
    ),
    Pair(
        "top talkers",
        "vpc-flow",
        "stats sum(bytes) as total by srcAddr | sort total desc | limit 10",
        "SELECT fields.srcAddr AS src, sum(fields.bytes) AS total FROM {vpc-flow} "
        "GROUP BY src ORDER BY total DESC, src LIMIT 10",
    ),
    Pair(
        "stats by bin",
        "vpc-flow",
        "stats count(*) as flows, sum(bytes) as total by bin(5m)",
        "SELECT make_timestamp_ms(timestamp // 300000 * 300000) AS slot, count(*), sum(fields.bytes) FROM {vpc-flow} "
        "GROUP BY slot ORDER BY slot",
    ),
    Pair(
        "distinct",
        "vpc-flow",
        "stats count_distinct(srcAddr) as sources by dstPort",
        "SELECT fields.dstPort AS port, count(DISTINCT fields.srcAddr) FROM {vpc-flow} GROUP BY port ORDER BY port",
    ),
    Pair(
        "percentile",
        "vpc-flow",
        "stats pct(bytes, 95) as p95, avg(bytes) as mean by dstPort",
        "SELECT fields.dstPort AS port, quantile_cont(fields.bytes, 0.95), avg(fields.bytes) FROM {vpc-flow} "
        "GROUP BY port ORDER BY port",
    ),
    Pair(
        "listing, newest first",
        "vpc-flow",
        "fields @timestamp, @message | sort @timestamp desc | limit 10000",
        f"SELECT {_MILLIS}, message FROM {{vpc-flow}} {_NEWEST} LIMIT 10000",
    ),
    Pair(
        "filtered listing, no limit",
        "vpc-flow",
        'filter action = "REJECT" and dstPort = 3389',
        f"SELECT {_MILLIS}, message FROM {{vpc-flow}} WHERE fields.action = 'REJECT' AND fields.dstPort = 3389 "
        f"{_NEWEST} LIMIT 10000",
    ),
    Pair(
        "sort by a field",
        "vpc-flow",
        "fields @timestamp, srcAddr, dstAddr, bytes | filter dstPort = 443 | sort bytes desc | limit 100",
        f"SELECT {_MILLIS}, fields.srcAddr, fields.dstAddr, fields.bytes FROM {{vpc-flow}} WHERE fields.dstPort = 443 "
        "ORDER BY fields.bytes DESC, timestamp DESC, length(event_id), event_id LIMIT 100",
        matched="SELECT count(*) FROM {vpc-flow} WHERE fields.dstPort = 443",
    ),
    Pair(
        "dedup",
        "vpc-flow",
        'filter action = "REJECT" | fields @timestamp, srcAddr, dstAddr | dedup srcAddr | limit 100',
        "SELECT make_timestamp_ms(last.t), src, last.dst FROM (SELECT fields.srcAddr AS src, "
        "arg_min({'t': timestamp, 'e': event_id, 'dst': fields.dstAddr}, "
        "row(-timestamp, length(event_id), event_id)) AS last "
        "FROM {vpc-flow} WHERE fields.action = 'REJECT' GROUP BY src) "
        "ORDER BY last.t DESC, length(last.e), last.e LIMIT 100",
        matched="SELECT count(*) FROM {vpc-flow} WHERE fields.action = 'REJECT'",
    ),
    Pair(
        "two stats",
        "vpc-flow",
        "stats sum(bytes) as b by srcAddr, bin(1h) as hour | stats max(b) as peak by srcAddr"
        " | sort peak desc | limit 20",
        f"SELECT src, max(b) AS peak FROM (SELECT fields.srcAddr AS src, {_HOUR} AS hour, sum(fields.bytes) AS b "
        "FROM {vpc-flow} GROUP BY src, hour) GROUP BY src ORDER BY peak DESC, src LIMIT 20",
    ),
    Pair(
        "subquery",
        "vpc-flow",
        'filter srcAddr in (SOURCE "vpc-flow" | filter dstPort = 22 and action = "REJECT"'
        " | stats count(*) as n by srcAddr | sort n desc | limit 50 | display srcAddr)"
        " | stats sum(bytes) as total by dstPort",
        "SELECT fields.dstPort AS port, sum(fields.bytes) FROM {vpc-flow} WHERE fields.srcAddr IN "
        "(SELECT src FROM (SELECT fields.srcAddr AS src, count(*) AS n FROM {vpc-flow} WHERE fields.dstPort = 22 "
        "AND fields.action = 'REJECT' GROUP BY src ORDER BY n DESC, src LIMIT 50)) GROUP BY port ORDER BY port",
    ),
    Pair(
        "join",
        "vpc-flow",
        'filter dstPort = 3389 and action = "ACCEPT"'
        " | join type=inner left=seen right=tried where seen.srcAddr=tried.srcAddr"
        ' (SOURCE "vpc-flow" | filter dstPort = 22 and action = "REJECT" | stats count(*) as tries by srcAddr)'
        " | stats sum(seen.bytes) as total, max(tried.tries) as most by seen.srcAddr | sort total desc | limit 20",
        "SELECT seen.src AS src, sum(seen.bytes) AS total, max(tries) FROM (SELECT fields.srcAddr AS src, "
        "fields.bytes AS bytes FROM {vpc-flow} WHERE fields.dstPort = 3389 AND fields.action = 'ACCEPT') AS seen JOIN "
        "(SELECT fields.srcAddr AS src, count(*) AS tries FROM {vpc-flow} WHERE fields.dstPort = 22 "
        "AND fields.action = 'REJECT' GROUP BY src) AS tried USING (src) "
        "GROUP BY src ORDER BY total DESC, src LIMIT 20",
    ),
    Pair(
        "five minutes of the day",
        "vpc-flow",
        "fields @timestamp, srcAddr, dstAddr, dstPort, action | filter dstPort = 22",
        f"SELECT {_MILLIS}, fields.srcAddr, fields.dstAddr, fields.dstPort, fields.action FROM {{vpc-flow}} "
        f"WHERE timestamp >= $start AND timestamp < $end AND fields.dstPort = 22 {_NEWEST} LIMIT 10000",
        minutes=(600, 605),
    ),
)

CALLS = (
    Pair(
        "needle in the text",
        "cloudtrail",
        'fields @timestamp, eventName, sourceIPAddress | filter @message like "ASIAEXAMPLE00042"',
        f"SELECT {_MILLIS}, fields.eventName, fields.sourceIPAddress FROM {{cloudtrail}} "
        f"WHERE contains(message, 'ASIAEXAMPLE00042') {_NEWEST} LIMIT 10000",
    ),
    Pair(
        "regular expression",
        "cloudtrail",
        "filter @message like /session-9999[0-9]/ | stats count(*) as calls by eventName",
        "SELECT fields.eventName AS name, count(*) FROM {cloudtrail} "
        "WHERE regexp_matches(message, 'session-9999[0-9]') GROUP BY name ORDER BY name",
    ),
    Pair(
        "stored field, top-N",
        "cloudtrail",
        'filter errorCode = "AccessDenied" | stats count(*) as denied by userIdentity.arn'
        " | sort denied desc | limit 20",
        """SELECT fields."userIdentity.arn" AS arn, count(*) AS denied FROM {cloudtrail} """
        "WHERE fields.errorCode = 'AccessDenied' GROUP BY arn ORDER BY denied DESC, arn LIMIT 20",
    ),
    Pair(
        "JSON path",
        "cloudtrail",
        'filter requestParameters.instanceType = "t3.large" | stats count(*) as started by bin(1h)',
        f"SELECT {_HOUR} AS hour, count(*) FROM {{cloudtrail}} "
        "WHERE json_extract_string(message, '/requestParameters/instanceType') = 't3.large' "
        "GROUP BY hour ORDER BY hour",
    ),
    Pair(
        "four JSON paths",
        "cloudtrail",
        "stats count(*) as calls by eventVersion, eventCategory, tlsDetails.tlsVersion, tlsDetails.cipherSuite",
        "SELECT v[1] AS a, v[2] AS b, v[3] AS c, v[4] AS d, count(*) FROM (SELECT json_extract_string(message, "
        "['/eventVersion', '/eventCategory', '/tlsDetails/tlsVersion', '/tlsDetails/cipherSuite']) AS v "
        "FROM {cloudtrail}) GROUP BY a, b, c, d ORDER BY a, b, c, d",
    ),
    Pair(
        "listing with JSON paths",
        "cloudtrail",
        "fields @timestamp, eventName, requestParameters.bucketName, requestParameters.key"
        ' | filter eventSource = "s3.amazonaws.com" | sort @timestamp desc | limit 1000',
        "SELECT make_timestamp_ms(timestamp), name, v[1], v[2] FROM (SELECT timestamp, event_id, name, "
        "json_extract_string(message, ['/requestParameters/bucketName', '/requestParameters/key']) AS v FROM "
        "(SELECT timestamp, event_id, message, fields.eventName AS name FROM {cloudtrail} "
        f"WHERE fields.eventSource = 's3.amazonaws.com' {_NEWEST} LIMIT 1000)) {_NEWEST}",
        matched="SELECT count(*) FROM {cloudtrail} WHERE fields.eventSource = 's3.amazonaws.com'",
    ),
    Pair(
        "JSON path, a number",
        "cloudtrail",
        "filter requestParameters.maxResults >= 100 | stats count(*) as calls by eventName",
        "SELECT fields.eventName AS name, count(*) FROM {cloudtrail} "
        "WHERE TRY_CAST(json_extract_string(message, '/requestParameters/maxResults') AS DOUBLE) >= 100 "
        "GROUP BY name ORDER BY name",
    ),
)

WEB = (
    Pair(
        "parse, glob",
        "web-access",
        """parse @message '* - * [*] "* * *" * *' as client, user, time, method, path, protocol, status, rest"""
        " | stats count(*) as hits by status",
        """SELECT regexp_extract(message, '^.*? - .*? \\[.*?\\] ".*? .*? .*?" (.*?) ', 1) AS status, count(*) """
        "FROM {web-access} GROUP BY status ORDER BY status",
    ),
    Pair(
        "parse, regular expression",
        "web-access",
        r'parse @message /"(?<method>\S+) (?<path>\S+) [^"]*" (?<status>\d{3}) (?<size>\d+)/'
        " | filter status >= 500 | stats count(*) as hits, sum(size) as total by method",
        """SELECT g.method AS method, count(*), sum(CAST(g.size AS BIGINT)) FROM (SELECT regexp_extract(message, """
        """'"(\\S+) \\S+ [^"]*" (\\d{3}) (\\d+)', ['method', 'status', 'size']) AS g FROM {web-access}) """
        "WHERE TRY_CAST(g.status AS INTEGER) >= 500 GROUP BY method ORDER BY method",
    ),
    Pair(
        "regular expression, any case, by bin",
        "web-access",
        "filter @message like /(?i)WP-LOGIN/ | stats count(*) as hits by bin(15m)",
        "SELECT make_timestamp_ms(timestamp // 900000 * 900000) AS slot, count(*) FROM {web-access} "
        "WHERE regexp_matches(message, '(?i)WP-LOGIN') GROUP BY slot ORDER BY slot",
    ),
    Pair(
        "needle, newest first",
        "web-access",
        'fields @timestamp, @message | filter @message like "- user780 [" | sort @timestamp desc | limit 100',
        f"SELECT {_MILLIS}, message FROM {{web-access}} WHERE contains(message, '- user780 [') {_NEWEST} LIMIT 100",
        matched="SELECT count(*) FROM {web-access} WHERE contains(message, '- user780 [')",
    ),
    Pair(
        "parse, top-N",
        "web-access",
        'parse @message "* - *" as client, rest | stats count(*) as hits by client | sort hits desc | limit 10',
        "SELECT regexp_extract(message, '^(.*?) - ', 1) AS client, count(*) AS hits FROM {web-access} "
        "GROUP BY client ORDER BY hits DESC, client LIMIT 10",
    ),
)

PAIRS = (*FLOWS, *CALLS, *WEB)
