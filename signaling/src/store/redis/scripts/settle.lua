-- Says whether a write was stored, and if not sees to it that it never will be.
-- KEYS: head, cancelled (of this write). ARGV: id of the write, how long it may still arrive, in seconds.
local head, cancelled = KEYS[1], KEYS[2]
local write, seconds = ARGV[1], ARGV[2]
local stored = redis.call('HMGET', head, 'version', 'writes')
local version, writes = stored[1] or '', stored[2] or ''
for at = 1, #writes, #write do
  if writes:sub(at, at + #write - 1) == write then return {'applied', version} end
end
redis.call('SET', cancelled, '', 'EX', seconds)
return {'cancelled', version}
