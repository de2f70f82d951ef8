-- prefix id after most → the state and that many events, 'expired' or 'unknown'
local id, after = ARGV[2], tonumber(ARGV[3])
local state = redis.call('HGET', p .. 'job:' .. id, 'state')
if state then
  return {state, redis.call('LRANGE', p .. 'events:' .. id, after, after + tonumber(ARGV[4]) - 1)}
end
return redis.call('EXISTS', p .. 'gone:' .. id) == 1 and 'expired' or 'unknown'
