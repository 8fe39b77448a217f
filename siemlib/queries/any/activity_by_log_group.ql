# Events for each log group, with the first and the last one
# Times are epoch milliseconds, UTC.
stats count(*) as events, min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms by @log
| sort events desc
