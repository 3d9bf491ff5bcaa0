package ingest_test

import (
	"fmt"
	"io/fs"
	"path"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/examples"
	"github.com/project-nexus/nexus/internal/ingest"
)

// hub returns the documents of the sample hub by the name of their folder.
func hub(t *testing.T) map[string][]byte {
	t.Helper()
	names, err := fs.Glob(examples.Hub(), "*/*.md")
	if err != nil {
		t.Fatal(err)
	}
	documents := map[string][]byte{}
	for _, name := range names {
		if documents[path.Dir(name)], err = fs.ReadFile(examples.Hub(), name); err != nil {
			t.Fatal(err)
		}
	}
	return documents
}

// Each sample is written in another form; what is in it was counted by hand.
func TestEverySampleIsReadInFull(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"learner-01": "8 technologies, 7 concepts, 4 challenges, 4 solved, 6 practices, 2 tips, 1 channels",
		"learner-02": "9 technologies, 4 concepts, 4 challenges, 4 solved, 4 practices, 1 tips, 2 channels",
		"learner-03": "10 technologies, 4 concepts, 4 challenges, 4 solved, 4 practices, 1 tips, 1 channels",
		"learner-04": "9 technologies, 4 concepts, 5 challenges, 5 solved, 4 practices, 1 tips, 1 channels",
		"learner-05": "9 technologies, 4 concepts, 5 challenges, 5 solved, 4 practices, 1 tips, 1 channels",
		"learner-06": "8 technologies, 4 concepts, 5 challenges, 5 solved, 4 practices, 0 tips, 2 channels",
		"learner-07": "8 technologies, 4 concepts, 5 challenges, 5 solved, 4 practices, 1 tips, 1 channels",
		"learner-08": "9 technologies, 4 concepts, 7 challenges, 7 solved, 4 practices, 1 tips, 1 channels",
		"learner-09": "9 technologies, 3 concepts, 4 challenges, 4 solved, 4 practices, 0 tips, 2 channels",
		"learner-10": "6 technologies, 4 concepts, 4 challenges, 4 solved, 4 practices, 1 tips, 1 channels",
		"learner-11": "2 technologies, 1 concepts, 1 challenges, 1 solved, 0 practices, 0 tips, 0 channels",
		"learner-12": "8 technologies, 3 concepts, 4 challenges, 4 solved, 4 practices, 1 tips, 1 channels",
		"learner-13": "6 technologies, 4 concepts, 4 challenges, 4 solved, 3 practices, 1 tips, 1 channels",
		"learner-14": "7 technologies, 4 concepts, 4 challenges, 4 solved, 4 practices, 1 tips, 1 channels",
		"learner-15": "10 technologies, 4 concepts, 5 challenges, 5 solved, 4 practices, 1 tips, 1 channels",
		"learner-16": "8 technologies, 4 concepts, 5 challenges, 5 solved, 4 practices, 1 tips, 2 channels",
		"learner-17": "6 technologies, 4 concepts, 5 challenges, 5 solved, 4 practices, 1 tips, 1 channels",
		"learner-18": "6 technologies, 3 concepts, 5 challenges, 5 solved, 3 practices, 1 tips, 2 channels",
	}
	got := map[string]string{}
	for name, raw := range hub(t) {
		d, err := ingest.Extract(raw)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		solved := 0
		for _, c := range d.Challenges {
			if c.Solution != nil {
				solved++
			}
		}
		got[name] = fmt.Sprintf("%d technologies, %d concepts, %d challenges, %d solved, %d practices, %d tips, %d channels",
			len(d.Technologies), len(d.Concepts), len(d.Challenges), solved, len(d.Practices), len(d.Tips), len(d.Channels))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("samples (-want +got):\n%s", diff)
	}
}
