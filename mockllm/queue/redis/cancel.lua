-- prefix id → the state after it, 'expired' or 'unknown'
local id = ARGV[2]
local state = redis.call('HGET', p .. 'job:' .. id, 'state')
if not state then
  return redis.call('EXISTS', p .. 'gone:' .. id) == 1 and 'expired' or 'unknown'
end
if state ~= 'queued' and state ~= 'running' then return state end
finish(id, 'canceled', now(), '', '', '')
return 'canceled'
