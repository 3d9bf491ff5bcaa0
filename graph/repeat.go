package graph

import (
	"crypto/sha256"
	"encoding/json"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
)

// secretMutations returns the mutations whose answers are not kept: those about
// credentials, which are for visitors or take a session, and those that answer
// with a secret.
func secretMutations(schema *ast.Schema) map[string]bool {
	all := map[string]bool{}
	if schema.Mutation == nil {
		return all
	}
	rules := readPermissions(schema)[schema.Mutation.Name]
	for _, mutation := range schema.Mutation.Fields {
		rule := rules[mutation.Name]
		if rule.requires == auth.PrincipalVisitor || rule.scope == auth.ScopeAccount || answersSecret(schema, mutation) {
			all[mutation.Name] = true
		}
	}
	return all
}

func answersSecret(schema *ast.Schema, mutation *ast.FieldDefinition) bool {
	for _, field := range schema.Types[mutation.Type.Name()].Fields {
		if field.Name == "secret" || field.Type.Name() == "SessionCredentials" {
			return true
		}
	}
	return false
}

// onlyMutation returns the name of the one mutation of an operation.
func onlyMutation(o *graphql.OperationContext) (string, error) {
	var names []string
	for _, field := range graphql.CollectFields(o, o.Operation.SelectionSet, []string{"Mutation"}) {
		if field.Name != "__typename" {
			names = append(names, field.Name)
		}
	}
	if len(names) != 1 {
		return "", errs.BadUserInput("With %s an operation has exactly one mutation; this one has %d.", idempotencyHeader, len(names))
	}
	return names[0], nil
}

// fingerprint tells operations apart: by document, whatever its white space and
// comments, name and variables, whatever their order.
func fingerprint(o *graphql.OperationContext) (sum [sha256.Size]byte, err error) {
	if strings.HasPrefix(strings.ToLower(o.Headers.Get("Content-Type")), "multipart/") {
		return sum, errs.BadUserInput("%s is not for requests with files.", idempotencyHeader)
	}
	var document strings.Builder
	formatter.NewFormatter(&document, formatter.WithCompacted()).FormatQueryDocument(o.Doc)
	text, err := json.Marshal([]any{document.String(), o.OperationName, o.Variables})
	if err != nil {
		return sum, err
	}
	return sha256.Sum256(text), nil
}
