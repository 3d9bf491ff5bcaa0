package access

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
)

// mutation says how a mutation is tried; see the package comment.
type mutation struct {
	// who may use the field at all.
	who standing
	// input has a value for each field that is needed or names an object.
	input input
	// sets are the protected columns of the target that a success may change.
	sets []string
	// ends: it may end the session of its actor.
	ends bool
}

// input is an input object: constants, inputs within it, targets, functions of the
// world that make a new value for each use, and functions of the target. A list field
// takes one value for a list of it.
type input map[string]any

// target is an object that an input names, by its id or, with byKey, by its slug or
// handle.
type target struct {
	lookup
	kinds []string
	rule  rule
	// deleted: an object that was deleted can be used by those who would see it hidden.
	deleted bool
	// unless tells what is refused as input, though it may be used by the rule; nil
	// is nothing.
	unless rule
}

// use returns how the use of an object as a target ends.
func (t target) use(w *world, p *principal, o *object) outcome {
	if t.deleted && o.state.deleted {
		back := *o
		back.gone, back.hidden = false, true
		if !p.admin && !slices.Contains(content(), o.kind) {
			return notFound
		}
		o = &back
	}
	done := p.use(w, t.rule, o)
	if done == succeeds && t.unless != nil && t.unless(p, o) {
		return badInput
	}
	return done
}

// the is an object of a kind, by its id.
func the(kindName string, r rule) target { return anyOf(r, kindName) }

// anyOf is an object of any of some kinds, by its id.
func anyOf(r rule, kindNames ...string) target {
	return target{lookup: lookup{by: byID}, kinds: kindNames, rule: r}
}

