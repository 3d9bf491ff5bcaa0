package access

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/ingest"
)

// object is one object of the hub, as the rules look at it.
type object struct {
	kind  string // its type in the schema
	state state
	uuid  uuid.UUID
	id    string // on the wire
	key   string // its slug or handle
	// hidden and gone are set when its row says so.
	hidden, gone bool
	// members is set for a cohort that only members see.
	members bool
	// roles are those of the members of a cohort.
	roles map[*object]string
	// links lead to other objects, by the name of the field that does so.
	links map[string][]*object
	// with are the objects that must be seen as well.
	with []*object
}

func (o *object) String() string { return fmt.Sprintf("%s %q (%s)", o.kind, o.state.name, o.id) }

// one returns what a link leads to, nil when it is not set.
func (o *object) one(link string) *object {
	if targets := o.links[link]; len(targets) > 0 {
		return targets[0]
	}
	return nil
}

// leadsTo reports whether any link of o is other.
func (o *object) leadsTo(other *object) bool {
	for _, targets := range o.links {
		if slices.Contains(targets, other) {
			return true
		}
	}
	return false
}

// state is what distinguishes objects of one kind.
type state struct {
	name string
	// home is the cohort that the object belongs to; "" is none.
	home string
	// author is whose it is; nil is nobody.
	author                   *object
	hidden, deleted, missing bool
	// subject is what a comment is about; by default a new challenge.
	subject *object
}

// kind is a kind of object.
type kind struct {
	table, prefix string
	// hides: a row may be hidden. deletes is the column that says that it is gone.
	hides   bool
	deletes string
	// misses: a row may be missing from its document.
	misses bool
	// placed: it belongs to a cohort. authored: it is somebody's.
	placed, authored bool
	// through is the kind of the object whose state it shares.
	through string
}

// kinds are all kinds of objects, by their type of the schema.
func kinds() map[string]kind {
	return map[string]kind{
		"Program":          {table: "program", prefix: "pr", hides: true, deletes: "deleted_at"},
		"Cohort":           {table: "cohort", prefix: "co", hides: true, deletes: "deleted_at", placed: true},
		"Membership":       {table: "membership", prefix: "mb", placed: true},
		"User":             {table: "app_user", prefix: "us", deletes: "deleted_at"},
		"Technology":       {table: "technology", prefix: "te", deletes: "deleted_at"},
		"Concept":          {table: "concept", prefix: "cn", deletes: "deleted_at"},
		"Document":         {table: "document", prefix: "do", hides: true, deletes: "deleted_at", placed: true, authored: true},
		"DocumentRevision": {table: "document_revision", prefix: "dr", placed: true, authored: true, through: "Document"},
		"Mention":          {table: "mention", prefix: "me", placed: true, authored: true, through: "Document"},
		"Challenge":        {table: "challenge", prefix: "ch", hides: true, deletes: "deleted_at", misses: true, placed: true, authored: true},
		"Solution":         {table: "solution", prefix: "so", hides: true, deletes: "deleted_at", misses: true, placed: true, authored: true},
		"Practice":         {table: "practice", prefix: "pc", hides: true, deletes: "deleted_at", misses: true, placed: true, authored: true},
		"Tip":              {table: "tip", prefix: "ti", hides: true, deletes: "deleted_at", misses: true, placed: true, authored: true},
		"Channel":          {table: "channel", prefix: "cl", hides: true, deletes: "deleted_at", misses: true, placed: true, authored: true},
		"Comment":          {table: "comment", prefix: "cm", hides: true, deletes: "deleted_at", placed: true, authored: true},
		"Event":            {table: "event", prefix: "ev", placed: true, authored: true},
		"Invitation":       {table: "invitation", prefix: "in", deletes: "ended_at", placed: true},
		"Notification":     {table: "notification", prefix: "no", placed: true, authored: true},
		"Session":          {table: "session", prefix: "se", deletes: "revoked_at", authored: true},
		"AccessToken":      {table: "access_token", prefix: "at", deletes: "revoked_at", authored: true},
	}
}

// fits reports whether a state makes a difference for a kind.
func (s state) fits(kindName string) bool {
	k := kinds()[kindName]
	hides, deletes := k.hides, k.deletes != ""
	if k.through != "" {
		hides, deletes = kinds()[k.through].hides, true
	}
	anybodys := s.author == nil || s.author.state.name == "somebody"
	return (hides || !s.hidden) && (deletes || !s.deleted) && (k.misses || !s.missing) && (k.placed || s.home == "") && (k.authored || anybodys)
}

