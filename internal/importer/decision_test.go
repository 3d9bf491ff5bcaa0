package importer_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/challenge/resolution"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/importer"
)

// What people decide about imported challenges outlives the next revision, though
// the document still tells of its solutions.
func TestDecisionsOutliveAnImport(t *testing.T) {
	t.Parallel()
	const decided = 18 // the line of the challenge
	for name, test := range map[string]struct {
		decide func(context.Context, *resolution.Service, id.Challenge, id.Solution) error
		want   string
	}{
		"nothing": {func(context.Context, *resolution.Service, id.Challenge, id.Solution) error { return nil }, "SOLVED | true"},
		"taken back": {func(ctx context.Context, s *resolution.Service, _ id.Challenge, solution id.Solution) error {
			_, err := s.Unaccept(ctx, resolution.UnacceptSolutionInput{ID: solution})
			return err
		}, "OPEN | false"},
		"reopened": {func(ctx context.Context, s *resolution.Service, c id.Challenge, _ id.Solution) error {
			_, err := s.Reopen(ctx, resolution.ReopenChallengeInput{ID: c})
			return err
		}, "OPEN | false"},
		"marked": {func(ctx context.Context, s *resolution.Service, c id.Challenge, solution id.Solution) error {
			_, err := s.MarkSolved(ctx, resolution.MarkChallengeSolvedInput{ID: c})
			if err == nil {
				_, err = s.Unaccept(ctx, resolution.UnacceptSolutionInput{ID: solution})
			}
			return err
		}, "SOLVED | false"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.user("mentor")
			b.write("README.md", sample)
			b.imports(importer.Options{})
			admin := id.Of[id.User](uuid.MustParse(b.one("SELECT id::text FROM app_user WHERE handle = 'mentor'")))
			ctx := auth.WithActor(t.Context(), auth.Actor{User: &admin, Admin: true, Scope: auth.ScopeAccount})
			c := id.Of[id.Challenge](uuid.MustParse(b.one("SELECT id::text FROM challenge WHERE first_line = $1", decided)))
			s := id.Of[id.Solution](uuid.MustParse(b.one("SELECT id::text FROM solution WHERE first_line = $1", decided)))
			if err := test.decide(ctx, resolution.New(b.db, challenge.New(b.db)), c, s); err != nil {
				t.Fatal(err)
			}
			b.write("README.md", strings.Replace(sample, "Joined the owners in one", "Joined all the owners in one", 1)+"\n")
			b.imports(importer.Options{})
			b.want("SELECT c.status, s.accepted FROM challenge c JOIN solution s ON s.challenge_id = c.id WHERE c.first_line = 18", test.want)
		})
	}
}