// mutations are all mutations of the schema.
func mutations() map[string]mutation {
	const another = "a longer walk in the rain"
	return map[string]mutation{
		"register":             {input: input{"email": newEmail, "password": passphrase, "handle": newHandle, "displayName": "Somebody"}},
		"verifyEmail":          {input: input{"token": "wrong", "handle": newHandle}},
		"resendVerification":   {input: input{"email": newEmail}},
		"login":                {input: input{"email": newEmail, "password": "wrong"}},
		"refreshSession":       {input: input{}},
		"logout":               {input: input{}, ends: true},
		"requestPasswordReset": {input: input{"email": newEmail}},
		"resetPassword":        {input: input{"token": "wrong", "newPassword": another}},

		"logoutEverywhere":  {who: users, input: input{}, ends: true},
		"changePassword":    {who: users, input: input{"currentPassword": passphrase, "newPassword": another}, ends: true},
		"deleteAccount":     {who: users, input: input{"password": passphrase}, sets: []string{"deleted_at", "role"}, ends: true},
		"createAccessToken": {who: users, input: input{"name": "A script"}},
		"updateProfile":     {who: users, input: input{"handle": newHandle, "displayName": "Somebody else"}},
		"createChallenge": {who: users, input: input{
			"title": "A challenge", "cohortId": the("Cohort", memberAdds), "technologyIds": the("Technology", seer),
		}},
		"updateChallenge": {who: users, input: input{
			"id": the("Challenge", editor), "title": "Another title", "technologyIds": the("Technology", seer),
		}},
		"deleteChallenge": {who: users, input: input{"id": the("Challenge", editor)}, sets: []string{"deleted_at"}},

		"createPractice": {who: users, input: input{
			"title": "A practice", "cohortId": the("Cohort", memberAdds), "technologyIds": the("Technology", seer),
		}},
		"updatePractice": {who: users, input: input{
			"id": the("Practice", editor), "title": "Another title", "technologyIds": the("Technology", seer),
		}},
		"deletePractice": {who: users, input: input{"id": the("Practice", editor)}, sets: []string{"deleted_at"}},
		"createTip":      {who: users, input: input{"body": "Rest.", "cohortId": the("Cohort", memberAdds)}},
		"updateTip":      {who: users, input: input{"id": the("Tip", editor), "body": "Walk."}},
		"deleteTip":      {who: users, input: input{"id": the("Tip", editor)}, sets: []string{"deleted_at"}},
		"createChannel":  {who: users, input: input{"name": "#talk", "kind": "OTHER", "cohortId": the("Cohort", memberAdds)}},
		"updateChannel":  {who: users, input: input{"id": the("Channel", editor), "name": "#chat"}},
		"deleteChannel":  {who: users, input: input{"id": the("Channel", editor)}, sets: []string{"deleted_at"}},

		"updateDocument":    {who: users, input: input{"id": the("Document", editor), "title": "Another title"}},
		"withdrawDocument":  {who: users, input: input{"id": the("Document", editor)}, sets: []string{"status"}},
		"republishDocument": {who: users, input: input{"id": the("Document", editor)}},
		"deleteDocument":    {who: users, input: input{"id": the("Document", editor)}, sets: []string{"deleted_at"}},

		"hideContent": {
			who: users, input: input{"id": anyOf(moderator, content()...), "reason": "Spam."}, sets: []string{"hidden_at"},
		},
		"restoreContent": {
			who: users, input: input{"id": restorable(), "reason": "No spam."}, sets: []string{"hidden_at", "deleted_at"},
		},

		"createTechnology":      {who: admins, input: input{"name": newName, "slug": newName}},
		"updateTechnology":      {who: admins, input: input{"id": the("Technology", admin), "name": newName}},
		"addTechnologyAlias":    {who: admins, input: input{"id": the("Technology", admin), "name": newName}},
		"removeTechnologyAlias": {who: admins, input: input{"id": the("Technology", admin), "name": aliasOf}},
		"mergeTechnologies": {
			who: admins, input: input{"sourceId": the("Technology", admin), "targetId": the("Technology", admin)}, sets: []string{"deleted_at"},
		},
		"deleteTechnology":   {who: admins, input: input{"id": the("Technology", admin)}, sets: []string{"deleted_at"}},
		"createConcept":      {who: admins, input: input{"title": newName, "slug": newName}},
		"updateConcept":      {who: admins, input: input{"id": the("Concept", admin), "title": newName}},
		"addConceptAlias":    {who: admins, input: input{"id": the("Concept", admin), "title": newName}},
		"removeConceptAlias": {who: admins, input: input{"id": the("Concept", admin), "title": aliasOf}},
		"mergeConcepts": {
			who: admins, input: input{"sourceId": the("Concept", admin), "targetId": the("Concept", admin)}, sets: []string{"deleted_at"},
		},
		"deleteConcept": {who: admins, input: input{"id": the("Concept", admin)}, sets: []string{"deleted_at"}},

		"createProgram": {who: admins, input: input{"title": newName, "slug": newName}},
		"updateProgram": {who: admins, input: input{"id": the("Program", admin), "title": newName}},
		"deleteProgram": {who: admins, input: input{"id": the("Program", admin)}, sets: []string{"deleted_at"}},
		"createCohort": {who: admins, input: input{
			"programId": the("Program", admin), "name": newName, "staffIds": the("User", seer),
		}},
		"updateCohort":         {who: users, input: input{"id": the("Cohort", staff), "name": newName}},
		"deleteCohort":         {who: users, input: input{"id": the("Cohort", staff)}, sets: []string{"deleted_at"}},
		"joinCohort":           {who: users, input: input{"cohortId": the("Cohort", seer)}},
		"leaveCohort":          {who: users, input: input{"cohortId": the("Cohort", seer)}},
		"changeMembershipRole": {who: users, input: input{"id": the("Membership", staff), "role": "MENTOR"}, sets: []string{"role"}},
		"removeMember":         {who: users, input: input{"id": the("Membership", staff)}},
		"inviteToCohort":       {who: users, input: input{"cohortId": the("Cohort", staff), "email": newEmail}},
		"acceptInvitation":     {who: users, input: input{"token": codeFor}},
		"revokeInvitation":     {who: users, input: input{"id": the("Invitation", seer)}},
		"addBookmark":          {who: users, input: input{"subjectId": anyOf(seer, "Challenge", "Solution", "Practice", "Document")}},
		"removeBookmark":       {who: users, input: input{"subjectId": anyOf(seer, "Challenge", "Solution", "Practice", "Document")}},
		"follow":               {who: users, input: input{"subjectId": anyOf(seer, "Technology", "Challenge", "User")}},
		"unfollow":             {who: users, input: input{"subjectId": anyOf(seer, "Technology", "Challenge", "User")}},

		"markNotificationRead":          {who: users, input: input{"id": the("Notification", seer)}},
		"markNotificationUnread":        {who: users, input: input{"id": the("Notification", seer)}},
		"markAllNotificationsRead":      {who: users, input: input{}},
		"updateNotificationPreferences": {who: users, input: input{"preferences": input{"kind": "COMMENTED", "email": "NOW"}}},

		"markChallengeSolved": {who: users, input: input{"id": the("Challenge", acceptor)}, sets: []string{"status"}},
		"markChallengeDuplicate": {
			who:   users,
			input: input{"id": the("Challenge", acceptor), "duplicateOfId": the("Challenge", seer)},
			sets:  []string{"status", "duplicate_of_id"},
		},
		"reopenChallenge":  {who: users, input: input{"id": the("Challenge", acceptor)}},
		"addSolution":      {who: users, input: input{"challengeId": the("Challenge", solver), "body": "Do it."}},
		"updateSolution":   {who: users, input: input{"id": the("Solution", editor), "body": "Do it well."}},
		"deleteSolution":   {who: users, input: input{"id": the("Solution", editor)}, sets: []string{"deleted_at"}},
		"acceptSolution":   {who: users, input: input{"id": the("Solution", acceptor)}, sets: []string{"accepted"}},
		"unacceptSolution": {who: users, input: input{"id": the("Solution", acceptor)}},

		"addComment":    {who: users, input: input{"subjectId": anyOf(seer, "Challenge", "Solution", "Practice", "Document"), "body": "Yes."}},
		"updateComment": {who: users, input: input{"id": the("Comment", editor), "body": "No."}},
		"deleteComment": {who: users, input: input{"id": the("Comment", editor)}, sets: []string{"deleted_at"}},
		"castVote":      {who: users, input: input{"subjectId": votable(), "value": "DOWN"}, sets: []string{"score"}},
		"withdrawVote":  {who: users, input: input{"subjectId": votable()}},

		"revokeSession":     {who: users, input: input{"id": the("Session", owner)}, sets: []string{"revoked_at"}},
		"revokeAccessToken": {who: users, input: input{"id": the("AccessToken", owner)}, sets: []string{"revoked_at"}},
	}
}

