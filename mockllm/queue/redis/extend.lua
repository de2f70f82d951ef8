-- prefix id token lease(µs) → fence
local id = ARGV[2]
local standing = fence(id, ARGV[3], '')
if standing == 'held' then
  local has = redis.call('HMGET', p .. 'job:' .. id, 'worker', 'entry')
  redis.call('ZADD', p .. 'leases', text(now() + tonumber(ARGV[4])), id)
  redis.call('XCLAIM', p .. 'jobs', 'workers', has[1], 0, has[2], 'JUSTID') -- no longer idle, for whoever looks with XPENDING
end
return standing