// row is a row of a table, by column.
type row map[string]any

// insert writes a row.
func (w *world) insert(table string, r row) {
	w.t.Helper()
	columns := slices.Sorted(maps.Keys(r))
	values := make([]any, len(columns))
	for i, column := range columns {
		values[i] = r[column]
	}
	w.exec("INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES (?"+strings.Repeat(", ?", len(columns)-1)+")", values...)
}

// make makes an object of a kind in a state, with all that it needs.
func (w *world) make(kindName string, s state) *object {
	w.t.Helper()
	k, known := kinds()[kindName]
	if !known {
		w.t.Fatalf("no object of kind %s can be made: add it to kinds and create in test/access/objects_test.go", kindName)
	}
	w.numbers++
	o := &object{
		kind: kindName, state: s, uuid: uuid.Must(uuid.NewV7()),
		hidden: s.hidden && k.hides, gone: s.missing || s.deleted && k.deletes != "", links: map[string][]*object{},
	}
	o.id = k.prefix + "_" + o.uuid.String()
	r := row{"id": o.uuid}
	if o.hidden {
		r["hidden_at"] = time.Now()
	}
	if s.deleted && k.deletes != "" {
		r[k.deletes] = time.Now()
	}
	if s.missing {
		r["missing_at"] = time.Now()
	}
	w.create(o, r)
	w.insert(k.table, r)
	w.objects[kindName] = append(w.objects[kindName], o)
	w.complete(o)
	return o
}

// complete writes the rows that stand beside that of an object.
func (w *world) complete(o *object) {
	w.t.Helper()
	switch {
	case o.kind == "Technology":
		w.insert("technology_alias", row{"folded_name": ingest.Fold(aliasOf(o)), "technology_id": o.uuid, "name": aliasOf(o)})
	case o.kind == "Concept":
		w.insert("concept_alias", row{"folded_title": ingest.Fold(aliasOf(o)), "concept_id": o.uuid, "title": aliasOf(o)})
	case o.kind == "Cohort" && o.state.home == "ours":
		for _, p := range w.principals {
			if role := p.roleIn(w.cohorts["ours"]); role != "" {
				w.join(o, p.user, role)
			}
		}
		w.join(o, w.somebody, "STAFF") // so that no principal is the last one
	}
}

// aliasOf returns the alias that a technology or concept is made with.
func aliasOf(o *object) string { return "Alias of " + o.key }

// create fills the columns of a row and the links of its object.
func (w *world) create(o *object, r row) {
	w.t.Helper()
	n := w.numbers
	switch o.kind {
	case "Program":
		o.key = fmt.Sprintf("program-%d", n)
		r["slug"], r["title"], r["folded_title"] = o.key, o.key, o.key
	case "Cohort":
		o.members, o.roles = o.state.home == "ours" || o.state.home == "foreign", map[*object]string{}
		r["visibility"], r["name"] = map[bool]string{true: "MEMBERS", false: "PUBLIC"}[o.members], fmt.Sprintf("Cohort %d", n)
		w.link(o, r, "program", w.program)
	case "User":
		o.key = fmt.Sprintf("person-%d", n)
		r["handle"], r["display_name"] = o.key, o.key
	case "Technology":
		o.key = fmt.Sprintf("technology-%d", n)
		r["slug"], r["name"], r["category"] = o.key, o.key, "OTHER"
	case "Concept":
		o.key = fmt.Sprintf("concept-%d", n)
		r["slug"], r["title"], r["folded_title"] = o.key, o.key, o.key
	case "Membership":
		cohort := w.make("Cohort", state{name: o.state.name, home: o.state.home})
		w.member(o, r, cohort, w.make("User", state{name: "member"}), "LEARNER")
	case "Invitation":
		w.link(o, r, "cohort", w.make("Cohort", state{name: o.state.name, home: o.state.home}))
		address := fmt.Sprintf("invited-%d@example.org", n)
		r["email"], r["folded_email"], r["role"], r["expires_at"] = address, address, "LEARNER", time.Now().Add(time.Hour)
	case "Session":
		w.own(o, r)
		r["device"], r["mode"], r["expires_at"], r["ends_at"] = "a laptop", "TOKEN", time.Now().Add(time.Hour), time.Now().Add(time.Hour)
	case "AccessToken":
		w.own(o, r)
		r["name"], r["scope"], r["token_hash"], r["expires_at"] = "a script", "READ", o.uuid[:], time.Now().Add(time.Hour)
	default:
		w.createContent(o, r)
	}
}