// content is what is hidden.
func content() []string {
	return []string{"Challenge", "Solution", "Practice", "Comment", "Document", "Tip", "Channel"}
}

// restorable is what is restored, also when it is deleted.
func restorable() target {
	t := anyOf(func(p *principal, o *object) bool {
		return p.admin || slices.Contains(content(), o.kind) && p.moderates(o)
	}, append(content(), "Program", "Cohort", "Technology", "Concept")...)
	t.deleted = true
	return t
}

// votable is what may be voted on: nobody's own.
func votable() target {
	t := anyOf(seer, "Challenge", "Solution", "Practice")
	t.unless = (*principal).wrote
	return t
}

func newHandle(w *world) any { w.numbers++; return fmt.Sprintf("handle-%d", w.numbers) }
func newName(w *world) any   { w.numbers++; return fmt.Sprintf("name-%d", w.numbers) }
func newEmail(w *world) any  { w.numbers++; return fmt.Sprintf("new-%d@example.org", w.numbers) }

// codeFor invites a person to a cohort.
func codeFor(w *world, p *principal) any {
	code, _ := newName(w).(string)
	if p.user != nil {
		hash := sha256.Sum256([]byte(code))
		invited := w.make("Invitation", state{name: "to a principal"})
		w.exec(`UPDATE invitation SET email = ?, folded_email = ? WHERE id = ?`, email(p), email(p), invited.uuid)
		w.exec(`INSERT INTO invitation_code (invitation_id, token_hash) VALUES (?, ?)`, invited.uuid, hash[:])
	}
	return code
}

