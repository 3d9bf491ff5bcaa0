package graph_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/collaboration"
	"github.com/project-nexus/nexus/internal/comment"
	"github.com/project-nexus/nexus/internal/concept"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/practice"
	"github.com/project-nexus/nexus/internal/program"
	"github.com/project-nexus/nexus/internal/technology"
	"github.com/project-nexus/nexus/internal/user"
)

// secretWord stands in every text of what is not for everybody, and firstSecret
// is the smallest number among its ids.
const (
	secretWord  = "sesame"
	firstSecret = 1000
)

// The people of the tests of visibility, besides the learners of fillHub, and
// the technology and the concept that everybody sees but only secret documents
// and entries speak of.
const (
	theAuthor, theMember                   = 1, 2
	theMentor, theSecretMentor, anOutsider = 10, 11, 12
	quiet                                  = 13
)

func actors() map[string]auth.Actor {
	as := func(n int) auth.Actor { return auth.Actor{User: ptr(numbered[id.User](n))} }
	return map[string]auth.Actor{
		"visitor": {}, "outsider": as(anOutsider), "author": as(theAuthor), "member": as(theMember),
		"mentor": as(theMentor), "secret mentor": as(theSecretMentor), "admin": {User: ptr(numbered[id.User](anOutsider)), Admin: true},
	}
}

// The numbers of the secrets of one reason.
const (
	ofMembers       = firstSecret + 0x10*iota // belongs to a cohort for members
	ofHiddenCohort                            // belongs to a hidden cohort
	ofDeletedCohort                           // belongs to a deleted cohort
	hidden                                    // hidden, in a public cohort
	hiddenOfMembers                           // hidden, in the cohort for members
	deleted
	missing // from the newest revision of its document
)

// fate is why a secret is one.
type fate struct {
	number                   int
	cohort                   id.Cohort
	hidden, deleted, missing *time.Time
}

// fillSecrets adds, to a hub of three, secrets of every type and for every
// reason. Objects that everybody sees lead to them. It returns the ids of the
// secrets by the reason's number.
func fillSecrets(t *testing.T, db *database.DB) map[int][]string {
	t.Helper()
	fillPeople(t, db)
	at := ptr(minute(100))
	secrets := map[int][]string{}
	for _, f := range []fate{
		{number: ofMembers, cohort: numbered[id.Cohort](ofMembers)},
		{number: ofHiddenCohort, cohort: numbered[id.Cohort](ofHiddenCohort)},
		{number: ofDeletedCohort, cohort: numbered[id.Cohort](ofDeletedCohort)},
		{number: hidden, cohort: numbered[id.Cohort](0), hidden: at},
		{number: hiddenOfMembers, cohort: numbered[id.Cohort](ofMembers), hidden: at},
		{number: deleted, cohort: numbered[id.Cohort](0), deleted: at},
		{number: missing, cohort: numbered[id.Cohort](0), missing: at},
	} {
		secrets[f.number] = append(f.documents(t, db), f.entries(t, db)...)
	}
	secrets[ofMembers] = append(secrets[ofMembers], wire(numbered[id.Cohort](ofMembers)),
		wire(numbered[id.Membership](ofMembers)), wire(numbered[id.Membership](ofMembers+1)), wire(numbered[id.Membership](ofMembers+2)))
	secrets[deleted] = append(secrets[deleted], wire(numbered[id.Cohort](ofDeletedCohort)), wire(numbered[id.Program](deleted)),
		wire(numbered[id.User](deleted)), wire(numbered[id.Technology](deleted)), wire(numbered[id.Concept](deleted)))

	secret := numbered[id.Document](ofMembers)
	for _, table := range []string{"challenge", "solution", "practice", "tip", "channel"} {
		execute(t, db, "UPDATE "+table+" SET document_id = ? WHERE id = ?", secret, numbered[id.Tip](0))
	}
	execute(t, db, "UPDATE challenge SET duplicate_of_id = ?, author_id = ? WHERE id = ?", numbered[id.Challenge](ofMembers),
		numbered[id.User](deleted), numbered[id.Challenge](0))
	execute(t, db, "UPDATE document SET owner_id = ?, program_id = ? WHERE id = ?", numbered[id.User](deleted),
		numbered[id.Program](hidden), numbered[id.Document](0))
	execute(t, db, "UPDATE cohort SET program_id = ? WHERE id = ?", numbered[id.Program](deleted), numbered[id.Cohort](2))
	return secrets
}

