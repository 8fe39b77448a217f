# Addresses that were rejected at many different ports
# at_least: the number of different ports from which on an address is listed
filter action = "REJECT"
| stats count_distinct(dstPort) as ports, count(*) as flows, count_distinct(dstAddr) as targets by srcAddr
| filter ports >= {{at_least}}
| sort ports desc, srcAddr asc
