package access

import (
	"strings"
	"testing"
)

// The rules of writing, spelt out: who may use a learner's own challenge that has no
// cohort, and one in the cohort for members that the learner, the mentor and the
// staff are in. Whoever is not named gets NOT_FOUND where they do not see it, and
// FORBIDDEN else.
func TestTheRulesOfWriting(t *testing.T) {
	t.Parallel()
	people := map[string]*object{}
	cohort := &object{kind: "Cohort", members: true, roles: map[*object]string{}}
	var all []*principal
	for name, role := range map[string]string{"visitor": "", "user": "", "learner": "LEARNER", "mentor": "MENTOR", "staff": "STAFF", "admin": ""} {
		p := &principal{name: name, admin: name == "admin"}
		if name != "visitor" {
			p.user = &object{kind: "User"}
		}
		if people[name] = p.user; role != "" {
			cohort.roles[p.user] = role
		}
		all = append(all, p)
	}
	alone := &object{kind: "Challenge", links: map[string][]*object{"author": {people["learner"]}}}
	placed := &object{kind: "Challenge", links: map[string][]*object{"author": {people["learner"]}, "cohort": {cohort}}}
	for name, test := range map[string]struct {
		rule          rule
		alone, placed string
	}{
		"seer":       {seer, "visitor user learner mentor staff admin", "learner mentor staff admin"},
		"memberAdds": {memberAdds, "admin", "learner mentor staff admin"},
		"solver":     {solver, "visitor user learner mentor staff admin", "learner mentor staff admin"},
		"editor":     {editor, "learner admin", "learner admin"},
		"acceptor":   {acceptor, "learner admin", "learner mentor staff admin"},
		"moderator":  {moderator, "admin", "mentor staff admin"},
		"staff":      {staff, "admin", "staff admin"},
		"admin":      {admin, "admin", "admin"},
		"owner":      {owner, "learner", "learner"},
	} {
		for _, p := range all {
			for o, may := range map[*object]string{alone: test.alone, placed: test.placed} {
				want := forbidden
				switch seen := o == alone || cohort.roles[p.user] != "" || p.admin; {
				case strings.Contains(" "+may+" ", " "+p.name+" "):
					want = succeeds
				case !seen:
					want = notFound
				}
				if got := p.use(nil, test.rule, o); got != want {
					t.Errorf("%s: %s gets %s, want %s (in the cohort: %t)", name, p, got, want, o == placed)
				}
			}
		}
	}
}

// A field lets in whom its standing names, before it looks at any object.
func TestStandings(t *testing.T) {
	t.Parallel()
	visitor, user, chief := &principal{}, &principal{user: &object{}}, &principal{user: &object{}, admin: true}
	for s, want := range map[standing][3]outcome{
		everybody: {succeeds, succeeds, succeeds}, users: {unauthenticated, succeeds, succeeds}, admins: {unauthenticated, forbidden, succeeds},
	} {
		if got := [3]outcome{s.lets(visitor), s.lets(user), s.lets(chief)}; got != want {
			t.Errorf("standing %d: got %v, want %v", s, got, want)
		}
	}
}
