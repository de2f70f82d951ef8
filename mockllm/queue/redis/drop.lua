-- prefix id → 'dropped', 'expired' or 'unknown'
local id = ARGV[2]
local has = redis.call('HMGET', p .. 'job:' .. id, 'entry', 'key')
if not has[1] then
  return redis.call('EXISTS', p .. 'gone:' .. id) == 1 and 'expired' or 'unknown'
end
release(id, has[1])
redis.call('DEL', p .. 'job:' .. id, p .. 'events:' .. id, p .. 'gone:' .. id)
if has[2] ~= '' then redis.call('DEL', p .. 'key:' .. has[2]) end
redis.call('PUBLISH', p .. 'changed:' .. id, '')
return 'dropped'
