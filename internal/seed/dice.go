package seed

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// uuid is a key as pgx encodes it fastest; the zero value is NULL.
type uuid = pgtype.UUID

// stream names one use of randomness, so that two uses for the same row are
// independent of each other. A new stream goes to the end: the number of a
// stream decides what it yields.
type stream uint64

const (
	vocabularyStream stream = iota
	programStream
	cohortStream
	userStream
	membershipStream
	technologyStream
	conceptStream
	documentStream
	revisionStream
	mentionStream
	challengeStream
	challengeTextStream
	challengeTechnologyStream
	acceptanceStream
	solutionStream
	practiceStream
	practiceTextStream
	practiceTechnologyStream
	tipStream
	channelStream
	spreadStream
	challengeCommentStream
	solutionCommentStream
	practiceCommentStream
	documentCommentStream
	challengeVoteStream
	solutionVoteStream
	practiceVoteStream
	challengeEditStream
	solutionTextStream
	practiceEditStream
)

// rand returns the randomness of one row: always the same for the same seed.
func (h *hub) rand(s stream, index int) *rand.Rand {
	return rand.New(rand.NewPCG(mix(h.seed+uint64(s)), mix(uint64(index)))) //nolint:gosec // must be repeatable, not secret
}

// mix is the finaliser of SplitMix64: near inputs give unrelated seeds.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// between returns a number from low to high, inclusive.
func between(r *rand.Rand, low, high int) int { return low + r.IntN(high-low+1) }

// newID returns a UUIDv7 of the time at.
func newID(r *rand.Rand, at time.Time) uuid {
	const (
		version7 = 0x7 << 12
		variant  = 0b10 << 62
	)
	id := uuid{Valid: true}
	binary.BigEndian.PutUint64(id.Bytes[:8], uint64(at.UnixMilli())<<16|version7|r.Uint64()>>52)
	binary.BigEndian.PutUint64(id.Bytes[8:], variant|r.Uint64()>>2)
	return id
}

// spread hands out a fixed number of things to a row of receivers, one after
// the other, unevenly and without remembering them: much of the answers,
// comments and votes goes to a few posts, and the sum is exact.
type spread struct {
	r         *rand.Rand
	things    int
	receivers int
	// most is what one receiver can take at most.
	most int
}

// newSpread hands things to receivers. All must fit: things ≤ receivers × most.
func (h *hub) newSpread(things stream, number, receivers, most int) *spread {
	return &spread{r: h.rand(spreadStream, int(things)), things: number, receivers: receivers, most: most} //nolint:gosec // few streams
}

// next returns how many things the next receiver gets.
func (s *spread) next() int {
	s.receivers--
	attraction := 0.5 + 0.5*s.r.ExpFloat64()
	got := 0
	for s.things > 0 && got < s.most {
		mustTake := s.things > s.receivers*s.most
		stars := attraction * float64(s.things)
		if !mustTake && s.r.Float64()*(stars+float64(s.receivers)) >= stars {
			break
		}
		s.things--
		got++
	}
	return got
}
