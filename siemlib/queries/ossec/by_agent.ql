# Alerts by agent, with the first and the last time
# Wazuh says agent.name and agent.ip, OSSEC "(name) address->file" as the location, and "name->file" of the manager itself.
fields coalesce(agent.name, _source.agent.name) as wazuh_name, coalesce(agent.ip, _source.agent.ip) as wazuh_address,
    coalesce(location, _source.location) as place
| parse place /^\((?<ossec_name>[^)]+)\) (?<ossec_address>[^ >]+)->/
| parse place /^(?<local_name>[^ >()]+)->/
| stats count(*) as alerts, min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by coalesce(wazuh_name, if(strlen(ossec_name) > 0, ossec_name, wazuh_name), if(strlen(local_name) > 0, local_name, wazuh_name),
       hostname, predecoder.hostname, manager.name) as host,
     coalesce(wazuh_address, if(strlen(ossec_address) > 0, ossec_address, wazuh_address)) as address
| sort alerts desc, host asc
