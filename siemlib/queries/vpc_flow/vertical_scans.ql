# Senders by the most ports of one host at which they were rejected
filter action = "REJECT" and (not ispresent(protocol) or protocol not in [1, 47, 50, 58])
| stats count_distinct(dstPort) as ports by srcAddr, dstAddr
| stats max(ports) as ports_of_one_host by srcAddr
