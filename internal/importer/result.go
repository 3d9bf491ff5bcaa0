package importer

import (
	"github.com/project-nexus/nexus/internal/entry"
	"github.com/project-nexus/nexus/internal/id"
)

// Outcome is what an import did with a file.
type Outcome string

// The outcomes.
const (
	Created   Outcome = "created"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
	Skipped   Outcome = "skipped"
	Failed    Outcome = "failed"
)

// FileResult tells what became of one file.
type FileResult struct {
	// Path is the file as it was given or found.
	Path string
	// Source is its part of the source key; empty for what is no document.
	Source  string
	Outcome Outcome
	// Reason says why a file was skipped.
	Reason string
	// Err says why a file failed.
	Err error
	// Document is the id of a document that is stored.
	Document id.Document
	// Found counts what the text holds; zero for an unchanged file, which is
	// not read again.
	Found       Found
	Changes     entry.Changes
	Diagnostics int
}

// Found counts the entries of a text.
type Found struct {
	Technologies, Concepts, Challenges, Solutions, Practices, Tips, Channels int
}

// Progress is one result of a running import.
type Progress struct {
	FileResult

	// Done and Total count results.
	Done, Total int
}

// Summary is the outcome of an import.
type Summary struct {
	// Files holds a result for each file, in the order of the inputs.
	Files   []FileResult
	Counts  map[Outcome]int
	Found   Found
	Changes entry.Changes
}

// Changed counts the documents that the import created or updated.
func (s Summary) Changed() int { return s.Counts[Created] + s.Counts[Updated] }

func (s *Summary) add(r FileResult) {
	if s.Counts == nil {
		s.Counts = map[Outcome]int{}
	}
	s.Files = append(s.Files, r)
	s.Counts[r.Outcome]++
	s.Changes.Add(r.Changes)
	s.Found.Technologies += r.Found.Technologies
	s.Found.Concepts += r.Found.Concepts
	s.Found.Challenges += r.Found.Challenges
	s.Found.Solutions += r.Found.Solutions
	s.Found.Practices += r.Found.Practices
	s.Found.Tips += r.Found.Tips
	s.Found.Channels += r.Found.Channels
}
