package seed

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"
)

const (
	technologiesPerChallenge = 3
	technologiesPerPractice  = 2
	// mostSolutions bounds the solutions of one challenge.
	mostSolutions = 64
	// duplicatesEvery is the number of challenges among which one is a DUPLICATE.
	duplicatesEvery = 100
	// shareSolved is the share of answered challenges with an accepted solution.
	shareSolved = 0.65
	// shareEdited is the share of posts that their author changed later.
	shareEdited = 0.2
)

// post is what challenges, solutions and practices have in common.
type post struct {
	number         int
	id             uuid
	at             time.Time
	cohort, author int
	// document is nobody for a post that a person wrote.
	document        int
	comments, votes int
}

// imported returns a post that stands in a document.
func (h *hub) imported(r *rand.Rand, number, d int) post {
	doc := h.document(d)
	return post{number: number, id: newID(r, doc.at), at: doc.at, cohort: doc.cohort, author: doc.owner, document: d}
}

// written returns a post, one of n, that a person wrote.
func (h *hub) written(r *rand.Rand, number, n int) post {
	at := moment(r, number, n)
	cohort := h.cohortAt(r, at)
	author := h.writers(cohort, at).pick(r)
	return post{number: number, id: newID(r, at), at: at, cohort: cohort, author: author, document: nobody}
}

// provenance returns the document, the first and the last line of a post; all
// are nil when a person wrote it.
func (h *hub) provenance(p post, line int32) (documentID uuid, first, last any) {
	if p.document == nobody {
		return uuid{}, nil, nil
	}
	return h.document(p.document).id, line, line + entryLines - 1
}

// edit returns the version of a post, its last change, and the time of its edit
// or nil.
func edit(r *rand.Rand, p post) (version int32, updated time.Time, edited any) {
	if r.Float64() >= shareEdited {
		return 1, p.at, nil
	}
	at := after(r, p.at, 3*day)
	return 2, at, at
}

type challenge struct {
	post
	// duplicateOf is the number of an earlier challenge, or nobody.
	duplicateOf int
	solutions   int
	// accepted is the position of the accepted solution, or nobody.
	accepted int
}

func (c challenge) status() string {
	switch {
	case c.duplicateOf != nobody:
		return "DUPLICATE"
	case c.accepted != nobody:
		return "SOLVED"
	default:
		return "OPEN"
	}
}

// original returns the challenge that challenge i repeats: one shortly before,
// which is no duplicate itself. Those in documents are not in the order of time.
func original(r *rand.Rand, i int) int {
	number := i - between(r, 1, duplicatesEvery/2)
	if number%challengesPerDocument == 0 {
		number--
	}
	return number
}

// challengePost returns what is known of a challenge without those before it.
func (h *hub) challengePost(i int) post {
	r := h.rand(challengeStream, i)
	if d := i / challengesPerDocument; i%challengesPerDocument == 0 && d < h.size.documents {
		return h.imported(r, i, d)
	}
	return h.written(r, i, h.size.challenges)
}

func (h *hub) challengeText(i int) (title, body string) {
	r := h.rand(challengeTextStream, i)
	return h.words.title(r, 6, 12), h.words.prose(r, 40, 80)
}

// challenges yields all challenges in order.
func (h *hub) challenges() iter.Seq[challenge] {
	return func(yield func(challenge) bool) {
		n := h.size.challenges
		solutions := h.newSpread(solutionStream, h.size.solutions, n, mostSolutions)
		comments := h.newSpread(challengeCommentStream, h.commentShares().challenges, n, mostComments)
		votes := h.newSpread(challengeVoteStream, h.voteShares().challenges, n, h.mostVotes())
		for i := range n {
			c := challenge{post: h.challengePost(i), duplicateOf: nobody, accepted: nobody, solutions: solutions.next()}
			c.comments, c.votes = comments.next(), votes.next()
			r := h.rand(acceptanceStream, i)
			if i%duplicatesEvery == duplicatesEvery/2+1 {
				c.duplicateOf = original(r, i)
			} else if c.solutions > 0 && r.Float64() < shareSolved {
				c.accepted = r.IntN(c.solutions)
			}
			if !yield(c) {
				return
			}
		}
	}
}

func (h *hub) challengeTable() table {
	return table{
		name: "challenge",
		columns: []string{
			"id", "title", "body", "status", "duplicate_of_id", "score", "author_id", "cohort_id", "document_id",
			"first_line", "last_line", "version", "created_at", "updated_at", "edited_at",
		},
		total: h.size.challenges,
		rows: func(yield func(row) bool) {
			for c := range h.challenges() {
				title, body := h.challengeText(c.number)
				var original uuid
				if c.duplicateOf != nobody {
					original = h.challengePost(c.duplicateOf).id
				}
				documentID, first, last := h.provenance(c.post, challengeLine)
				version, updated, edited := edit(h.rand(challengeEditStream, c.number), c.post)
				if !yield(row{
					c.id, title, body, c.status(), original, h.score(challengeVoteStream, c.post, false), h.userID(c.author), h.cohortID(c.cohort), documentID,
					first, last, version, c.at, updated, edited,
				}) {
					return
				}
			}
		},
	}
}

func (h *hub) challengeTechnologyTable() table {
	return table{
		name:    "challenge_technology",
		columns: []string{"challenge_id", "technology_id", "created_at"},
		total:   h.size.challenges * technologiesPerChallenge,
		rows: func(yield func(row) bool) {
			for i := range h.size.challenges {
				c := h.challengePost(i)
				for _, t := range h.popular.distinct(h.rand(challengeTechnologyStream, i), technologiesPerChallenge) {
					if !yield(row{c.id, h.technologies[t].id, c.at}) {
						return
					}
				}
			}
		},
	}
}

