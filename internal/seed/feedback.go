package seed

import (
	"iter"
	"math/rand/v2"
	"slices"
	"time"
)

// mostComments bounds the comments on one subject.
const mostComments = 200

// shares says how many comments or votes go to each kind of subject.
type shares struct{ challenges, solutions, practices, documents int }

func (h *hub) commentShares() shares {
	s := shares{challenges: h.size.comments * 3 / 10, practices: h.size.comments / 10, documents: h.size.comments / 10}
	s.solutions = h.size.comments - s.challenges - s.practices - s.documents
	return s
}

func (h *hub) voteShares() shares {
	s := shares{challenges: h.size.votes / 5, practices: h.size.votes / 10}
	s.solutions = h.size.votes - s.challenges - s.practices
	return s
}

// mostVotes bounds the votes on one subject: each voter has one, and to find
// another voter must stay easy.
func (h *hub) mostVotes() int { return h.fewestWriters() }

// ballot is a vote on some subject.
type ballot struct {
	id    uuid
	user  int
	value int16
	at    time.Time
}

// ballots draws the votes on a post. Some posts are better than others, and an
// accepted solution is good.
func (h *hub) ballots(s stream, p post, accepted bool) []ballot {
	if p.votes == 0 {
		return nil
	}
	r := h.rand(s, p.number)
	approval := 0.35 + 0.65*r.Float64()
	if accepted {
		approval = 0.95
	}
	voters := h.writers(p.cohort, p.at)
	list := make([]ballot, 0, p.votes)
	for len(list) < p.votes {
		user := voters.pick(r)
		if slices.ContainsFunc(list, func(b ballot) bool { return b.user == user }) {
			continue
		}
		at := after(r, p.at, 12*day)
		b := ballot{id: newID(r, at), user: user, value: 1, at: at}
		if r.Float64() >= approval {
			b.value = -1
		}
		list = append(list, b)
	}
	return list
}

// score returns the sum of the votes on a post.
func (h *hub) score(s stream, p post, accepted bool) int32 {
	var sum int32
	for _, b := range h.ballots(s, p, accepted) {
		sum += int32(b.value)
	}
	return sum
}

func (h *hub) voteTable() table {
	return table{
		name:    "vote",
		columns: []string{"id", "user_id", "challenge_id", "solution_id", "practice_id", "value", "created_at"},
		total:   h.size.votes,
		rows:    h.votes(),
	}
}

func (h *hub) votes() iter.Seq[row] {
	return func(yield func(row) bool) {
		none := uuid{}
		more := true
		cast := func(s stream, p post, accepted bool, challenge, solution, practice uuid) bool {
			for _, b := range h.ballots(s, p, accepted) {
				more = more && yield(row{b.id, h.userID(b.user), challenge, solution, practice, b.value, b.at})
			}
			return more
		}
		for c := range h.challenges() {
			if !cast(challengeVoteStream, c.post, false, c.id, none, none) {
				return
			}
		}
		for s := range h.solutions() {
			if !cast(solutionVoteStream, s.post, s.accepted, none, s.id, none) {
				return
			}
		}
		for p := range h.practices() {
			if !cast(practiceVoteStream, p, false, none, none, p.id) {
				return
			}
		}
	}
}

func (h *hub) commentTable() table {
	return table{
		name: "comment",
		columns: []string{
			"id", "author_id", "challenge_id", "solution_id", "practice_id", "document_id", "body", "version", "created_at", "updated_at", "edited_at",
		},
		total: h.size.comments,
		rows:  h.comments(),
	}
}

// subject names what a comment is about; all but one are NULL.
type subject struct{ challenge, solution, practice, document uuid }

func (h *hub) comments() iter.Seq[row] {
	return func(yield func(row) bool) {
		for c := range h.challenges() {
			if !h.commentOn(challengeCommentStream, c.post, subject{challenge: c.id}, yield) {
				return
			}
		}
		for s := range h.solutions() {
			if !h.commentOn(solutionCommentStream, s.post, subject{solution: s.id}, yield) {
				return
			}
		}
		for p := range h.practices() {
			if !h.commentOn(practiceCommentStream, p, subject{practice: p.id}, yield) {
				return
			}
		}
		onDocuments := h.newSpread(documentCommentStream, h.commentShares().documents, h.size.documents, mostComments)
		for d := range h.size.documents {
			doc := h.document(d)
			p := post{number: d, at: doc.at, cohort: doc.cohort, comments: onDocuments.next()}
			if !h.commentOn(documentCommentStream, p, subject{document: doc.id}, yield) {
				return
			}
		}
	}
}

// commentOn yields the comments on one post, and reports whether more are wanted.
func (h *hub) commentOn(s stream, p post, about subject, yield func(row) bool) bool {
	var r *rand.Rand
	for range p.comments {
		if r == nil {
			r = h.rand(s, p.number)
		}
		written := post{at: after(r, p.at, 10*day)}
		id := newID(r, written.at)
		author := h.writers(p.cohort, written.at).pick(r)
		body := h.words.prose(r, 8, 30)
		version, updated, edited := edit(r, written)
		if !yield(row{
			id, h.userID(author), about.challenge, about.solution, about.practice, about.document,
			body, version, written.at, updated, edited,
		}) {
			return false
		}
	}
	return true
}
