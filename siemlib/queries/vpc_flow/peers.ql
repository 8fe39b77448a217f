# Who talked to whom: flows, accepted and rejected, bytes
filter action in ["ACCEPT", "REJECT"]
| stats count(*) as flows,
    sum(if(action = "ACCEPT", 1, 0)) as accepted,
    sum(if(action = "REJECT", 1, 0)) as rejected,
    count_distinct(dstPort) as ports,
    sum(bytes) as sum_bytes
  by srcAddr, dstAddr
| sort flows desc, srcAddr asc, dstAddr asc