func fillPeople(t *testing.T, db *database.DB) {
	t.Helper()
	for n, handle := range map[int]string{theMentor: "mentor", theSecretMentor: "other-mentor", anOutsider: "outsider", deleted: secretWord} {
		u := &user.User{
			ID: numbered[id.User](n), Handle: handle, DisplayName: handle, Role: user.RoleUser,
			Version: 1, CreatedAt: minute(n), UpdatedAt: minute(n),
		}
		if n == deleted {
			u.DeletedAt = ptr(minute(100))
		}
		insert(t, db, u)
	}
	for n, at := range map[int]*time.Time{hidden: nil, deleted: ptr(minute(100))} {
		p := &program.Program{
			ID: numbered[id.Program](n), Slug: fmt.Sprintf("%s-%d", secretWord, n), Title: fmt.Sprintf("%s %d", secretWord, n),
			FoldedTitle: fmt.Sprintf("%s %d", secretWord, n), Version: 1, CreatedAt: minute(n), UpdatedAt: minute(n),
			DeletedAt: at, HiddenAt: ptr(minute(100)),
		}
		insert(t, db, p)
	}
	cohorts := map[int]*program.Cohort{
		ofMembers:       {Visibility: program.MembersOnly},
		ofHiddenCohort:  {Visibility: program.Public, HiddenAt: ptr(minute(100))},
		ofDeletedCohort: {Visibility: program.Public, DeletedAt: ptr(minute(100))},
	}
	for n, c := range cohorts {
		c.ID, c.ProgramID, c.Name = numbered[id.Cohort](n), numbered[id.Program](0), fmt.Sprintf("%s %d", secretWord, n)
		c.Version, c.CreatedAt, c.UpdatedAt = 1, minute(n), minute(n)
		insert(t, db, c)
	}
	insert(
		t, db,
		&program.Membership{ID: numbered[id.Membership](theMentor), CohortID: numbered[id.Cohort](0), UserID: numbered[id.User](theMentor), Role: program.Mentor, JoinedAt: minute(0)},
		&program.Membership{ID: numbered[id.Membership](ofMembers), CohortID: numbered[id.Cohort](ofMembers), UserID: numbered[id.User](theMember), Role: program.Learner, JoinedAt: minute(0)},
		&program.Membership{ID: numbered[id.Membership](ofMembers + 1), CohortID: numbered[id.Cohort](ofMembers), UserID: numbered[id.User](theSecretMentor), Role: program.Mentor, JoinedAt: minute(0)},
		&program.Membership{ID: numbered[id.Membership](ofMembers + 2), CohortID: numbered[id.Cohort](ofMembers), UserID: numbered[id.User](0), Role: program.Learner, JoinedAt: minute(0)},
	)
	for n, at := range map[int]*time.Time{quiet: nil, deleted: ptr(minute(100))} {
		name := map[int]string{quiet: "quiet", deleted: secretWord}[n]
		insert(t, db, &technology.Technology{
			ID: numbered[id.Technology](n), Slug: name, Name: name, Category: technology.Tool,
			Version: 1, CreatedAt: minute(n), UpdatedAt: minute(n), DeletedAt: at,
		})
		insert(t, db, &technology.TechnologyAlias{FoldedName: name, TechnologyID: numbered[id.Technology](n), Name: name})
		insert(t, db, &concept.Concept{
			ID: numbered[id.Concept](n), Slug: name, Title: name, FoldedTitle: name,
			Version: 1, CreatedAt: minute(n), UpdatedAt: minute(n), DeletedAt: at,
		})
	}
}

// documents stores a document with all that inherits from it.
func (f fate) documents(t *testing.T, db *database.DB) []string {
	t.Helper()
	if f.number == missing {
		return nil // a document is never missing
	}
	d := numbered[id.Document](f.number)
	insert(t, db, &document.Document{
		ID: d, OwnerID: ptr(numbered[id.User](theAuthor)), CohortID: &f.cohort, ProgramID: ptr(numbered[id.Program](1)),
		Source: fmt.Sprintf("hub/%s-%d/README.md", secretWord, f.number), Title: secretWord, Overview: ptr(secretWord), Status: document.Published,
		Version: 1, CreatedAt: minute(f.number), UpdatedAt: minute(f.number), HiddenAt: f.hidden, DeletedAt: f.deleted,
	})
	insert(t, db, &document.DocumentRevision{
		ID: numbered[id.DocumentRevision](f.number), DocumentID: d, Number: 1, Markdown: secretWord,
		ContentHash: fmt.Sprintf("%064x", f.number), CreatedAt: minute(f.number),
	})
	insert(t, db, &document.Diagnostic{DocumentID: d, Position: 1, Severity: document.SeverityInfo, Code: "MADE_UP", Message: secretWord})
	mention := func(n int) *document.Mention {
		return &document.Mention{
			ID: numbered[id.Mention](f.number + n), DocumentID: d, Text: secretWord, FirstLine: 1, LastLine: 1, CreatedAt: minute(f.number),
		}
	}
	of := []*document.Mention{mention(0), mention(1), mention(2), mention(3)}
	of[0].TechnologyID, of[1].TechnologyID = ptr(numbered[id.Technology](0)), ptr(numbered[id.Technology](quiet))
	of[2].ConceptID, of[3].ConceptID = ptr(numbered[id.Concept](0)), ptr(numbered[id.Concept](quiet))
	insert(t, db, of...)
	ids := []string{wire(d), wire(numbered[id.DocumentRevision](f.number)), f.comment(t, db, 0, &comment.Comment{DocumentID: &d})}
	return append(ids, wires[id.Mention](f.number, f.number+4)...)
}

