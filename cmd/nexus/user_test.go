package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/dbtest"
)

// run runs a command line on a database and returns what it printed.
func run(t *testing.T, databaseURL, in string, args ...string) (string, error) {
	t.Helper()
	t.Setenv("NEXUS_DATABASE_URL", databaseURL)
	t.Setenv("NEXUS_DATA_DIR", t.TempDir())
	var out bytes.Buffer
	root := newRootCommand()
	root.SetArgs(args)
	root.SetIn(strings.NewReader(in))
	root.SetOut(&out)
	root.SetErr(&out)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

//nolint:paralleltest // commands read the environment
func TestOperatorsKeepAccounts(t *testing.T) {
	url := dbtest.URL(t)
	steps := []struct {
		args     string
		in       string
		says     string
		wantFail bool
	}{
		{args: "user create --email ada@example.org --handle ada", says: "password: "},
		{args: "user create --email ADA@example.org --handle other", says: "has an account", wantFail: true},
		{args: "user create --email eve@example.org --handle Ada", says: "handle is taken", wantFail: true},
		{args: "user create --email nobody --handle nobody", says: "no e-mail address", wantFail: true},
		{args: "user create --email eve@example.org --handle eve --password-stdin", in: "short\n", says: "12", wantFail: true},
		{args: "user create --email eve@example.org --handle eve --password-stdin --admin", in: "a long walk in the rain\n", says: "@eve can sign in as eve@example.org"},
		{args: "user promote Ada@example.org", says: "has the role ADMIN"},
		{args: "user promote Ada@example.org --undo", says: "has the role USER"},
		{args: "user disable ada@example.org", says: "is disabled"},
		{args: "user disable ada@example.org --undo", says: "is enabled"},
		{args: "user disable unknown@example.org", says: "no account has this address", wantFail: true},
		{args: "user create --email eve2@example.org --handle unknown --existing", says: "look up @unknown", wantFail: true},
	}
	for _, step := range steps {
		out, err := run(t, url, step.in, strings.Fields(step.args)...)
		if err != nil {
			out += err.Error()
		}
		if (err != nil) != step.wantFail || !strings.Contains(out, step.says) {
			t.Errorf("nexus %s: %v, printed %q, want %q", step.args, err, out, step.says)
		}
	}
}
