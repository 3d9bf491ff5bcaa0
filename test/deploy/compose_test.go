package deploy

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/google/go-cmp/cmp"
)

// load reads a compose file the way the command would, with an empty
// environment.
func load(t *testing.T, content string) *types.Project {
	t.Helper()
	file := filepath.Join(t.TempDir(), "docker-compose.yml")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	options, err := cli.NewProjectOptions([]string{file})
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return project
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("../..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestCompose(t *testing.T) {
	t.Parallel()
	project := load(t, read(t, "docker-compose.yml"))
	for _, b := range breaches(project) {
		t.Error(b)
	}
	api := project.Services["api"]
	want := "postgres://nexus:nexus@postgres:5432/nexus?sslmode=disable"
	if got := api.Environment["NEXUS_DATABASE_URL"]; got == nil || *got != want {
		t.Errorf("NEXUS_DATABASE_URL is %v, want %s", got, want)
	}
}

// breaches finds what the set-up promises and does not hold.
func breaches(project *types.Project) []string {
	var found []string
	want := []string{"api", "postgres", "rabbitmq", "redis"}
	if names := project.ServiceNames(); !slices.Equal(sorted(names), want) {
		found = append(found, "services are "+cmp.Diff(want, sorted(names)))
	}
	if !project.Networks["backend"].Internal || project.Networks["edge"].Internal {
		found = append(found, "backend must be internal and edge must not, or the published port is dead")
	}
	for name, service := range project.Services {
		for _, b := range slices.Concat(hardening(service), health(service), reach(name, service)) {
			found = append(found, name+": "+b)
		}
	}
	for _, name := range want[1:] {
		if project.Services["api"].DependsOn[name].Condition != types.ServiceConditionHealthy {
			found = append(found, "api does not wait for a healthy "+name)
		}
	}
	return sorted(found)
}

func hardening(service types.ServiceConfig) []string {
	var found []string
	user, _, _ := strings.Cut(service.User, ":")
	switch user {
	case "", "0", "root":
		found = append(found, "runs as root")
	}
	if !service.ReadOnly {
		found = append(found, "may write to its image")
	}
	if !slices.Contains(service.CapDrop, "ALL") || service.Privileged {
		found = append(found, "has capabilities")
	}
	if !slices.Contains(service.SecurityOpt, "no-new-privileges:true") {
		found = append(found, "may gain privileges")
	}
	if _, tag, _ := strings.Cut(service.Image, ":"); tag == "" || tag == "latest" {
		found = append(found, "its image has no version")
	}
	return found
}

func health(service types.ServiceConfig) []string {
	check := service.HealthCheck
	if check == nil || check.Disable || len(check.Test) < 2 || check.Interval == nil || check.Timeout == nil {
		return []string{"has no health check with interval and timeout"}
	}
	return nil
}

// reach checks networks and ports: only the API is reached from outside, from
// this machine alone.
func reach(name string, service types.ServiceConfig) []string {
	want := []string{"backend"}
	if name == "api" {
		want = []string{"backend", "edge"}
	}
	var found []string
	if networks := slices.Sorted(maps.Keys(service.Networks)); !slices.Equal(networks, want) {
		found = append(found, "is in the networks "+strings.Join(networks, ", "))
	}
	for _, port := range service.Ports {
		if name != "api" || port.HostIP != "127.0.0.1" {
			found = append(found, "publishes a port on "+port.HostIP+":"+port.Published)
		}
	}
	if name == "api" && len(service.Ports) == 0 {
		found = append(found, "publishes no port")
	}
	return found
}

func sorted(values []string) []string {
	values = slices.Clone(values)
	slices.Sort(values)
	return values
}

func TestBreachesAreFound(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, old, new, want string }{
		{"database on a port", "    networks: [backend]\n    tmpfs:\n", "    networks: [backend]\n    ports: [\"127.0.0.1:5432:5432\"]\n    tmpfs:\n", "postgres: publishes a port on 127.0.0.1:5432"},
		{"API for everybody", "127.0.0.1:${NEXUS_PORT:-8080}:8080", "8080:8080", "api: publishes a port on :8080"},
		{"open back end", "internal: true", "internal: false", "backend must be internal"},
		{"database on the edge", "networks: [backend]\n    tmpfs:\n", "networks: [backend, edge]\n    tmpfs:\n", "postgres: is in the networks backend, edge"},
		{"root", `user: "65532:65532"`, `user: "0:0"`, "api: runs as root"},
		{"writable", "read_only: true", "read_only: false", "api: may write to its image"},
		{"capabilities", "cap_drop: [ALL]", "cap_drop: [KILL]", "api: has capabilities"},
		{"privileges", "no-new-privileges:true", "no-new-privileges:false", "api: may gain privileges"},
		{"no version", "redis:7.2-bookworm", "redis", "redis: its image has no version"},
		{"no health check", "test: [CMD, /nexus, healthz]", "disable: true", "api: has no health check"},
		{"no waiting", "postgres: { condition: service_healthy }", "postgres: { condition: service_started }", "api does not wait for a healthy postgres"},
	}
	compose := read(t, "docker-compose.yml")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(compose, test.old) {
				t.Fatalf("docker-compose.yml has no %q", test.old)
			}
			found := breaches(load(t, strings.Replace(compose, test.old, test.new, 1)))
			if !slices.ContainsFunc(found, func(b string) bool { return strings.HasPrefix(b, test.want) }) {
				t.Errorf("found %q, want %q among them", found, test.want)
			}
		})
	}
}
