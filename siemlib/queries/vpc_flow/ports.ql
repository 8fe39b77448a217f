# Destination ports: flows, accepted and rejected, and from how many addresses
filter dstPort >= 0
| stats count(*) as flows,
    sum(if(action = "ACCEPT", 1, 0)) as accepted,
    sum(if(action = "REJECT", 1, 0)) as rejected,
    count_distinct(srcAddr) as sources
  by dstPort, protocol
| sort flows desc, dstPort asc
