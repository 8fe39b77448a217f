# Alerts of the sensor by signature and by both ends, the most severe first
# Severity 1 is the highest.
filter event_type = "alert"
| stats count(*) as alerts, count_distinct(dest_port) as ports,
    min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
    by alert.signature as signature, alert.signature_id as id, alert.severity as severity, alert.action as verdict,
       src_ip as origin, dest_ip as target
| sort severity asc, alerts desc, signature asc