// entries stores an entry of each type with all that inherits from it, and a
// solution and a comment with the same fate below a challenge that all see.
func (f fate) entries(t *testing.T, db *database.DB) []string {
	t.Helper()
	at, c, p := minute(f.number), numbered[id.Challenge](f.number), numbered[id.Practice](f.number)
	s := []id.Solution{numbered[id.Solution](f.number), numbered[id.Solution](f.number + 1)}
	from, line := ptr(numbered[id.Document](1)), ptr(int32(1))
	insert(t, db, &challenge.Challenge{
		ID: c, Title: secretWord, Body: secretWord, Status: challenge.Open, AuthorID: ptr(numbered[id.User](theAuthor)), CohortID: &f.cohort,
		DocumentID: from, FirstLine: line, LastLine: line,
		Version: 1, CreatedAt: at, UpdatedAt: at, HiddenAt: f.hidden, DeletedAt: f.deleted, MissingAt: f.missing,
	})
	insert(t, db, &challenge.Solution{
		ID: s[0], ChallengeID: c, AuthorID: ptr(numbered[id.User](theAuthor)), Body: secretWord, DocumentID: from, FirstLine: line, LastLine: line,
		Version: 1, CreatedAt: at, UpdatedAt: at,
	})
	insert(t, db, &practice.Practice{
		ID: p, Title: secretWord, Body: secretWord, AuthorID: ptr(numbered[id.User](theAuthor)), CohortID: &f.cohort,
		DocumentID: from, FirstLine: line, LastLine: line,
		Version: 1, CreatedAt: at, UpdatedAt: at, HiddenAt: f.hidden, DeletedAt: f.deleted, MissingAt: f.missing,
	})
	insert(t, db, &collaboration.Tip{
		ID: numbered[id.Tip](f.number), Body: secretWord, CohortID: &f.cohort, DocumentID: from, FirstLine: line, LastLine: line,
		Version: 1, CreatedAt: at, UpdatedAt: at, HiddenAt: f.hidden, DeletedAt: f.deleted, MissingAt: f.missing,
	})
	insert(t, db, &collaboration.Channel{
		ID: numbered[id.Channel](f.number), Name: secretWord, Kind: collaboration.Slack, CohortID: &f.cohort, DocumentID: from, FirstLine: line, LastLine: line,
		Version: 1, CreatedAt: at, UpdatedAt: at, HiddenAt: f.hidden, DeletedAt: f.deleted, MissingAt: f.missing,
	})
	for _, n := range []int{0, quiet} {
		execute(t, db, "INSERT INTO challenge_technology VALUES (?, ?, ?)", c, numbered[id.Technology](n), at)
		execute(t, db, "INSERT INTO practice_technology VALUES (?, ?, ?)", p, numbered[id.Technology](n), at)
	}
	ids := []string{wire(c), wire(s[0]), wire(p), wire(numbered[id.Tip](f.number)), wire(numbered[id.Channel](f.number))}
	if f.hidden != nil && f.number == hidden || f.deleted != nil || f.missing != nil {
		insert(t, db, &challenge.Solution{
			ID: s[1], ChallengeID: numbered[id.Challenge](0), AuthorID: ptr(numbered[id.User](theAuthor)), Body: secretWord,
			DocumentID: from, FirstLine: line, LastLine: line,
			Version: 1, CreatedAt: at, UpdatedAt: at, HiddenAt: f.hidden, DeletedAt: f.deleted, MissingAt: f.missing,
		})
		ids = append(ids, wire(s[1]))
	}
	if f.missing != nil {
		return ids // a comment would keep them
	}
	ids = append(ids, f.comment(t, db, 1, &comment.Comment{ChallengeID: &c}),
		f.comment(t, db, 2, &comment.Comment{SolutionID: &s[0]}), f.comment(t, db, 3, &comment.Comment{PracticeID: &p}))
	if f.hidden != nil && f.number == hidden || f.deleted != nil {
		ids = append(ids, f.comment(t, db, 4, &comment.Comment{ChallengeID: ptr(numbered[id.Challenge](0)), HiddenAt: f.hidden, DeletedAt: f.deleted}))
	}
	return ids
}

func (f fate) comment(t *testing.T, db *database.DB, n int, c *comment.Comment) string {
	t.Helper()
	c.ID, c.AuthorID, c.Body = numbered[id.Comment](f.number+n), ptr(numbered[id.User](theAuthor)), secretWord
	c.Version, c.CreatedAt, c.UpdatedAt = 1, minute(f.number), minute(f.number)
	insert(t, db, c)
	return wire(c.ID)
}
