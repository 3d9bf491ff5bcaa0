// Package browser opens the Playground in Chromium, as an explorer does: all
// other hosts blocked, a query run, the docs and the explorer opened. Nothing may
// be asked of another host, and the page may break no rule of its own policy.
package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"image/png"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/playground"
	"github.com/project-nexus/nexus/test/npm"
)

// visit is what playground.mjs saw.
type visit struct {
	Title, Logo, Query, Result, Docs, Explorer, Chosen string
	Tabs, Examples, Screenshots                        []string
	// Foreign are requests to other hosts, Violations breaches of the page's
	// policy, Failed answers of status 4xx and 5xx.
	Foreign, Violations, Failed, Console, Errors []string
}

func TestPlayground(t *testing.T) {
	t.Parallel()
	seen := visitPlayground(t, startServer(t))

	if want := "Nexus – GraphQL Playground"; seen.Title != want {
		t.Errorf("title %q, want %q", seen.Title, want)
	}
	if !strings.Contains(seen.Logo, "Nexus") {
		t.Errorf("logo %q does not name Nexus", seen.Logo)
	}
	for what, list := range map[string][]string{
		"requests to other hosts":     seen.Foreign,
		"violations of the policy":    seen.Violations,
		"failed requests":             seen.Failed,
		"errors in the console":       seen.Console,
		"errors of the page's script": seen.Errors,
	} {
		if len(list) > 0 {
			t.Errorf("%s: %q", what, list)
		}
	}
	checkExamples(t, seen)
	checkResult(t, seen.Result)
	if want := "All challenges that you may see."; !strings.Contains(seen.Docs, want) {
		t.Errorf("the docs lack %q: %q", want, seen.Docs)
	}
	if want := "technologies"; !strings.Contains(seen.Explorer, want) {
		t.Errorf("the explorer lacks %q: %q", want, seen.Explorer)
	}
	if len(seen.Screenshots) == 0 {
		t.Error("no screenshot was taken")
	}
	for _, file := range seen.Screenshots {
		checkScreenshot(t, file)
	}
}

// checkExamples compares the tabs and the list of examples with the package's.
func checkExamples(t *testing.T, seen visit) {
	t.Helper()
	examples := playground.Examples()
	var titles []string
	for _, example := range examples {
		titles = append(titles, example.Title)
	}
	if diff := cmp.Diff(titles, seen.Examples); diff != "" {
		t.Errorf("list of examples (-want +got):\n%s", diff)
	}
	if len(seen.Tabs) != len(examples) {
		t.Errorf("tabs %q, want one for each of %d examples", seen.Tabs, len(examples))
	}
	if seen.Query != examples[0].Query {
		t.Errorf("the page opens with %q, want the first example", seen.Query)
	}
	if seen.Chosen != examples[1].Query {
		t.Errorf("a click on the second example shows %q", seen.Chosen)
	}
}

// checkResult looks for the sample data in the answer of the first example.
func checkResult(t *testing.T, result string) {
	t.Helper()
	var answer struct {
		Errors json.RawMessage
		Data   struct{ Programs struct{ TotalCount int } }
	}
	if err := json.Unmarshal([]byte(result), &answer); err != nil {
		t.Fatalf("%v in %s", err, result)
	}
	if answer.Errors != nil || answer.Data.Programs.TotalCount == 0 {
		t.Errorf("the first example answered %s", result)
	}
	if want := "Backend Engineering Programme"; !strings.Contains(result, want) {
		t.Errorf("%q is not in the result %s", want, result)
	}
}

// visitPlayground runs playground.mjs against the server.
func visitPlayground(t *testing.T, url string) visit {
	t.Helper()
	output, err := npm.Run(t.Context(), ".", "playground.mjs", url, findChromium(t), t.TempDir(), screenshotFolder(t))
	if err != nil {
		t.Fatal(err)
	}
	var seen visit
	if err := json.Unmarshal(output, &seen); err != nil {
		t.Fatalf("%v in %s", err, output)
	}
	return seen
}

// screenshotFolder is where NEXUS_TEST_SCREENSHOTS says, for people who want to
// see them, else a folder that goes with the test.
func screenshotFolder(t *testing.T) string {
	t.Helper()
	if folder := os.Getenv("NEXUS_TEST_SCREENSHOTS"); folder != "" {
		return folder
	}
	return t.TempDir()
}

func findChromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no Chromium on this machine; `make deps` installs it or says how")
	return ""
}

// checkScreenshot fails when the picture is blank or nearly so.
func checkScreenshot(t *testing.T, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	const leastColours, mostOfOneColour = 100, 0.97
	counts := map[[4]uint32]int{}
	most := 0
	bounds := picture.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			r, g, b, a := picture.At(x, y).RGBA()
			counts[[4]uint32{r, g, b, a}]++
			most = max(most, counts[[4]uint32{r, g, b, a}])
		}
	}
	share := float64(most) / float64(bounds.Dx()*bounds.Dy())
	if len(counts) < leastColours || share > mostOfOneColour {
		t.Errorf("%s is blank: %d colours, one of them on %.0f %% of it", file, len(counts), share*100)
	}
}

// startServer serves the sample hub and returns its base URL.
func startServer(t *testing.T) string {
	t.Helper()
	cfg := config.Config{DatabaseURL: config.Secret(dbtest.URL(t))}
	nexus, err := app.New(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := nexus.ImportSample(t.Context()); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(nexus.Handler())
	t.Cleanup(func() {
		server.Close()
		if err := nexus.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return server.URL
}
