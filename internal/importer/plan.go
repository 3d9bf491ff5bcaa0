package importer

import (
	"fmt"
	"strings"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/importer/hub"
	"github.com/project-nexus/nexus/internal/importer/source"
	"github.com/project-nexus/nexus/internal/program"
)

// folder is an input with its hub.json.
type folder struct {
	source.Batch

	hub *hub.Hub // nil without one
	// cohorts are those that the hub declares, by key, as far as they exist.
	cohorts map[string]*program.Cohort
}

// item is one thing that gets a result: a document to import, or something
// whose result is known from the start.
type item struct {
	result *FileResult // nil for a document
	file   source.File
	folder *folder
	// wish is what hub.json and the options say of a document.
	wish  hub.File
	place place
}

// place is where a document belongs.
type place struct {
	owner  *id.User
	cohort *program.Cohort
	// program is the programme that was asked for, by title and, where it
	// exists, id; empty when the text decides.
	program   string
	programID *id.Program
}

// cohortID returns the cohort's id, nil for none.
func (p place) cohortID() *id.Cohort {
	if p.cohort == nil {
		return nil
	}
	return &p.cohort.ID
}

// read reads the hub.json of a batch. A faulty one fails the whole batch.
func readFolder(batch source.Batch) (*folder, *FileResult) {
	f := &folder{Batch: batch, cohorts: map[string]*program.Cohort{}}
	if batch.Err != nil {
		return f, &FileResult{Path: batch.Path, Outcome: Failed, Err: batch.Err}
	}
	if batch.Hub == nil {
		return f, nil
	}
	names := make(map[string]bool, len(batch.Files))
	for _, file := range batch.Files {
		names[file.Below] = true
	}
	text, err := batch.Hub.Read()
	if err == nil {
		f.hub, err = hub.Parse(text, func(name string) bool { return names[name] })
	}
	if err != nil {
		return f, &FileResult{Path: batch.Hub.Path, Outcome: Failed, Err: err}
	}
	return f, nil
}

// items lists what gets a result, documents with what is wished for them.
func (f *folder) items(o Options) []*item {
	var items []*item
	for _, skip := range f.Skipped {
		items = append(items, &item{folder: f, result: &FileResult{Path: skip.Path, Outcome: Skipped, Reason: skip.Reason}})
	}
	for _, file := range f.Files {
		i := &item{file: file, folder: f}
		if f.hub != nil {
			i.wish = f.hub.File(file.Below)
		}
		if i.wish.Owner == "" {
			i.wish.Owner = o.Owner
		}
		if i.wish.Program == "" && i.wish.Cohort == "" {
			i.wish.Program = o.Program
		}
		items = append(items, i)
	}
	return items
}

// checkKeys returns an error when two documents have one source key: they would
// overwrite each other at every import.
func checkKeys(items []*item) error {
	paths := map[string]string{}
	for _, i := range items {
		if i.result != nil {
			continue
		}
		key := strings.ToLower(i.wish.Owner) + " " + i.file.Source
		if other, taken := paths[key]; taken {
			return errs.Conflict("%s and %s would both be the document %q%s; nothing was imported", other, i.file.Path, i.file.Source, ofOwner(i.wish.Owner))
		}
		paths[key] = i.file.Path
	}
	return nil
}

func ofOwner(handle string) string {
	if handle == "" {
		return ""
	}
	return fmt.Sprintf(" of %s", handle)
}
