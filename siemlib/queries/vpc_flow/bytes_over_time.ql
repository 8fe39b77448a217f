# Flows and bytes for each five minutes, accepted and rejected
filter action in ["ACCEPT", "REJECT"]
| stats count(*) as flows, sum(bytes) as sum_bytes by bin(5m) as period, action
| sort period asc, action asc