// writeStates are the states of the objects that a principal tries a mutation on.
func (w *world) writeStates(p *principal) []state {
	return []state{
		{name: "one's own", author: p.user},
		{name: "somebody's", author: w.somebody},
		{name: "nobody's"},
		{name: "one's own in our cohort", home: "ours", author: p.user},
		{name: "somebody's in our cohort", home: "ours", author: w.somebody},
		{name: "nobody's in our cohort", home: "ours"},
		{name: "hidden in our cohort, one's own", home: "ours", author: p.user, hidden: true},
		{name: "hidden in our cohort", home: "ours", author: w.somebody, hidden: true},
		{name: "deleted, one's own", author: p.user, deleted: true},
		{name: "deleted in our cohort", home: "ours", author: w.somebody, deleted: true},
		{name: "somebody's in a public cohort", home: "public", author: w.somebody},
		{name: "somebody's in a foreign cohort", home: "foreign", author: w.somebody},
		{name: "one's own in a foreign cohort", home: "foreign", author: p.user},
		{name: "somebody's in a hidden cohort", home: "hidden", author: w.somebody},
		{name: "somebody's in a deleted cohort", home: "deleted", author: w.somebody},
	}
}

// trial is one use of a mutation.
type trial struct {
	by     *principal
	name   string
	field  string // of the input, with dots, that names the target
	asked  string // what it says
	target *object
	input  map[string]any
	want   outcome
	before string // the target's row
}

// trials returns the uses of a mutation whose input names objects: with each kind
// in each state in each of the fields, while the others have what may be used.
func (w *world) trials(p *principal, name string, m mutation) (all []trial) {
	w.t.Helper()
	for field, varied := range targetsIn(m.input, "") {
		for _, o := range w.targets(p, varied) {
			tried := trial{by: p, name: name, field: field, asked: varied.by(o), target: o, want: m.who.lets(p), before: w.rowOf(o)}
			if tried.want == succeeds {
				tried.want = varied.use(w, p, o)
			}
			var usable bool
			if tried.input, usable = w.fillIn(p, m.input, "", field, o); usable {
				all = append(all, tried)
			}
		}
	}
	return all
}

// targetsIn returns the targets of an input by their fields.
func targetsIn(in input, path string) map[string]target {
	all := map[string]target{}
	for member, value := range in {
		switch v := value.(type) {
		case target:
			all[path+member] = v
		case input:
			maps.Copy(all, targetsIn(v, path+member+"."))
		}
	}
	return all
}

// targets makes an object in each state that matters, and one that does not exist.
func (w *world) targets(p *principal, varied target) (objects []*object) {
	w.t.Helper()
	for _, kindName := range varied.kinds {
		for _, s := range w.writeStates(p) {
			if s.fits(kindName) {
				objects = append(objects, w.make(kindName, s))
			}
		}
		objects = append(objects, w.named(lookup{kind: kindName})[0])
	}
	return objects
}

// fillIn makes an input: with o in one field, and what p may use in the others; it
// returns false when there is no such thing.
func (w *world) fillIn(p *principal, in input, path, field string, o *object) (map[string]any, bool) {
	w.t.Helper()
	filled := map[string]any{}
	for member, value := range in {
		switch v := value.(type) {
		case target:
			named := o
			if path+member != field {
				if named = w.usable(p, v); named == nil {
					return nil, false
				}
			}
			filled[member] = v.by(named)
		case func(*world) any:
			filled[member] = v(w)
		case func(*world, *principal) any:
			filled[member] = v(w, p)
		case func(*object) string:
			filled[member] = v(cmp.Or(o, w.somebody))
		case input:
			below, ok := w.fillIn(p, v, path+member+".", field, o)
			if !ok {
				return nil, false
			}
			filled[member] = below
		default:
			filled[member] = v
		}
	}
	return filled, true
}

// usable makes an object that p may use under the rule of a target, nil when there
// is none. For a visitor, who may use nothing, anything will do.
func (w *world) usable(p *principal, t target) *object {
	w.t.Helper()
	for _, s := range w.writeStates(p) {
		if !s.fits(t.kinds[0]) {
			continue
		}
		if o := w.make(t.kinds[0], s); p.user == nil || t.use(w, p, o) == succeeds {
			return o
		}
	}
	return nil
}
