package seed

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"strings"
	"time"
)

// A document mentions a fixed number of technologies and concepts.
const (
	technologiesPerDocument = 8
	conceptsPerDocument     = 5
	mentionsPerDocument     = technologiesPerDocument + conceptsPerDocument
)

// Every fifth challenge and every second practice stand in a document.
const (
	challengesPerDocument = 5
	practicesPerDocument  = 2
)

// The lines of a document are the same in all, so that the provenance of an
// entry is known without the text. Each part is one line, then an empty one.
const (
	challengeLine    = 7
	practiceLine     = 13
	entryLines       = 3
	technologiesLine = 19
	conceptsLine     = technologiesLine + technologiesPerDocument + 3
	conceptLines     = 4
)

type document struct {
	id            uuid
	at            time.Time
	owner, cohort int
}

func (h *hub) document(d int) document {
	r := h.rand(documentStream, d)
	at := moment(r, d, h.size.documents)
	cohort := h.cohortAt(r, at)
	return document{id: newID(r, at), at: at, cohort: cohort, owner: h.writers(cohort, at).pick(r)}
}

func (h *hub) documentTable() table {
	return table{
		name:    "document",
		columns: []string{"id", "owner_id", "cohort_id", "program_id", "source", "title", "overview", "created_at", "updated_at"},
		total:   h.size.documents,
		rows: func(yield func(row) bool) {
			for d := range h.size.documents {
				doc := h.document(d)
				var program uuid
				if doc.cohort != nobody {
					program = h.programIDs[h.programOf(doc.cohort)]
				}
				title, overview := h.documentText(d)
				if !yield(row{
					doc.id, h.userID(doc.owner), h.cohortID(doc.cohort), program,
					fmt.Sprintf("seed/document-%05d/README.md", d+1), title, overview, doc.at, doc.at,
				}) {
					return
				}
			}
		},
	}
}

func (h *hub) documentText(d int) (title, overview string) {
	r := h.rand(revisionStream, d)
	return h.words.title(r, 3, 6), h.words.prose(r, 20, 40)
}

func (h *hub) revisionTable() table {
	return table{
		name:    "document_revision",
		columns: []string{"id", "document_id", "number", "markdown", "content_hash", "created_at"},
		total:   h.size.documents,
		rows: func(yield func(row) bool) {
			for d := range h.size.documents {
				doc, markdown := h.document(d), h.markdown(d)
				hash := sha256.Sum256([]byte(markdown))
				id := newID(h.rand(revisionStream, h.size.documents+d), doc.at)
				if !yield(row{id, doc.id, int32(1), markdown, hex.EncodeToString(hash[:]), doc.at}) {
					return
				}
			}
		},
	}
}

// markdown returns the text of a document, with the lines of the constants.
func (h *hub) markdown(d int) string {
	title, overview := h.documentText(d)
	challengeTitle, challengeBody := h.challengeText(d * challengesPerDocument)
	practiceTitle, practiceBody := h.practiceText(d * practicesPerDocument)
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", title, overview)
	fmt.Fprintf(&b, "## Challenges\n\n### %s\n\n%s\n\n", challengeTitle, challengeBody)
	fmt.Fprintf(&b, "## Best practices\n\n### %s\n\n%s\n\n", practiceTitle, practiceBody)
	b.WriteString("## Technologies\n\n")
	concepts := false
	for m := range h.mentions(d) {
		switch {
		case m.technology != nobody:
			fmt.Fprintf(&b, "- **%s**: %s\n", h.technologies[m.technology].name, m.text)
			continue
		case !concepts:
			b.WriteString("\n## Concepts\n\n")
			concepts = true
		}
		fmt.Fprintf(&b, "### %s\n\n%s\n\n", h.concepts[m.concept].title, m.text)
	}
	return b.String()
}

type mention struct {
	id                  uuid
	technology, concept int
	text                string
	first, last         int
}

// mentions yields the mentions of a document in the order of its lines.
func (h *hub) mentions(d int) iter.Seq[mention] {
	return func(yield func(mention) bool) {
		r := h.rand(mentionStream, d)
		at := h.document(d).at
		for i, t := range h.popular.distinct(r, technologiesPerDocument) {
			line := technologiesLine + i
			if !yield(mention{newID(r, at), t, nobody, h.words.prose(r, 8, 20), line, line}) {
				return
			}
		}
		for i, c := range h.explained.distinct(r, conceptsPerDocument) {
			line := conceptsLine + i*conceptLines
			if !yield(mention{newID(r, at), nobody, c, h.words.prose(r, 15, 40), line, line + entryLines - 1}) {
				return
			}
		}
	}
}

func (h *hub) mentionTable() table {
	return table{
		name:    "mention",
		columns: []string{"id", "document_id", "technology_id", "concept_id", "text", "first_line", "last_line", "created_at"},
		total:   h.size.documents * mentionsPerDocument,
		rows: func(yield func(row) bool) {
			for d := range h.size.documents {
				doc := h.document(d)
				for m := range h.mentions(d) {
					var technologyID, conceptID uuid
					if m.technology != nobody {
						technologyID = h.technologies[m.technology].id
					} else {
						conceptID = h.concepts[m.concept].id
					}
					if !yield(row{m.id, doc.id, technologyID, conceptID, m.text, int32(m.first), int32(m.last), doc.at}) { //nolint:gosec // few lines
						return
					}
				}
			}
		},
	}
}
