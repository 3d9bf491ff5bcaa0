package seed

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/project-nexus/nexus/internal/ingest"
)

// nobody stands for no cohort and no document.
const nobody = -1

const (
	// cohortDays is how long a cohort lasts.
	cohortDays = 150 * day
	// cohortStarts is the time over which the starts of cohorts are spread.
	cohortStarts = 660 * day
	// membersEvery is the number of cohorts among which one is MEMBERS.
	membersEvery = 10
	// returnAfter is the number of cohorts after which a member comes back.
	returnAfter = 2
)

func (h *hub) newProgramIDs() []uuid {
	ids := make([]uuid, h.size.programs)
	for i := range ids {
		ids[i] = newID(h.rand(programStream, i), hubStart())
	}
	return ids
}

func (h *hub) programTable() table {
	return table{
		name:    "program",
		columns: []string{"id", "slug", "title", "folded_title", "overview", "created_at", "updated_at"},
		total:   h.size.programs,
		rows: func(yield func(row) bool) {
			for i, id := range h.programIDs {
				title := fmt.Sprintf("Programme %d", i+1)
				overview := h.words.prose(h.rand(programStream, h.size.programs+i), 40, 80)
				if !yield(row{id, fmt.Sprintf("programme-%d", i+1), title, ingest.Fold(title), overview, hubStart(), hubStart()}) {
					return
				}
			}
		},
	}
}

func (h *hub) programOf(cohort int) int { return cohort % h.size.programs }

func (h *hub) cohortStep() time.Duration { return cohortStarts / time.Duration(h.size.cohorts) }

func (h *hub) cohortStart(cohort int) time.Time {
	return hubStart().Add(preparation + time.Duration(cohort)*h.cohortStep())
}

// newest returns the cohort that started last before t.
func (h *hub) newest(t time.Time) int {
	return min(h.size.cohorts-1, int(t.Sub(h.cohortStart(0))/h.cohortStep()))
}

// cohortAt returns one of the cohorts that run at t, or now and then none.
func (h *hub) cohortAt(r *rand.Rand, t time.Time) int {
	const withoutCohort = 0.08
	if r.Float64() < withoutCohort {
		return nobody
	}
	oldest := 0
	if ended := t.Add(-cohortDays); !ended.Before(h.cohortStart(0)) {
		oldest = h.newest(ended) + 1
	}
	return between(r, oldest, max(oldest, h.newest(t)))
}

func (h *hub) cohortID(cohort int) uuid {
	if cohort == nobody {
		return uuid{}
	}
	return newID(h.rand(cohortStream, cohort), h.cohortCreated(cohort))
}

func (h *hub) cohortCreated(cohort int) time.Time { return h.cohortStart(cohort).Add(-40 * day) }

func (h *hub) cohortTable() table {
	return table{
		name:    "cohort",
		columns: []string{"id", "program_id", "name", "starts_on", "ends_on", "visibility", "created_at", "updated_at"},
		total:   h.size.cohorts,
		rows: func(yield func(row) bool) {
			for i := range h.size.cohorts {
				visibility := "PUBLIC"
				if i%membersEvery == membersEvery/2 {
					visibility = "MEMBERS"
				}
				start, created := h.cohortStart(i), h.cohortCreated(i)
				if !yield(row{
					h.cohortID(i), h.programIDs[h.programOf(i)], fmt.Sprintf("Cohort %d", i+1),
					start, start.Add(cohortDays), visibility, created, created,
				}) {
					return
				}
			}
		},
	}
}

// firstUser returns the first user whose first cohort this is; the users of a
// cohort follow each other.
func (h *hub) firstUser(cohort int) int { return cohort * h.size.users / h.size.cohorts }

func (h *hub) firstCohort(user int) int { return ((user+1)*h.size.cohorts - 1) / h.size.users }

// userAt returns when a user came: shortly before the first cohort.
func (h *hub) userAt(r *rand.Rand, user int) time.Time {
	early := day + time.Duration(r.Float64()*float64(29*day))
	return h.cohortStart(h.firstCohort(user)).Add(-early).Truncate(time.Microsecond)
}

func (h *hub) userID(user int) uuid {
	r := h.rand(userStream, user)
	at := h.userAt(r, user)
	return newID(r, at)
}

func (h *hub) userTable() table {
	return table{
		name:    "app_user",
		columns: []string{"id", "handle", "display_name", "bio", "role", "created_at", "updated_at"},
		total:   h.size.users,
		rows: func(yield func(row) bool) {
			for i := range h.size.users {
				r := h.rand(userStream, i)
				at := h.userAt(r, i)
				id := newID(r, at)
				role := "USER"
				if i == 0 {
					role = "ADMIN"
				}
				name := fmt.Sprintf("User %05d", i+1)
				if !yield(row{id, fmt.Sprintf("user-%05d", i+1), name, h.words.prose(r, 5, 20), role, at, at}) {
					return
				}
			}
		},
	}
}

// crowd is who may write and vote somewhere: neighbouring users, and every
// second user of an earlier cohort who came back.
type crowd struct {
	first, count         int
	returned, comingBack int
}

func (c crowd) size() int { return c.count + c.comingBack }

// member returns one of the crowd by its position from 0.
func (c crowd) member(i int) int {
	if i < c.count {
		return c.first + i
	}
	return c.returned + 2*(i-c.count)
}

func (c crowd) pick(r *rand.Rand) int { return c.member(r.IntN(c.size())) }

// members returns the members of a cohort.
func (h *hub) members(cohort int) crowd {
	c := crowd{first: h.firstUser(cohort), count: h.firstUser(cohort+1) - h.firstUser(cohort)}
	if earlier := cohort - returnAfter; earlier >= 0 {
		c.returned = h.firstUser(earlier)
		c.comingBack = (h.firstUser(earlier+1) - c.returned) / 2
	}
	return c
}

// writers returns who may write at a time in a cohort: its members; and where
// there is no cohort: all who had come by then.
func (h *hub) writers(cohort int, at time.Time) crowd {
	if cohort == nobody {
		return crowd{count: h.firstUser(h.newest(at) + 1)}
	}
	return h.members(cohort)
}

// fewestWriters bounds the votes on one subject.
func (h *hub) fewestWriters() int { return h.size.users / h.size.cohorts }

func (h *hub) membershipTable() table {
	total := 0
	for cohort := range h.size.cohorts {
		total += h.members(cohort).size()
	}
	return table{
		name:    "membership",
		columns: []string{"id", "cohort_id", "user_id", "role", "joined_at"},
		total:   total,
		rows:    h.memberships(),
	}
}

func (h *hub) memberships() iter.Seq[row] {
	return func(yield func(row) bool) {
		number := 0
		for cohort := range h.size.cohorts {
			members, cohortID := h.members(cohort), h.cohortID(cohort)
			for i := range members.size() {
				r := h.rand(membershipStream, number)
				at := h.cohortStart(cohort).Add(-time.Duration(r.Float64() * float64(day))).Truncate(time.Microsecond)
				if !yield(row{newID(r, at), cohortID, h.userID(members.member(i)), roleOf(i, i >= members.count), at}) {
					return
				}
				number++
			}
		}
	}
}

func roleOf(position int, returned bool) string {
	switch {
	case position == 0:
		return "STAFF"
	case position%20 == 1, returned && position%3 == 0:
		return "MENTOR"
	default:
		return "LEARNER"
	}
}
