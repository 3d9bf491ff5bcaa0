package access

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"
)

// readStates are the states in which every kind of object is read, where they
// make a difference for it.
func (w *world) readStates() []state {
	user, learner, somebody := w.principal("user").user, w.principal("learner").user, w.somebody
	return []state{
		{name: "public", author: somebody},
		{name: "nobody's"},
		{name: "public, by the learner", author: learner},
		{name: "of a public cohort", home: "public", author: somebody},
		{name: "of our cohort", home: "ours", author: somebody},
		{name: "of our cohort, by the learner", home: "ours", author: learner},
		{name: "hidden in our cohort", home: "ours", author: somebody, hidden: true},
		{name: "hidden in our cohort, by the learner", home: "ours", author: learner, hidden: true},
		{name: "hidden in our cohort, by a user who is no member", home: "ours", author: user, hidden: true},
		{name: "deleted in our cohort, by the learner", home: "ours", author: learner, deleted: true},
		{name: "hidden", author: somebody, hidden: true},
		{name: "hidden, by the user", author: user, hidden: true},
		{name: "hidden in a public cohort, by the learner", home: "public", author: learner, hidden: true},
		{name: "deleted", author: learner, deleted: true},
		{name: "of a foreign cohort", home: "foreign", author: somebody},
		{name: "of a foreign cohort, by the learner", home: "foreign", author: learner},
		{name: "of a hidden cohort", home: "hidden", author: somebody},
		{name: "of a deleted cohort", home: "deleted", author: somebody},
		{name: "missing from its document", author: somebody, missing: true},
		{name: "the admin's", author: w.principal("admin").user},
	}
}

// fill makes an object of every kind in every state, and what belongs to it.
func (w *world) fill() {
	w.t.Helper()
	err := w.app.DB().InTx(w.ctx, func(ctx context.Context) error {
		outside := w.ctx
		w.ctx = ctx
		w.fillStates()
		w.fillDocuments()
		w.fillChallenges()
		w.fillComments()
		w.ctx = outside
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) fillStates() {
	w.t.Helper()
	for _, kindName := range slices.Sorted(maps.Keys(kinds())) {
		for _, s := range w.readStates() {
			if s.fits(kindName) {
				w.make(kindName, s)
			}
		}
	}
}

func (w *world) fillComments() {
	w.t.Helper()
	authors := w.several("User", "somebody")
	for _, kindName := range []string{"Challenge", "Solution", "Practice", "Document"} {
		for i, subject := range w.ofStates(kindName) {
			w.make("Comment", state{name: "on " + subject.state.name, author: authors[i%len(authors)], subject: subject})
			for _, author := range []*object{w.somebody, w.principal("learner").user} {
				w.make("Comment", state{name: "hidden on " + subject.state.name, author: author, hidden: true, subject: subject})
			}
		}
	}
}

// ofStates returns the objects of a kind of which others become part: one in each
// state. One that its document lacks is left alone, as work on it would keep it.
func (w *world) ofStates(kindName string) []*object {
	return slices.DeleteFunc(slices.Clone(w.objects[kindName][:len(w.readStates())]), func(o *object) bool { return o.state.missing })
}

// several returns some new objects of a kind, to spread others over them: lists
// are compared by their first page.
func (w *world) several(kindName, name string) []*object {
	w.t.Helper()
	objects := make([]*object, 8)
	for i := range objects {
		objects[i] = w.make(kindName, state{name: name})
	}
	return objects
}

// fillDocuments gives every document a programme, a concept and entries that
// everybody may see apart from it.
func (w *world) fillDocuments() {
	w.t.Helper()
	programs := w.objects["Program"]
	authors := w.several("User", "somebody")
	for i, document := range w.ofStates("Document") {
		program := programs[i%len(programs)]
		w.exec(`UPDATE document SET program_id = ? WHERE id = ?`, program.uuid, document.uuid)
		document.links["program"] = []*object{program}
		mention := &object{kind: "Mention", state: document.state, uuid: uuid.Must(uuid.NewV7()), links: map[string][]*object{}}
		mention.id = "me_" + mention.uuid.String()
		r := row{"id": mention.uuid}
		w.mention(mention, r, document, w.make("Concept", state{name: "of a document " + document.state.name}))
		w.insert("mention", r)
		w.objects["Mention"] = append(w.objects["Mention"], mention)
		for _, kindName := range []string{"Challenge", "Practice", "Tip", "Channel", "Solution"} {
			s := state{name: "from a document " + document.state.name}
			if kinds()[kindName].authored {
				s.author = authors[i%len(authors)]
			}
			entry := w.make(kindName, s)
			w.exec(`UPDATE `+kinds()[kindName].table+` SET document_id = ?, first_line = 1, last_line = 1 WHERE id = ?`, document.uuid, entry.uuid)
			entry.links["document"] = []*object{document}
		}
	}
	for i, program := range programs {
		cohort := w.make("Cohort", state{name: "of a programme " + program.state.name, home: []string{"public", "ours"}[i%2]})
		w.exec(`UPDATE cohort SET program_id = ? WHERE id = ?`, program.uuid, cohort.uuid)
		cohort.links["program"] = []*object{program}
	}
}

// fillChallenges gives challenges and practices technologies, every challenge a
// solution and a duplicate, and one a deleted author.
func (w *world) fillChallenges() {
	w.t.Helper()
	technologies, authors := w.several("Technology", "of entries"), w.several("User", "somebody")
	technologies = append(technologies, w.make("Technology", state{name: "deleted", deleted: true}))
	left := w.make("User", state{name: "somebody", deleted: true})
	for _, kindName := range []string{"Challenge", "Practice", "Document"} {
		w.make(kindName, state{name: "of a deleted person", author: left})
	}
	for i, challenge := range w.ofStates("Challenge") {
		author := authors[i%len(authors)]
		w.make("Solution", state{name: "of a challenge " + challenge.state.name, author: author, subject: challenge})
		duplicate := w.make("Challenge", state{name: "duplicate of one " + challenge.state.name, author: author})
		w.exec(`UPDATE challenge SET status = 'DUPLICATE', duplicate_of_id = ? WHERE id = ?`, challenge.uuid, duplicate.uuid)
		duplicate.links["duplicateOf"] = []*object{challenge}
	}
	for _, kindName := range []string{"Challenge", "Practice"} {
		table := kinds()[kindName].table
		for i, entry := range w.objects[kindName] {
			for _, technology := range []*object{technologies[i%len(technologies)], technologies[(i+1)%len(technologies)]} {
				w.insert(table+"_technology", row{table + "_id": entry.uuid, "technology_id": technology.uuid, "created_at": "2026-03-01T00:00:00Z"})
				entry.links["technologies"] = append(entry.links["technologies"], technology)
			}
		}
	}
}
