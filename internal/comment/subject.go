package comment

import (
	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/id"
)

// about makes subject what the comment is about, and returns the rows that it is
// one of; false when it is nothing that people comment on.
func (c *Comment) about(subject id.Any) (edit.Table, bool) {
	switch subject.Prefix {
	case id.Challenge{}.Prefix():
		c.ChallengeID = at[id.Challenge](subject.UUID)
		return edit.Table{What: "challenge", Rows: auth.ChallengeRows()}, true
	case id.Solution{}.Prefix():
		c.SolutionID = at[id.Solution](subject.UUID)
		return edit.Table{What: "solution", Rows: auth.SolutionRows()}, true
	case id.Practice{}.Prefix():
		c.PracticeID = at[id.Practice](subject.UUID)
		return edit.Table{What: "practice", Rows: auth.PracticeRows()}, true
	case id.Document{}.Prefix():
		c.DocumentID = at[id.Document](subject.UUID)
		return edit.Table{What: "document", Rows: auth.DocumentRows()}, true
	default:
		return edit.Table{}, false
	}
}

func at[T id.Typed](u uuid.UUID) *T {
	typed := id.Of[T](u)
	return &typed
}
