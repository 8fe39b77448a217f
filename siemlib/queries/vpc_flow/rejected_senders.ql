# Senders that were rejected: at how many ports, of how many hosts
# Without ICMP, GRE and ESP, which have no ports. An answer that comes too late goes from a port of a service to a high one.
filter action = "REJECT" and (not ispresent(protocol) or protocol not in [1, 47, 50, 58])
| stats count(*) as tries, sum(if(srcPort > 0 and srcPort < 1024 and dstPort >= 32768, 1, 0)) as late,
    min(toMillis(@timestamp)) as since, max(toMillis(@timestamp)) as until by srcAddr, dstAddr, dstPort
| stats sum(tries) as flows, count(*) as doors, count_distinct(dstPort) as ports, count_distinct(dstAddr) as hosts,
    sum(late) as answers, min(since) as first_ms, max(until) as last_ms by srcAddr
