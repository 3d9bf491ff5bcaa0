package importer

import (
	"fmt"

	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/entry"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/technology"
)

// The codes of the importer's own diagnostics.
const (
	codeEditedDocument = "EDITED_DOCUMENT_KEPT"
	codeEditedEntry    = "EDITED_ENTRY_KEPT"
)

// diagnose adds what the extraction noticed, and what the import kept.
func (s *storing) diagnose() {
	for _, d := range s.text.Diagnostics {
		s.diagnostics = append(s.diagnostics, document.Diagnostic{
			Line: positive(d.Line), Column: positive(d.Column), Severity: document.DiagnosticSeverity(d.Severity),
			Code: d.Code, Message: d.Message, Expected: optional(d.Expected),
		})
	}
	for _, kept := range s.changes.Kept {
		s.diagnostics = append(s.diagnostics, document.Diagnostic{
			Line: &kept.Line, Severity: document.SeverityInfo, Code: codeEditedEntry,
			Message: fmt.Sprintf("%q was edited in the hub and keeps the text it has there.", entry.Shorten(kept.Title, 100)),
		})
	}
}

func editedDocument() document.Diagnostic {
	return document.Diagnostic{
		Severity: document.SeverityInfo, Code: codeEditedDocument,
		Message: "The title or overview was edited in the hub and stays as it is there.",
	}
}

func positive(n int) *int32 {
	if n <= 0 {
		return nil
	}
	line := int32(min(n, 1<<30))
	return &line
}

func (s *storing) found() Found {
	f := Found{
		Technologies: len(s.text.Technologies), Concepts: len(s.text.Concepts), Challenges: len(s.text.Challenges),
		Practices: len(s.text.Practices), Tips: len(s.text.Tips), Channels: len(s.text.Channels),
	}
	for _, c := range s.text.Challenges {
		if c.Solution != nil {
			f.Solutions++
		}
	}
	return f
}

// named lists every technology that a text names: those it tells of, and those
// of its challenges and practices.
func named(text *ingest.Document) []technology.Named {
	var list []technology.Named
	seen := map[string]bool{}
	add := func(name, category string) {
		if name = entry.Shorten(name, maxTechnology); seen[name] {
			return
		}
		seen[name] = true
		known, aliases := ingest.KnownTechnology(name)
		if category == "" {
			category = known
		}
		list = append(list, technology.Named{Name: name, Category: technology.TechnologyCategory(category), Aliases: aliases})
	}
	for _, t := range text.Technologies {
		add(t.Name, t.Category)
	}
	for _, c := range text.Challenges {
		for _, name := range c.Technologies {
			add(name, "")
		}
	}
	for _, p := range text.Practices {
		for _, name := range p.Technologies {
			add(name, "")
		}
	}
	return list
}

// maxTechnology is the longest name of a technology.
const maxTechnology = 200
