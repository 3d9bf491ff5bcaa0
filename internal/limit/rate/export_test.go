package rate

// RedisKey is where the server has the bucket.
func RedisKey(key string, l Limit) string { return redisKey(digestOf(key), newBucket(l)) }

// Len is how many buckets are kept.
func (m *Memory) Len() int {
	n := 0
	for i := range m.shards {
		n += len(m.shards[i].debts)
	}
	return n
}

// MaxKeys is how many may be kept.
const MaxKeys = maxKeys
