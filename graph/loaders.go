package graph

import (
	"github.com/project-nexus/nexus/internal/account"
	"github.com/project-nexus/nexus/internal/bookmark"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/collaboration"
	"github.com/project-nexus/nexus/internal/comment"
	"github.com/project-nexus/nexus/internal/concept"
	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/follow"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/moderation"
	"github.com/project-nexus/nexus/internal/notification"
	"github.com/project-nexus/nexus/internal/practice"
	"github.com/project-nexus/nexus/internal/program"
	"github.com/project-nexus/nexus/internal/program/invitation"
	"github.com/project-nexus/nexus/internal/search"
	"github.com/project-nexus/nexus/internal/technology"
	"github.com/project-nexus/nexus/internal/user"
	"github.com/project-nexus/nexus/internal/vote"
)

// relations is the table of relations, by "Type.field" of the schema: how the
// parent names what it leads to, and the service's function that fetches that
// for many parents at once. A field that leads elsewhere has a line here.
func (r *Resolver) relations() map[string]relation {
	return map[string]relation{
		"Challenge.author":              one("user", func(c *challenge.Challenge) *id.User { return c.AuthorID }, r.services.Users.ByIDs),
		"Challenge.cohort":              one("cohort", func(c *challenge.Challenge) *id.Cohort { return c.CohortID }, r.services.Programs.CohortsByIDs),
		"Challenge.document":            one("document", func(c *challenge.Challenge) *id.Document { return c.DocumentID }, r.services.Documents.ByIDs),
		"Challenge.provenance":          one("document", func(c *challenge.Challenge) *id.Document { return c.DocumentID }, r.services.Documents.ByIDs),
		"Challenge.technologies":        many(func(c *challenge.Challenge) id.Challenge { return c.ID }, r.services.Technologies.OfChallenges),
		"Challenge.solutions":           many(func(c *challenge.Challenge) id.Challenge { return c.ID }, r.services.Challenges.SolutionsOf),
		"Challenge.comments":            many(func(c *challenge.Challenge) id.Challenge { return c.ID }, r.services.Comments.OfChallenges),
		"Challenge.duplicateOf":         one("challenge", func(c *challenge.Challenge) *id.Challenge { return c.DuplicateOfID }, r.services.Challenges.ByIDs),
		"Challenge.viewerHasBookmarked": one("", func(c *challenge.Challenge) *id.Challenge { return &c.ID }, r.services.Bookmarks.Challenges),
		"Challenge.viewerVote":          one("", func(c *challenge.Challenge) *id.Challenge { return &c.ID }, r.services.Votes.OnChallenges),
		"Challenge.viewerIsFollowing":   one("", func(c *challenge.Challenge) *id.Challenge { return &c.ID }, r.services.Follows.Challenges),
		"Challenge.similar":             few(func(c *challenge.Challenge) id.Challenge { return c.ID }, r.services.Search.Similar),

		"Solution.challenge":           one("challenge", func(s *challenge.Solution) *id.Challenge { return &s.ChallengeID }, r.services.Challenges.ByIDs),
		"Solution.author":              one("user", func(s *challenge.Solution) *id.User { return s.AuthorID }, r.services.Users.ByIDs),
		"Solution.provenance":          one("document", func(s *challenge.Solution) *id.Document { return s.DocumentID }, r.services.Documents.ByIDs),
		"Solution.comments":            many(func(s *challenge.Solution) id.Solution { return s.ID }, r.services.Comments.OfSolutions),
		"Solution.viewerHasBookmarked": one("", func(s *challenge.Solution) *id.Solution { return &s.ID }, r.services.Bookmarks.Solutions),
		"Solution.viewerVote":          one("", func(s *challenge.Solution) *id.Solution { return &s.ID }, r.services.Votes.OnSolutions),

		"Tip.author":     one("user", func(t *collaboration.Tip) *id.User { return t.AuthorID }, r.services.Users.ByIDs),
		"Tip.cohort":     one("cohort", func(t *collaboration.Tip) *id.Cohort { return t.CohortID }, r.services.Programs.CohortsByIDs),
		"Tip.document":   one("document", func(t *collaboration.Tip) *id.Document { return t.DocumentID }, r.services.Documents.ByIDs),
		"Tip.provenance": one("document", func(t *collaboration.Tip) *id.Document { return t.DocumentID }, r.services.Documents.ByIDs),

		"Channel.author":     one("user", func(c *collaboration.Channel) *id.User { return c.AuthorID }, r.services.Users.ByIDs),
		"Channel.cohort":     one("cohort", func(c *collaboration.Channel) *id.Cohort { return c.CohortID }, r.services.Programs.CohortsByIDs),
		"Channel.document":   one("document", func(c *collaboration.Channel) *id.Document { return c.DocumentID }, r.services.Documents.ByIDs),
		"Channel.provenance": one("document", func(c *collaboration.Channel) *id.Document { return c.DocumentID }, r.services.Documents.ByIDs),

		"Comment.author":  one("user", func(c *comment.Comment) *id.User { return c.AuthorID }, r.services.Users.ByIDs),
		"Comment.subject": one("node", func(c *comment.Comment) *id.Any { subject := c.SubjectID(); return &subject }, r.nodesByIDs),

		"Concept.aliases":   each(func(c *concept.Concept) id.Concept { return c.ID }, r.services.Concepts.Aliases),
		"Concept.mentions":  many(func(c *concept.Concept) id.Concept { return c.ID }, r.services.Documents.MentionsOfConcepts),
		"Concept.documents": many(func(c *concept.Concept) id.Concept { return c.ID }, r.services.Documents.OfConcepts),

		"Document.owner":               one("user", func(d *document.Document) *id.User { return d.OwnerID }, r.services.Users.ByIDs),
		"Document.cohort":              one("cohort", func(d *document.Document) *id.Cohort { return d.CohortID }, r.services.Programs.CohortsByIDs),
		"Document.program":             one("program", func(d *document.Document) *id.Program { return d.ProgramID }, r.services.Programs.ByIDs),
		"Document.markdown":            one("latest", func(d *document.Document) *id.Document { return &d.ID }, r.services.Documents.Latest),
		"Document.bodyHtml":            one("latest", func(d *document.Document) *id.Document { return &d.ID }, r.services.Documents.Latest),
		"Document.diagnostics":         each(func(d *document.Document) id.Document { return d.ID }, r.services.Documents.Diagnostics),
		"Document.revisions":           many(func(d *document.Document) id.Document { return d.ID }, r.services.Documents.RevisionsOf),
		"Document.mentions":            many(func(d *document.Document) id.Document { return d.ID }, r.services.Documents.MentionsOfDocuments),
		"Document.technologies":        many(func(d *document.Document) id.Document { return d.ID }, r.services.Technologies.OfDocuments),
		"Document.concepts":            many(func(d *document.Document) id.Document { return d.ID }, r.services.Concepts.OfDocuments),
		"Document.challenges":          many(func(d *document.Document) id.Document { return d.ID }, r.services.Challenges.OfDocuments),
		"Document.practices":           many(func(d *document.Document) id.Document { return d.ID }, r.services.Practices.OfDocuments),
		"Document.tips":                many(func(d *document.Document) id.Document { return d.ID }, r.services.Collaboration.TipsOfDocuments),
		"Document.channels":            many(func(d *document.Document) id.Document { return d.ID }, r.services.Collaboration.ChannelsOfDocuments),
		"Document.comments":            many(func(d *document.Document) id.Document { return d.ID }, r.services.Comments.OfDocuments),
		"Document.viewerHasBookmarked": one("", func(d *document.Document) *id.Document { return &d.ID }, r.services.Bookmarks.Documents),

		"DocumentRevision.author":   one("user", func(v *document.DocumentRevision) *id.User { return v.AuthorID }, r.services.Users.ByIDs),
		"DocumentRevision.document": one("document", func(v *document.DocumentRevision) *id.Document { return &v.DocumentID }, r.services.Documents.ByIDs),

		"ChallengeEvent.challenge": one("challenge", func(e *event.ChallengeEvent) *id.Challenge { return about[id.Challenge](e.Notice) }, r.services.Challenges.ByIDs),
		"SolutionEvent.solution":   one("solution", func(e *event.SolutionEvent) *id.Solution { return about[id.Solution](e.Notice) }, r.services.Challenges.SolutionsByIDs),
		"CommentEvent.comment":     one("comment", func(e *event.CommentEvent) *id.Comment { return about[id.Comment](e.Notice) }, r.services.Comments.ByIDs),

		"Event.actor":   one("user", func(e *event.Event) *id.User { return e.ActorID }, r.services.Users.ByIDs),
		"Event.cohort":  one("cohort", func(e *event.Event) *id.Cohort { return e.CohortID }, r.services.Programs.CohortsByIDs),
		"Event.subject": one("node", func(e *event.Event) *id.Any { subject := e.SubjectID(); return &subject }, r.nodesByIDs),

		"HideContentPayload.content":    one("node", func(p *moderation.HideContentPayload) *id.Any { return p.ContentID }, r.nodesByIDs),
		"RestoreContentPayload.content": one("node", func(p *moderation.RestoreContentPayload) *id.Any { return p.ContentID }, r.nodesByIDs),

		"Mention.document":   one("document", func(m *document.Mention) *id.Document { return &m.DocumentID }, r.services.Documents.ByIDs),
		"Mention.technology": one("technology", func(m *document.Mention) *id.Technology { return m.TechnologyID }, r.services.Technologies.ByIDs),
		"Mention.concept":    one("concept", func(m *document.Mention) *id.Concept { return m.ConceptID }, r.services.Concepts.ByIDs),

		"Practice.author":              one("user", func(p *practice.Practice) *id.User { return p.AuthorID }, r.services.Users.ByIDs),
		"Practice.cohort":              one("cohort", func(p *practice.Practice) *id.Cohort { return p.CohortID }, r.services.Programs.CohortsByIDs),
		"Practice.document":            one("document", func(p *practice.Practice) *id.Document { return p.DocumentID }, r.services.Documents.ByIDs),
		"Practice.provenance":          one("document", func(p *practice.Practice) *id.Document { return p.DocumentID }, r.services.Documents.ByIDs),
		"Practice.technologies":        many(func(p *practice.Practice) id.Practice { return p.ID }, r.services.Technologies.OfPractices),
		"Practice.comments":            many(func(p *practice.Practice) id.Practice { return p.ID }, r.services.Comments.OfPractices),
		"Practice.viewerHasBookmarked": one("", func(p *practice.Practice) *id.Practice { return &p.ID }, r.services.Bookmarks.Practices),
		"Practice.viewerVote":          one("", func(p *practice.Practice) *id.Practice { return &p.ID }, r.services.Votes.OnPractices),

		"Program.cohorts":      many(func(p *program.Program) id.Program { return p.ID }, r.services.Programs.CohortsOf),
		"Program.documents":    many(func(p *program.Program) id.Program { return p.ID }, r.services.Documents.OfPrograms),
		"Program.technologies": many(func(p *program.Program) id.Program { return p.ID }, r.services.Technologies.OfPrograms),
		"Program.concepts":     many(func(p *program.Program) id.Program { return p.ID }, r.services.Concepts.OfPrograms),
		"Program.challenges":   many(func(p *program.Program) id.Program { return p.ID }, r.services.Challenges.OfPrograms),
		"Program.practices":    many(func(p *program.Program) id.Program { return p.ID }, r.services.Practices.OfPrograms),

		"Cohort.program":     one("program", func(c *program.Cohort) *id.Program { return &c.ProgramID }, r.services.Programs.ByIDs),
		"Cohort.memberships": many(func(c *program.Cohort) id.Cohort { return c.ID }, r.services.Programs.MembershipsOfCohorts),
		"Cohort.invitations": many(func(c *program.Cohort) id.Cohort { return c.ID }, r.services.Invitations.OfCohorts),
		"Cohort.documents":   many(func(c *program.Cohort) id.Cohort { return c.ID }, r.services.Documents.OfCohorts),
		"Cohort.challenges":  many(func(c *program.Cohort) id.Cohort { return c.ID }, r.services.Challenges.OfCohorts),
		"Cohort.practices":   many(func(c *program.Cohort) id.Cohort { return c.ID }, r.services.Practices.OfCohorts),
		"Cohort.tips":        many(func(c *program.Cohort) id.Cohort { return c.ID }, r.services.Collaboration.TipsOfCohorts),
		"Cohort.channels":    many(func(c *program.Cohort) id.Cohort { return c.ID }, r.services.Collaboration.ChannelsOfCohorts),

		"Membership.cohort": one("cohort", func(m *program.Membership) *id.Cohort { return &m.CohortID }, r.services.Programs.CohortsByIDs),
		"Membership.user":   one("user", func(m *program.Membership) *id.User { return &m.UserID }, r.services.Users.ByIDs),

		"SimilarChallenge.challenge":       one("similar", func(c *search.SimilarChallenge) *id.Challenge { return &c.ChallengeID }, r.services.Challenges.ByIDs),
		"SearchSuggestion.node":            one("node", func(n *search.SearchSuggestion) *id.Any { return &n.NodeID }, r.nodesByIDs),
		"SearchConnection.nodes":           each(func(c *search.SearchConnection) *search.SearchConnection { return c }, r.hits),
		"SearchEdge.node":                  one("node", func(e *search.SearchEdge) *id.Any { return &e.NodeID }, r.nodesByIDs),
		"SearchEdge.highlights":            one("searchText", func(e *search.SearchEdge) *id.Any { return &e.NodeID }, r.services.Search.Texts),
		"SearchEdge.excerpt":               one("searchText", func(e *search.SearchEdge) *id.Any { return &e.NodeID }, r.services.Search.Texts),
		"SearchTechnologyFacet.technology": one("technology", func(f *search.SearchTechnologyFacet) *id.Technology { return &f.TechnologyID }, r.services.Technologies.ByIDs),
		"SearchCohortFacet.cohort":         one("cohort", func(f *search.SearchCohortFacet) *id.Cohort { return &f.CohortID }, r.services.Programs.CohortsByIDs),
		"SearchProgramFacet.program":       one("program", func(f *search.SearchProgramFacet) *id.Program { return &f.ProgramID }, r.services.Programs.ByIDs),

		"Invitation.cohort":    one("cohort", func(i *invitation.Invitation) *id.Cohort { return &i.CohortID }, r.services.Programs.CohortsByIDs),
		"Invitation.invitedBy": one("user", func(i *invitation.Invitation) *id.User { return i.InvitedByID }, r.services.Users.ByIDs),

		"Bookmark.subject":              one("node", func(b *bookmark.Bookmark) *id.Any { subject := b.SubjectID(); return &subject }, r.nodesByIDs),
		"RemoveBookmarkPayload.subject": one("node", func(p *bookmark.RemoveBookmarkPayload) *id.Any { return p.SubjectID }, r.nodesByIDs),
		"Follow.subject":                one("node", func(f *follow.Follow) *id.Any { subject := f.SubjectID(); return &subject }, r.nodesByIDs),
		"UnfollowPayload.subject":       one("node", func(p *follow.UnfollowPayload) *id.Any { return p.SubjectID }, r.nodesByIDs),

		"Technology.aliases":           each(func(t *technology.Technology) id.Technology { return t.ID }, r.services.Technologies.Aliases),
		"Technology.mentions":          many(func(t *technology.Technology) id.Technology { return t.ID }, r.services.Documents.MentionsOfTechnologies),
		"Technology.documents":         many(func(t *technology.Technology) id.Technology { return t.ID }, r.services.Documents.OfTechnologies),
		"Technology.challenges":        many(func(t *technology.Technology) id.Technology { return t.ID }, r.services.Challenges.OfTechnologies),
		"Technology.practices":         many(func(t *technology.Technology) id.Technology { return t.ID }, r.services.Practices.OfTechnologies),
		"Technology.viewerIsFollowing": one("", func(t *technology.Technology) *id.Technology { return &t.ID }, r.services.Follows.Technologies),

		"ResetPasswordPayload.user": one("user", func(p *account.ResetPasswordPayload) *id.User { return p.UserID }, r.services.Users.ByIDs),
		"VerifyEmailPayload.user":   one("user", func(p *account.VerifyEmailPayload) *id.User { return p.UserID }, r.services.Users.ByIDs),

		"CastVotePayload.subject":     one("node", func(p *vote.CastVotePayload) *id.Any { return p.SubjectID }, r.nodesByIDs),
		"WithdrawVotePayload.subject": one("node", func(p *vote.WithdrawVotePayload) *id.Any { return p.SubjectID }, r.nodesByIDs),

		"Viewer.user":         one("user", func(v *account.Viewer) *id.User { return &v.ID }, r.services.Users.ByIDs),
		"Viewer.sessions":     each(func(v *account.Viewer) id.User { return v.ID }, r.services.Accounts.SessionsOf),
		"Viewer.accessTokens": each(func(v *account.Viewer) id.User { return v.ID }, r.services.Accounts.AccessTokensOf),
		"Viewer.bookmarks":    many(func(v *account.Viewer) id.User { return v.ID }, r.services.Bookmarks.OfUsers),
		"Viewer.following":    many(func(v *account.Viewer) id.User { return v.ID }, r.services.Follows.OfUsers),

		"Viewer.notifications":           many(func(v *account.Viewer) id.User { return v.ID }, r.services.Notifications.OfUsers),
		"Viewer.unreadNotificationCount": one("", func(v *account.Viewer) *id.User { return &v.ID }, r.services.Notifications.UnreadCounts),
		"Viewer.notificationPreferences": each(func(v *account.Viewer) id.User { return v.ID }, r.services.Notifications.Preferences),

		"Notification.subject": one("node", func(n *notification.Notification) *id.Any { subject := n.SubjectID(); return &subject }, r.nodesByIDs),
		"Notification.actor":   one("user", func(n *notification.Notification) *id.User { return &n.ActorID }, r.services.Users.ByIDs),

		"User.memberships":       many(func(u *user.User) id.User { return u.ID }, r.services.Programs.MembershipsOfUsers),
		"User.documents":         many(func(u *user.User) id.User { return u.ID }, r.services.Documents.OfUsers),
		"User.challenges":        many(func(u *user.User) id.User { return u.ID }, r.services.Challenges.OfUsers),
		"User.solutions":         many(func(u *user.User) id.User { return u.ID }, r.services.Challenges.SolutionsOfUsers),
		"User.comments":          many(func(u *user.User) id.User { return u.ID }, r.services.Comments.OfUsers),
		"User.viewerIsFollowing": one("", func(u *user.User) *id.User { return &u.ID }, r.services.Follows.Users),
	}
}