// createContent is create for what people and imports write.
func (w *world) createContent(o *object, r row) {
	w.t.Helper()
	n := w.numbers
	shared := state{name: o.state.name, home: o.state.home, author: w.somebody}
	switch o.kind {
	case "Document":
		w.place(o, r, "owner")
		r["source"], r["title"] = fmt.Sprintf("hub/%d.md", n), fmt.Sprintf("Document %d", n)
	case "DocumentRevision":
		w.below(o, r, "document", w.make("Document", o.state))
		r["number"], r["markdown"], r["content_hash"] = 1, "Text.", strings.Repeat("a", 64)
	case "Mention":
		w.mention(o, r, w.make("Document", o.state), w.make("Technology", state{name: "mentioned"}))
	case "Challenge":
		w.place(o, r, "author")
		r["title"], r["body"] = fmt.Sprintf("Challenge %d", n), "Text."
	case "Practice":
		w.place(o, r, "author")
		r["title"], r["body"] = fmt.Sprintf("Practice %d", n), "Text."
	case "Tip":
		w.place(o, r, "author")
		r["body"] = "Text."
	case "Channel":
		w.place(o, r, "author")
		r["name"], r["kind"] = fmt.Sprintf("Channel %d", n), "OTHER"
	case "Solution":
		subject := o.state.subject
		if subject == nil {
			subject = w.make("Challenge", shared)
		}
		w.below(o, r, "challenge", subject)
		w.link(o, r, "author", o.state.author)
		r["body"] = "Text."
	case "Comment":
		subject := o.state.subject
		if subject == nil {
			subject = w.make("Challenge", shared)
		}
		o.links["subject"], o.with = []*object{subject}, []*object{subject}
		r[strings.ToLower(subject.kind)+"_id"], r["body"] = subject.uuid, "Text."
		w.link(o, r, "author", o.state.author)
	case "Notification":
		w.own(o, r)
		subject := w.make("Challenge", state{name: o.state.name, home: o.state.home})
		o.links["subject"], o.with = []*object{subject}, []*object{subject}
		r["challenge_id"], r["kind"], r["event_id"], r["in_app"], r["email"] = subject.uuid, "MENTIONED", uuid.New(), true, "NONE"
		w.link(o, r, "actor", w.make("User", state{name: "who mentions"}))
	case "Event":
		w.place(o, r, "actor")
		subject := w.make("Challenge", shared)
		o.links["subject"] = []*object{subject}
		r["kind"], r["subject_type"], r["subject_id"], r["position"] = "challenge.updated", "ch", subject.uuid, n
	default:
		w.t.Fatalf("no row of kind %s can be made: add it to create in test/access/objects_test.go", o.kind)
	}
}

// link sets a foreign key.
func (w *world) link(o *object, r row, name string, target *object) {
	if target == nil {
		return
	}
	r[name+"_id"], o.links[name] = target.uuid, []*object{target}
}

// below is link to what must be seen as well.
func (w *world) below(o *object, r row, name string, target *object) {
	w.link(o, r, name, target)
	o.with = append(o.with, target)
}

// place gives an object its cohort and its author.
func (w *world) place(o *object, r row, author string) {
	if o.state.home != "" {
		w.link(o, r, "cohort", w.cohorts[o.state.home])
	}
	w.link(o, r, author, o.state.author)
}

// own makes an object that is its author's alone.
func (w *world) own(o *object, r row) {
	author := o.state.author
	if author == nil {
		author = w.somebody
	}
	r["user_id"], o.links["owner"] = author.uuid, []*object{author}
}

func (w *world) member(o *object, r row, cohort, person *object, role string) {
	w.below(o, r, "cohort", cohort)
	w.link(o, r, "user", person)
	r["role"], cohort.roles[person] = role, role
}

// join makes a person a member of a cohort.
func (w *world) join(cohort, person *object, role string) {
	w.t.Helper()
	o := &object{kind: "Membership", state: cohort.state, uuid: uuid.Must(uuid.NewV7()), links: map[string][]*object{}}
	o.id = "mb_" + o.uuid.String()
	r := row{"id": o.uuid}
	w.member(o, r, cohort, person, role)
	w.insert("membership", r)
	w.objects["Membership"] = append(w.objects["Membership"], o)
}

// mention makes a document mention a technology or a concept.
func (w *world) mention(o *object, r row, document, mentioned *object) {
	w.below(o, r, "document", document)
	w.link(o, r, strings.ToLower(mentioned.kind), mentioned)
	r["text"], r["first_line"], r["last_line"] = "Text.", 1, 1
}
