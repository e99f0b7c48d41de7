-- Takes a stream away, and keeps the list of the hints to it until they are cleared.
-- KEYS: head, entries, records, names, marks, hints left behind.
-- Answers: the hints to clear, of this deletion and of one before that was not finished.
local head, entries, records, names, marks, left = unpack(KEYS)
local function keep(kind, from)
  local pairs_of = redis.call('HGETALL', from)
  for at = 1, #pairs_of, 2 do
    redis.call('SADD', left, kind .. pairs_of[at] .. pairs_of[at + 1])
  end
end
keep('n', names)
keep('m', marks)
redis.call('DEL', head, entries, records, names, marks)
return redis.call('SMEMBERS', left)
