# Events for each five minutes and log group
stats count(*) as events by bin(5m) as period, @log
| sort period asc
