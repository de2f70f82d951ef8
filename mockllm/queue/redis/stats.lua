-- prefix → queued, running, µs since the oldest queued job was submitted, redelivered, dead
local jobs = p .. 'jobs'
if redis.call('EXISTS', jobs) == 0 then return {0, 0, 0, 0, 0} end
local running = redis.call('ZCARD', p .. 'leases')
local read = '-'
for _, group in ipairs(redis.call('XINFO', 'GROUPS', jobs)) do
  if group[2] == 'workers' then read = '(' .. group[8] end -- name … consumers … pending … last-delivered-id
end
local oldest = 0
local first = redis.call('XRANGE', jobs, read, '+', 'COUNT', 1)[1]
if first then
  oldest = now() - (tonumber(redis.call('HGET', p .. 'job:' .. first[2][2], 'created')) or now())
end
local counts = redis.call('HMGET', p .. 'counts', 'redelivered', 'dead')
return {redis.call('XLEN', jobs) - running, running, oldest, tonumber(counts[1] or 0), tonumber(counts[2] or 0)}
