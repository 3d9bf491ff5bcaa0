package seed

import (
	"math"
	"math/rand/v2"
	"time"
)

// size holds the numbers of rows of a hub.
type size struct {
	programs, cohorts, users, technologies, concepts int
	documents, challenges, solutions, practices      int
	tips, channels, comments, votes                  int
}

// Fewer than these would be no hub: cohorts overlap in time, and a document
// mentions a dozen different technologies and concepts.
const (
	leastPrograms     = 3
	leastCohorts      = 10
	leastUsers        = 100
	leastTechnologies = 30
	leastConcepts     = 30
)

func newSize(scale float64) size {
	scaled := func(full, least int) int {
		return max(least, int(math.Round(scale*float64(full))))
	}
	return size{
		programs:     scaled(20, leastPrograms),
		cohorts:      scaled(200, leastCohorts),
		users:        scaled(20_000, leastUsers),
		technologies: scaled(300, leastTechnologies),
		concepts:     scaled(500, leastConcepts),
		documents:    scaled(20_000, 1),
		challenges:   scaled(100_000, 1),
		solutions:    scaled(300_000, 1),
		practices:    scaled(40_000, 1),
		tips:         scaled(5_000, 1),
		channels:     scaled(600, 1),
		comments:     scaled(600_000, 1),
		votes:        scaled(600_000, 1),
	}
}

// hub makes the rows. It holds the small catalogues; everything else is made
// anew from the seed wherever it is needed.
type hub struct {
	size         size
	seed         uint64
	words        *vocabulary
	programIDs   []uuid
	technologies []technology
	// popular draws the position of a technology.
	popular  zipf
	concepts []concept
	// explained draws the position of a concept.
	explained zipf
}

func newHub(scale float64, seed uint64) *hub {
	h := &hub{size: newSize(scale), seed: seed}
	h.words = newVocabulary(h.rand(vocabularyStream, 0))
	h.programIDs = h.newProgramIDs()
	h.technologies = h.newTechnologies()
	h.popular = newZipf(len(h.technologies), 0)
	h.concepts = h.newConcepts()
	h.explained = newZipf(len(h.concepts), 5)
	return h
}

const (
	day = 24 * time.Hour
	// hubDays is the time from the first row to the last.
	hubDays = 731 * day
	// preparation comes before the first cohort starts and anybody writes.
	preparation = 46 * day
	// lastDay is kept free of new posts, so that all can be answered.
	lastDay = day
)

func hubStart() time.Time { return time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC) }

func hubEnd() time.Time { return hubStart().Add(hubDays) }

// moment spreads n posts evenly over the time in which people write; the order
// of time is that of index.
func moment(r *rand.Rand, index, n int) time.Time {
	span := hubDays - preparation - lastDay
	share := (float64(index) + r.Float64()) / float64(n)
	return hubStart().Add(preparation + time.Duration(share*float64(span))).Truncate(time.Microsecond)
}

// after returns a time after t, most often within a few days, and before the
// end of the hub.
func after(r *rand.Rand, t time.Time, mean time.Duration) time.Time {
	delay := time.Duration(r.ExpFloat64()*float64(mean)) + time.Minute
	if left := hubEnd().Sub(t); delay >= left {
		delay = time.Duration(r.Float64() * float64(left))
	}
	return t.Add(delay).Truncate(time.Microsecond)
}
