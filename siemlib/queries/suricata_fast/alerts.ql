# Alert lines of the sensor by signature and by both ends, the most severe first
# An address of IPv6 is written in eight groups; a port may follow either end. Priority 1 is the highest.
parse @message /\[\*\*\] \[\d+:(?<id>\d+):\d+\] (?<signature>.*?) ?\[\*\*\] /
| parse @message /\[Priority: (?<severity>\d+)\]/
| parse @message /\} (?<origin>\d+\.\d+\.\d+\.\d+|[0-9A-Fa-f]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+)(?::\d+)? -> (?<target>\d+\.\d+\.\d+\.\d+|[0-9A-Fa-f]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+)(?::(?<port>\d+))?/
| parse @message /^\S+ +\[(?<verdict>[A-Za-z]+)\]/
| filter ispresent(id)
| stats count(*) as alerts, count_distinct(port) as ports,
    min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
    by signature, id, severity, verdict, origin, target
| sort severity asc, alerts desc, signature asc
