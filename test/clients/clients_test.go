// Package clients checks subscriptions with the clients that frontends use: the npm
// packages graphql-ws and graphql-sse.
package clients

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/test/npm"
)

func TestClientsOfOthers(t *testing.T) {
	t.Parallel()
	output, err := npm.Run(t.Context(), ".", "clients.mjs", startServer(t))
	if err != nil {
		t.Fatal(err)
	}
	var results []struct{ Name, Got string }
	if err := json.Unmarshal(output, &results); err != nil {
		t.Fatalf("%v in %s", err, output)
	}
	got := map[string]string{}
	for _, result := range results {
		got[result.Name] = result.Got
	}
	want := map[string]string{
		"socket: refused document":     "failed: GRAPHQL_VALIDATION_FAILED",
		"socket: refused subscription": "failed: FORBIDDEN",
		// A stream has no other way to tell of an error than an event.
		"events: refused document":     "errors GRAPHQL_VALIDATION_FAILED",
		"events: refused subscription": "errors FORBIDDEN",

		"socket: signed in":           "user",
		"socket: forged token":        "failed: 4403 Forbidden",
		"socket: pings of the client": "answered",
		"socket: session that ends":   "failed: 4403 Forbidden",
		"events: signed in":           "user",
	}
	for _, client := range []string{"socket", "events"} {
		want[client+": query"] = "visitor"
		want[client+": mutation"] = "added"
		want[client+": the server completes"] = "1 2 3 4"
		want[client+": the client completes"] = "1 2 3, none is left"
		want[client+": two at once"] = "1 2, 1 2 3"
		want[client+": error in an event"] = "1 errors FORBIDDEN 3"
		want[client+": connects again after a restart"] = "before after"
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
