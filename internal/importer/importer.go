// Package importer brings documents into the hub: an import is several domain
// services inside one transaction, a file at a time.
//
// Invariants: what belongs to a file is stored whole or not at all; a bad file
// never stops the others; two imports of one source wait for each other; a file
// whose content and place have not changed causes no statement that writes.
// Files are stored in the order of the inputs, so that the same import always
// gives the same hub; only reading and extraction run ahead.
//
// An import acts for the operator: no actor, no visibility, and nothing of it
// counts as an edit by a person.
//
// Import returns BAD_USER_INPUT, NOT_FOUND or CONFLICT, before anything is
// stored, when the import as a whole makes no sense: two files with one source
// key, an owner or cohort that does not exist. What is wrong with one file or
// folder is in its FileResult.
package importer

import (
	"context"
	"errors"
	"time"

	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/collaboration"
	"github.com/project-nexus/nexus/internal/concept"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/importer/source"
	"github.com/project-nexus/nexus/internal/practice"
	"github.com/project-nexus/nexus/internal/program"
	"github.com/project-nexus/nexus/internal/technology"
	"github.com/project-nexus/nexus/internal/user"
)

// Services are the domains that an import writes to.
type Services struct {
	DB            *database.DB
	Users         *user.Service
	Programs      *program.Service
	Technologies  *technology.Service
	Concepts      *concept.Service
	Documents     *document.Service
	Challenges    *challenge.Service
	Practices     *practice.Service
	Collaboration *collaboration.Service
}

// NewServices returns the services of one database.
func NewServices(db *database.DB) Services {
	return Services{
		DB: db, Users: user.New(db), Programs: program.New(db), Technologies: technology.New(db), Concepts: concept.New(db),
		Documents: document.New(db), Challenges: challenge.New(db), Practices: practice.New(db), Collaboration: collaboration.New(db),
	}
}

// Importer runs imports.
type Importer struct{ Services }

// New returns an Importer on these services.
func New(s Services) *Importer { return &Importer{s} }

// Options say where documents belong and how the import runs. Owner, Cohort
// and Program hold for documents of which hub.json does not say otherwise.
type Options struct {
	// Owner is the handle of the author; empty for nobody.
	Owner string
	// Cohort decides who sees the documents; nil for everybody.
	Cohort *id.Cohort
	// Program is the title of the programme; empty for the one of the cohort,
	// else the one that the text names.
	Program string
	// Create creates the users and cohorts that hub.json declares.
	Create bool
	// DryRun does everything and takes it back.
	DryRun bool
	// Progress is called for each result, in order, by one goroutine; may be nil.
	Progress func(Progress)
}

// errDryRun takes the transaction of a dry run back.
var errDryRun = errors.New("dry run")

// Import imports the documents of all inputs. The error is about the import as
// a whole; the Summary holds what was done until then.
func (im *Importer) Import(ctx context.Context, inputs []source.Input, o Options) (Summary, error) {
	batches := source.Collect(inputs)
	r := &run{Importer: im, options: o}
	var err error
	if o.DryRun {
		err = r.dryRun(ctx, batches)
	} else {
		err = r.run(ctx, batches)
	}
	return r.summary, errors.Join(err, batches.Close())
}

// dryRun runs in one transaction and takes it back.
func (r *run) dryRun(ctx context.Context, batches source.Batches) (err error) {
	rolledBack := r.DB.InTx(ctx, func(ctx context.Context) error {
		err = r.run(ctx, batches)
		return errDryRun
	})
	if !errors.Is(rolledBack, errDryRun) {
		return rolledBack
	}
	return err
}

// revised says that a person gives a document another text.
type revised struct {
	author id.User
	// fields are those that they have changed besides.
	fields []string
}

// Revise makes a text that a person wrote the next revision of a document, in the
// transaction of ctx, which has locked its source. It is extracted as an import
// does; where the document belongs stays. fields are those that changed besides.
//
// It returns BAD_USER_INPUT or PAYLOAD_TOO_LARGE for a text that an import would
// not take.
func (im *Importer) Revise(ctx context.Context, d document.Stored, text string, author id.User, fields []string) error {
	found, err := extract([]byte(text))
	if err != nil {
		return err
	}
	r := &run{Importer: im, programs: map[string]*id.Program{}, described: map[id.Program]bool{}}
	s := storing{
		run: r, item: &item{file: source.File{Source: d.Source}, place: place{owner: d.OwnerID}},
		text: found, hash: hashOf([]byte(text)), at: time.Now().UTC().Truncate(time.Microsecond), stored: d, exists: true,
		revised: &revised{author, fields},
	}
	return s.store(ctx)
}
