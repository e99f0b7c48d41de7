-- Adds a write to a stream if it still has the expected version: whole, or not at all.
-- KEYS: head, entries, records, names, marks, cancelled (of this write).
-- ARGV: expected version, new version, id of the write, then six lists, each behind its length:
--       entries; records (key, bytes); forgotten records; names (name, number); marks (list, time);
--       lists that it does not stand in any more.
-- Answers: what came of it, the version before, names that the stream had already, marks that are replaced
--          or gone.
local head, entries, records, names, marks, cancelled = unpack(KEYS)
local expected, version, write = ARGV[1], ARGV[2], ARGV[3]
local ZERO = string.rep('\0', #expected)
-- How many writes of a stream are remembered, to know one that comes twice.
local KEPT = 32

local stored = redis.call('HMGET', head, 'version', 'writes')
local actual, writes = stored[1] or ZERO, stored[2] or ''
for at = 1, #writes, #write do
  if writes:sub(at, at + #write - 1) == write then return {'applied', actual, {}, {}} end
end
if redis.call('EXISTS', cancelled) == 1 then return {'cancelled', actual, {}, {}} end
if actual ~= expected then return {'conflict', actual, {}, {}} end

-- The first command that writes is one that a full or read-only Redis refuses: then nothing was done.
redis.call('HSET', head, 'version', version, 'writes', (write .. writes):sub(1, KEPT * #write))

local at = 3
local function take()
  at = at + 1
  return ARGV[at]
end
for _ = 1, tonumber(take()) do redis.call('RPUSH', entries, take()) end
for _ = 1, tonumber(take()) do
  local key = take()
  redis.call('HSET', records, key, take())
end
for _ = 1, tonumber(take()) do redis.call('HDEL', records, take()) end
local known, replaced = {}, {}
for _ = 1, tonumber(take()) do
  local name, number = take(), take()
  local before = redis.call('HGET', names, name)
  -- The hint of the first write that gave the name stays; this write's is one too many.
  if before and before:sub(9) ~= write then known[#known + 1] = name end
  redis.call('HSET', names, name, number .. (before and before:sub(9) or write))
end
for _ = 1, tonumber(take()) do
  local list, time = take(), take()
  local before = redis.call('HGET', marks, list)
  if before and before ~= time .. write then replaced[#replaced + 1] = list .. before end
  redis.call('HSET', marks, list, time .. write)
end
for _ = 1, tonumber(take()) do
  local list = take()
  local before = redis.call('HGET', marks, list)
  if before then
    replaced[#replaced + 1] = list .. before
    redis.call('HDEL', marks, list)
  end
end
return {'stored', actual, known, replaced}
