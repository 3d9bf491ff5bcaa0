package access

import "slices"

// The rules of the hub, in words of the tests' own: they share no code with the
// server, so that a mistake in one is found by the other.
//
//	read     what was deleted is seen by nobody. A cohort for members, and what
//	         belongs to it, is seen by its members; what is hidden, by its author
//	         and by the mentors and staff of its cohort. What is part of something
//	         is seen with it. Invitations are seen by the
//	         staff of their cohort. Admins see the rest as well. What is private is seen
//	         by its owner, also with regard to admins. The change log is for the
//	         staff of a cohort, and for admins
//	write    the table of rules below, each for those who see the object

// sees reports whether a principal may see an object.
func (p *principal) sees(w *world, o *object) bool {
	switch {
	case o.gone:
		return false
	case private(o):
		return p.user != nil && p.user == o.one("owner")
	case o.kind == "Viewer":
		return p.viewer == o
	case o.kind == "Event":
		return staff(p, o)
	case o.kind == "Invitation" && !staff(p, o):
		return false
	case o.kind == "Notification" && p.user != o.one("owner"):
		return false // else whoever sees its subject
	case o.kind == "Concept" && !p.admin:
		return p.seesConcept(w, o)
	}
	for _, other := range o.with {
		if !p.sees(w, other) {
			return false
		}
	}
	if p.admin {
		return true
	}
	if o.hidden && !p.wrote(o) && !p.moderates(o) {
		return false
	}
	if o.kind == "Cohort" {
		return !o.members || p.roleIn(o) != ""
	}
	cohort := o.one("cohort")
	return cohort == nil || p.sees(w, cohort)
}

// seesConcept: a concept has its title from documents, so it is seen by whoever
// sees one of them, and by everybody when there is none.
func (p *principal) seesConcept(w *world, o *object) bool {
	mentioned := false
	for _, mention := range w.objects["Mention"] {
		if mention.one("concept") == o {
			mentioned = true
			if p.sees(w, mention) {
				return true
			}
		}
	}
	return !mentioned
}

// private tells what is its owner's alone.
func private(o *object) bool { return o.kind == "Session" || o.kind == "AccessToken" }

func (p *principal) wrote(o *object) bool {
	return p.user != nil && (o.one("author") == p.user || o.one("owner") == p.user)
}

// moderates reports whether p is a mentor or staff of the cohort of o.
func (p *principal) moderates(o *object) bool { return p.is(o, "MENTOR", "STAFF") }

// is reports whether p has one of the roles in the cohort of o.
func (p *principal) is(o *object, roles ...string) bool {
	cohort := home(o)
	return cohort != nil && slices.Contains(roles, p.roleIn(cohort))
}

func (p *principal) roleIn(cohort *object) string {
	if p.user == nil {
		return ""
	}
	return cohort.roles[p.user]
}

// home returns the cohort that an object belongs to, nil when it has none.
func home(o *object) *object {
	if o.kind == "Cohort" {
		return o
	}
	if cohort := o.one("cohort"); cohort != nil {
		return cohort
	}
	for _, other := range o.with {
		if cohort := home(other); cohort != nil {
			return cohort
		}
	}
	return nil
}

// rule says who of those who see an object may do something with it.
type rule func(p *principal, o *object) bool

// The rules of writing. Whoever may not see the object gets NOT_FOUND, whatever
// the rule.

// seer: whoever sees it (comment, vote, bookmark, follow; to refer to it).
func seer(*principal, *object) bool { return true }

// memberAdds: in a cohort, its members add.
func memberAdds(p *principal, o *object) bool {
	return p.admin || p.is(o, "LEARNER", "MENTOR", "STAFF")
}

// solver: where there is a cohort, its members solve.
func solver(p *principal, o *object) bool { return home(o) == nil || memberAdds(p, o) }

// editor: its author edits and deletes; what has none, the mentors and staff of its
// cohort, and without a cohort the admins alone.
func editor(p *principal, o *object) bool {
	orphan := o.one("author") == nil && o.one("owner") == nil
	return p.admin || p.wrote(o) || orphan && p.moderates(o)
}

// acceptor: the author of the challenge, and mentors and staff of its cohort,
// accept and mark.
func acceptor(p *principal, o *object) bool {
	if challenge := o.one("challenge"); challenge != nil {
		o = challenge
	}
	return p.admin || p.wrote(o) || p.moderates(o)
}

// moderator: mentors and staff of the cohort hide and restore.
func moderator(p *principal, o *object) bool { return p.admin || p.moderates(o) }

// staff edit the cohort, its memberships and reports.
func staff(p *principal, o *object) bool { return p.admin || p.is(o, "STAFF") }

// admins alone edit programmes, technologies and concepts.
func admin(p *principal, _ *object) bool { return p.admin }

// owner: nobody else sees what is private, so nothing is left to forbid.
func owner(p *principal, o *object) bool { return p.wrote(o) }

// standing is whom a field itself lets in, before it looks at any object.
type standing int

const (
	everybody standing = iota
	users              // whoever signed in
	admins
)

// outcome is how an operation ends.
type outcome string

const (
	succeeds        outcome = "success"
	notFound        outcome = "NOT_FOUND"
	forbidden       outcome = "FORBIDDEN"
	unauthenticated outcome = "UNAUTHENTICATED"
	badInput        outcome = "BAD_USER_INPUT"
)

// lets returns how a field of a standing receives p.
func (s standing) lets(p *principal) outcome {
	switch {
	case s != everybody && p.user == nil:
		return unauthenticated
	case s == admins && !p.admin:
		return forbidden
	default:
		return succeeds
	}
}

// use returns how the use of an object under a rule ends.
func (p *principal) use(w *world, r rule, o *object) outcome {
	switch {
	case !p.sees(w, o):
		return notFound
	case !r(p, o):
		return forbidden
	default:
		return succeeds
	}
}
