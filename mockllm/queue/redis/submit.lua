-- prefix id key payload ttl(ms) forget(ms) max_attempts nonce → id, 'new' | 'dup' | 'exists'
local id, key, nonce = ARGV[2], ARGV[3], ARGV[8]
local known = key ~= '' and redis.call('GET', p .. 'key:' .. key) or id
local had = redis.call('HMGET', p .. 'job:' .. known, 'nonce', 'key')
if had[1] then
  if had[1] == nonce then return {known, 'new'} end -- the answer to this very submission was lost
  if key ~= '' and had[2] == key then return {known, 'dup'} end
end
if redis.call('EXISTS', p .. 'job:' .. id) == 1 then return {id, 'exists'} end
local at = now()
local entry = redis.call('XADD', p .. 'jobs', '*', 'id', id)
redis.call('HSET', p .. 'job:' .. id, 'id', id, 'key', key, 'state', 'queued', 'attempts', 0, 'max_attempts', ARGV[7],
  'created', text(at), 'payload', ARGV[4], 'ttl', ARGV[5], 'forget', ARGV[6], 'entry', entry, 'nonce', nonce)
redis.call('DEL', p .. 'events:' .. id, p .. 'gone:' .. id)
if key ~= '' then redis.call('SET', p .. 'key:' .. key, id) end
tell(id, 'queued', at, '')
redis.call('PUBLISH', p .. 'submitted', '')
return {id, 'new'}
