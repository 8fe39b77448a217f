# Who asked whom for which port: flows by action, first and last time
# An accepted connection is recorded in both directions. The answer to it goes to the higher port, which the client's
# system chose, so that the lower port is the service's. A rejected flow has no answer; where it goes from a port of a
# service to a high one, it may itself be one that came too late.
filter action in ["ACCEPT", "REJECT"]
| fields if(action = "ACCEPT" and srcPort < dstPort, srcPort, dstPort) as port,
    if(action = "ACCEPT" and srcPort < dstPort, dstAddr, srcAddr) as opener,
    if(action = "ACCEPT" and srcPort < dstPort, srcAddr, dstAddr) as target
| stats count(*) as flows, sum(if(srcPort > 0 and srcPort < 1024 and dstPort >= 32768, 1, 0)) as late,
    min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by opener, target, port, protocol, action
| sort flows desc, opener asc, target asc, port asc