type solution struct {
	post
	challenge uuid
	accepted  bool
}

// solutions yields the solutions of all challenges, those of one together.
func (h *hub) solutions() iter.Seq[solution] {
	return func(yield func(solution) bool) {
		n := h.size.solutions
		comments := h.newSpread(solutionCommentStream, h.commentShares().solutions, n, mostComments)
		votes := h.newSpread(solutionVoteStream, h.voteShares().solutions, n, h.mostVotes())
		number := 0
		for c := range h.challenges() {
			for position := range c.solutions {
				r := h.rand(solutionStream, number)
				at := after(r, c.at, 9*day)
				s := solution{challenge: c.id, accepted: position == c.accepted}
				s.post = post{number: number, id: newID(r, at), at: at, cohort: c.cohort, document: nobody}
				s.author = h.writers(c.cohort, at).pick(r)
				s.comments, s.votes = comments.next(), votes.next()
				if !yield(s) {
					return
				}
				number++
			}
		}
	}
}

func (h *hub) solutionTable() table {
	return table{
		name: "solution",
		columns: []string{
			"id", "challenge_id", "author_id", "body", "accepted", "score", "version", "created_at", "updated_at", "edited_at",
		},
		total: h.size.solutions,
		rows: func(yield func(row) bool) {
			for s := range h.solutions() {
				r := h.rand(solutionTextStream, s.number)
				body := h.words.prose(r, 30, 100)
				version, updated, edited := edit(r, s.post)
				score := h.score(solutionVoteStream, s.post, s.accepted)
				if !yield(row{s.id, s.challenge, h.userID(s.author), body, s.accepted, score, version, s.at, updated, edited}) {
					return
				}
			}
		},
	}
}

func (h *hub) practicePost(i int) post {
	r := h.rand(practiceStream, i)
	if d := i / practicesPerDocument; i%practicesPerDocument == 0 && d < h.size.documents {
		return h.imported(r, i, d)
	}
	return h.written(r, i, h.size.practices)
}

func (h *hub) practiceText(i int) (title, body string) {
	r := h.rand(practiceTextStream, i)
	return h.words.title(r, 4, 10), h.words.prose(r, 20, 50)
}

// practices yields all practices in order.
func (h *hub) practices() iter.Seq[post] {
	return func(yield func(post) bool) {
		n := h.size.practices
		comments := h.newSpread(practiceCommentStream, h.commentShares().practices, n, mostComments)
		votes := h.newSpread(practiceVoteStream, h.voteShares().practices, n, h.mostVotes())
		for i := range n {
			p := h.practicePost(i)
			p.comments, p.votes = comments.next(), votes.next()
			if !yield(p) {
				return
			}
		}
	}
}

func (h *hub) practiceTable() table {
	return table{
		name: "practice",
		columns: []string{
			"id", "title", "body", "score", "author_id", "cohort_id", "document_id",
			"first_line", "last_line", "version", "created_at", "updated_at", "edited_at",
		},
		total: h.size.practices,
		rows: func(yield func(row) bool) {
			for p := range h.practices() {
				title, body := h.practiceText(p.number)
				documentID, first, last := h.provenance(p, practiceLine)
				version, updated, edited := edit(h.rand(practiceEditStream, p.number), p)
				if !yield(row{
					p.id, title, body, h.score(practiceVoteStream, p, false), h.userID(p.author), h.cohortID(p.cohort), documentID,
					first, last, version, p.at, updated, edited,
				}) {
					return
				}
			}
		},
	}
}

func (h *hub) practiceTechnologyTable() table {
	return table{
		name:    "practice_technology",
		columns: []string{"practice_id", "technology_id", "created_at"},
		total:   h.size.practices * technologiesPerPractice,
		rows: func(yield func(row) bool) {
			for i := range h.size.practices {
				p := h.practicePost(i)
				for _, t := range h.popular.distinct(h.rand(practiceTechnologyStream, i), technologiesPerPractice) {
					if !yield(row{p.id, h.technologies[t].id, p.at}) {
						return
					}
				}
			}
		},
	}
}

func (h *hub) tipTable() table {
	return table{
		name:    "tip",
		columns: []string{"id", "body", "cohort_id", "created_at", "updated_at"},
		total:   h.size.tips,
		rows: func(yield func(row) bool) {
			for i := range h.size.tips {
				r := h.rand(tipStream, i)
				p := h.written(r, i, h.size.tips)
				if !yield(row{p.id, h.words.prose(r, 8, 25), h.cohortID(p.cohort), p.at, p.at}) {
					return
				}
			}
		},
	}
}

// channelTable gives each cohort a few channels.
func (h *hub) channelTable() table {
	return table{
		name:    "channel",
		columns: []string{"id", "name", "kind", "url", "cohort_id", "created_at", "updated_at"},
		total:   h.size.channels,
		rows: func(yield func(row) bool) {
			kinds := []string{"DISCORD", "SLACK", "GITHUB", "OTHER"}
			for i := range h.size.channels {
				r := h.rand(channelStream, i)
				cohort := i % h.size.cohorts
				at := h.cohortCreated(cohort)
				url := fmt.Sprintf("https://chat.example.org/channel-%d", i+1)
				if !yield(row{newID(r, at), h.words.title(r, 1, 3), kinds[i%len(kinds)], url, h.cohortID(cohort), at, at}) {
					return
				}
			}
		},
	}
}
