package graph_test

import (
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/graph"
)

// Nothing that takes or answers with a secret keeps its answer, and nothing else
// is refused a key.
func TestMutationsWithSecretsTakeNoKey(t *testing.T) {
	t.Parallel()
	schema := graph.Schema()
	secret := graph.SecretMutations(schema)
	want := []string{
		"changePassword", "createAccessToken", "deleteAccount", "login", "logout", "logoutEverywhere", "refreshSession", "register",
		"requestPasswordReset", "resendVerification", "resetPassword", "revokeAccessToken", "revokeSession", "verifyEmail",
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(secret))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, mutation := range schema.Mutation.Fields {
		if secret[mutation.Name] {
			continue
		}
		for _, field := range schema.Types[mutation.Arguments[0].Type.Name()].Fields {
			if regexp.MustCompile(`(?i)password`).MatchString(field.Name) {
				t.Errorf("%s takes a key and input.%s", mutation.Name, field.Name)
			}
		}
		for _, field := range schema.Types[mutation.Type.Name()].Fields {
			if regexp.MustCompile(`(?i)secret|token|credential`).MatchString(field.Name + " " + field.Type.Name()) {
				t.Errorf("%s takes a key and answers %s: %s", mutation.Name, field.Name, field.Type)
			}
		}
	}
}
