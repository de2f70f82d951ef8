-- Every script begins with this file, gets the prefix of its keys as ARGV[1], and is one atomic step.
-- Instants are microseconds since 1970 by the server's clock. Keys, each after the prefix:
--   jobs        stream of the jobs that are not at their end, in order of submission; read by the group "workers"
--   leases      sorted set of the jobs that are claimed, by the end of their lease
--   job:ID      hash of one job, and nonce: which submission made it
--   events:ID   list of its events, "state instant data" each
--   key:KEY     id of the job that was submitted with the idempotency key
--   gone:ID     the job has expired
--   counts      hash: redelivered, dead
-- Channels: submitted, and changed:ID.
local p = ARGV[1]

local function now()
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000000 + tonumber(t[2])
end

-- Lua would print large numbers as 1.7e+15.
local function text(n) return string.format('%.0f', n) end

local function tell(id, state, at, data)
  redis.call('RPUSH', p .. 'events:' .. id, state .. ' ' .. text(at) .. ' ' .. data)
  redis.call('PUBLISH', p .. 'changed:' .. id, '')
end

-- release takes a job out of the line, or out of a worker's hands.
local function release(id, entry)
  redis.call('ZREM', p .. 'leases', id)
  redis.call('XACK', p .. 'jobs', 'workers', entry)
  redis.call('XDEL', p .. 'jobs', entry)
end

-- finish puts a job into a terminal state.
local function finish(id, state, at, result, err, code)
  local job = p .. 'job:' .. id
  local has = redis.call('HMGET', job, 'entry', 'ttl', 'forget', 'key')
  release(id, has[1])
  redis.call('HSET', job, 'state', state, 'finished', text(at), 'result', result, 'error', err, 'code', code)
  tell(id, state, at, '')
  redis.call('PEXPIRE', job, has[2])
  redis.call('PEXPIRE', p .. 'events:' .. id, has[2])
  if has[4] ~= '' then redis.call('PEXPIRE', p .. 'key:' .. has[4], has[2]) end
  redis.call('SET', p .. 'gone:' .. id, '', 'PX', text(tonumber(has[2]) + tonumber(has[3])))
end

-- fence says what becomes of a claim's word on a job: 'held', 'done' when want is what the claim has done already,
-- else 'lost' or 'canceled'.
local function fence(id, token, want)
  local has = redis.call('HMGET', p .. 'job:' .. id, 'state', 'token')
  if not has[1] then return 'lost' end
  if has[1] == 'canceled' then return 'canceled' end
  if has[2] ~= token then return 'lost' end
  if has[1] == 'running' then return 'held' end
  if has[1] == want then return 'done' end
  return 'lost'
end
