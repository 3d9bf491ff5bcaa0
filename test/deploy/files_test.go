package deploy

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func TestImage(t *testing.T) {
	t.Parallel()
	_, final, found := strings.Cut(read(t, "Dockerfile"), "\nFROM scratch\n")
	if !found {
		t.Fatal("the image is not built from scratch")
	}
	for _, want := range []string{
		`USER 65532:65532`,
		`HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["/nexus", "healthz"]`,
		`ENTRYPOINT ["/nexus"]`,
		`org.opencontainers.image.licenses="MIT"`,
	} {
		if !strings.Contains(final, want) {
			t.Errorf("the final stage lacks %s", want)
		}
	}
}

// TestImageVersions keeps the compiler of the image in step with go.mod.
func TestImageVersions(t *testing.T) {
	t.Parallel()
	find := func(pattern, text string) string {
		match := regexp.MustCompile(pattern).FindStringSubmatch(text)
		if match == nil {
			t.Fatalf("%s is not found", pattern)
		}
		return match[1]
	}
	module := find(`(?m)^go (\d+\.\d+)`, read(t, "go.mod"))
	image := find(`(?m)^ARG GO_VERSION=(\d+\.\d+)\.\d+$`, read(t, "Dockerfile"))
	if module != image {
		t.Errorf("the image is built by Go %s, go.mod asks for %s", image, module)
	}
	find(`(?m)^ARG NODE_VERSION=(\d+\.\d+\.\d+)$`, read(t, "Dockerfile"))
}

// TestBuildContext checks that what the Dockerfile copies exists and is sent.
func TestBuildContext(t *testing.T) {
	t.Parallel()
	ignore := read(t, ".dockerignore")
	for _, name := range []string{"go.mod", "go.sum", "cmd", "examples", "graph", "internal", "schema", "web/playground"} {
		if !strings.Contains(ignore, "\n!"+name+"\n") {
			t.Errorf(".dockerignore keeps %s back", name)
		}
		if _, err := os.Stat(filepath.Join("../..", name)); err != nil {
			t.Error(err)
		}
	}
}

// workflow is what this test knows of a workflow of GitHub.
type workflow struct {
	Permissions map[string]string `yaml:"permissions"`
	Concurrency struct {
		Group string `yaml:"group"`
	} `yaml:"concurrency"`
	Jobs map[string]struct {
		Timeout int `yaml:"timeout-minutes"`
		Steps   []struct {
			Uses string `yaml:"uses"`
			Run  string `yaml:"run"`
		} `yaml:"steps"`
	} `yaml:"jobs"`
}

func TestWorkflow(t *testing.T) {
	t.Parallel()
	var ci workflow
	if err := yaml.Unmarshal([]byte(read(t, ".github/workflows/ci.yml")), &ci); err != nil {
		t.Fatal(err)
	}
	if len(ci.Permissions) != 1 || ci.Permissions["contents"] != "read" {
		t.Errorf("permissions are %v, want contents: read alone", ci.Permissions)
	}
	if ci.Concurrency.Group == "" {
		t.Error("runs of one branch do not replace each other")
	}
	check := ci.Jobs["check"]
	if check.Timeout == 0 || len(check.Steps) == 0 {
		t.Fatal("the job check has no time limit or no steps")
	}
	pinned := regexp.MustCompile(`^[\w-]+/[\w-]+@[0-9a-f]{40}$`)
	for _, step := range check.Steps {
		if step.Uses != "" && !pinned.MatchString(step.Uses) {
			t.Errorf("%s is not pinned to a commit", step.Uses)
		}
	}
	if last := check.Steps[len(check.Steps)-1]; last.Run != ".ci/run" {
		t.Errorf("the last step runs %q, want .ci/run: CI and people run the same check", last.Run)
	}
}
