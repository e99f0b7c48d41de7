-- Everything of a stream at one moment. A transaction would do as well, but a full Redis refuses those.
-- KEYS: head, entries, records.
local head, entries, records = unpack(KEYS)
return {
  redis.call('HGET', head, 'version'),
  redis.call('LRANGE', entries, 0, -1),
  redis.call('HGETALL', records)
}
