-- prefix worker token lease(µs) code → the job's hash, or the µs until the next lease ends (-1: there is none)
local worker, token, code = ARGV[2], ARGV[3], ARGV[5]
local jobs, leases = p .. 'jobs', p .. 'leases'
local at = now()

-- late takes a job whose lease is over. A lease belongs to its claim, so XAUTOCLAIM, which knows one idle time for
-- all, cannot find it.
local function late()
  while true do
    local id = redis.call('ZRANGEBYSCORE', leases, '-inf', text(at), 'LIMIT', 0, 1)[1]
    if not id then return nil end
    local has = redis.call('HMGET', p .. 'job:' .. id, 'state', 'attempts', 'max_attempts', 'worker', 'entry')
    if has[1] ~= 'running' then -- somebody else has deleted it
      redis.call('ZREM', leases, id)
    elseif has[3] ~= '0' and tonumber(has[2]) >= tonumber(has[3]) then
      redis.call('HINCRBY', p .. 'counts', 'dead', 1)
      finish(id, 'failed', at, '', 'claimed ' .. has[2] .. ' times, and never finished', code)
    else
      redis.call('XCLAIM', jobs, 'workers', worker, 0, has[5], 'JUSTID')
      if has[4] ~= worker and #redis.call('XPENDING', jobs, 'workers', '-', '+', 1, has[4]) == 0 then
        redis.call('XGROUP', 'DELCONSUMER', jobs, 'workers', has[4])
      end
      redis.call('HINCRBY', p .. 'counts', 'redelivered', 1)
      return id
    end
  end
end

-- first takes the first job in the line.
local function first()
  while true do
    local got = redis.call('XREADGROUP', 'GROUP', 'workers', worker, 'COUNT', 1, 'STREAMS', jobs, '>')
    if not got then return nil end
    local entry = got[1][2][1]
    local id = entry[2] and entry[2][2]
    if id and redis.call('HGET', p .. 'job:' .. id, 'entry') == entry[1] then return id end
    redis.call('XACK', jobs, 'workers', entry[1]) -- somebody else has deleted the job
    redis.call('XDEL', jobs, entry[1])
  end
end

local id = late() or first()
if not id then
  local next = redis.call('ZRANGE', leases, 0, 0, 'WITHSCORES')[2]
  return next and tonumber(next) - at or -1
end
local job = p .. 'job:' .. id
redis.call('HINCRBY', job, 'attempts', 1)
redis.call('HSET', job, 'state', 'running', 'started', text(at), 'worker', worker, 'token', token)
redis.call('ZADD', leases, text(at + tonumber(ARGV[4])), id)
tell(id, 'running', at, '')
return redis.call('HGETALL', job)
