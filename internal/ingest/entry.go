// Package ingest reads the documentation that a learner wrote: Markdown bytes
// in, entries and diagnostics out. It is pure: no database, no files, no clock.
//
// Extract never fails on odd Markdown; what it cannot make sense of becomes a
// diagnostic. It returns BAD_USER_INPUT for what is no text at all or beyond
// the limits, PAYLOAD_TOO_LARGE for more than MaxSize bytes.
//
// What sections are called, how technologies are spelled and which category
// they have are data files in vocabulary/, not code.
package ingest

// MaxSize is the greatest source that is read, in bytes.
const MaxSize = 5 << 20

// Span is where something stands in Document.Text: lines from 1, inclusive.
type Span struct {
	FirstLine int
	LastLine  int
}

// Document is what was found in one source.
type Document struct {
	// Text is the source as valid UTF-8 with LF line ends, without a byte
	// order mark; every Span counts its lines.
	Text string
	// Title is the title of the document itself; empty when it has none.
	Title string
	// Program is the learning programme that the text is about; empty when it
	// names none.
	Program string
	// Overview is what the text says of the programme, as Markdown; may be empty.
	Overview string

	Technologies []Technology
	Concepts     []Concept
	Challenges   []Challenge
	Practices    []Practice
	Tips         []Tip
	Channels     []Channel
	Diagnostics  []Diagnostic
}

// Technology is a technology that the text names as used or learned; each
// occurs once in a document.
type Technology struct {
	// Name is the canonical name where the vocabulary knows it, else as written.
	Name string
	// Category is a TechnologyCategory of the schema; OTHER when unknown.
	Category string
	// Text is what the document says of it, as Markdown.
	Text string
	Span
}

// Concept is an idea that the text explains.
type Concept struct {
	Title string
	// Text is the explanation as Markdown; may be empty.
	Text string
	Span
}

// Challenge is a difficulty with the way out of it.
type Challenge struct {
	// Title is the difficulty in one line.
	Title string
	// Body is what more the text says, as Markdown; may be empty.
	Body string
	// Solution is nil when the text gives none.
	Solution *Solution
	// Technologies are the canonical names of what title, body and solution name.
	Technologies []string
	Span
}

// Solution is the way out of a challenge.
type Solution struct {
	Body string
	Span
}

// Practice is a best practice or a takeaway.
type Practice struct {
	Title string
	// Body is what more the text says, as Markdown; may be empty.
	Body string
	// Technologies are the canonical names of what title and body name.
	Technologies []string
	Span
}

// Tip is advice on working together.
type Tip struct {
	Body string
	Span
}

// Channel is a place where people talk.
type Channel struct {
	Name string
	// Kind is a ChannelKind of the schema: DISCORD, SLACK, GITHUB or OTHER.
	Kind string
	// URL is empty when the text gives none.
	URL string
	// service is where the channel is, as it is usually written.
	service string
	Span
}

// Diagnostic is something that the author of the document should know.
type Diagnostic struct {
	// Line and Column count from 1, columns in characters; 0 when it concerns
	// the whole document or the whole line.
	Line, Column int
	Severity     Severity
	// Code names the kind of finding for programs, such as MISSING_SECTION.
	Code    string
	Message string
	// Expected is what should stand there instead; may be empty.
	Expected string
}

// Severity tells how much a diagnostic matters.
type Severity string

// The severities, as in the schema.
const (
	Info    Severity = "INFO"
	Warning Severity = "WARNING"
	Error   Severity = "ERROR"
)
