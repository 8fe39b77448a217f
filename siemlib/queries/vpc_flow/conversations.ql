# Who asked whom for which port: flows by action, first and last time
# An accepted connection is recorded in both directions. The answer to it goes to the higher port, which the client's
# system chose, so that the lower port is the service's. A rejected flow has no answer.
filter action in ["ACCEPT", "REJECT"]
| fields if(action = "ACCEPT" and srcPort < dstPort, srcPort, dstPort) as port,
    if(action = "ACCEPT" and srcPort < dstPort, dstAddr, srcAddr) as opener,
    if(action = "ACCEPT" and srcPort < dstPort, srcAddr, dstAddr) as target
| stats count(*) as flows, min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by opener, target, port, protocol, action
| sort flows desc, opener asc, target asc, port asc
