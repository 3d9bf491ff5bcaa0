package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/importer"
	"github.com/project-nexus/nexus/internal/importer/source"
)

// importFlags are the flags of nexus import as they were given.
type importFlags struct {
	options importer.Options
	cohort  string
	source  string
}

func newImportCommand() *cobra.Command {
	var flags importFlags
	command := &cobra.Command{
		Use:   "import PATH…",
		Short: "Import Markdown files, folders and zip archives into the hub",
		Long: `Imports Markdown files, folders and zip archives into the hub.

Of a folder or archive, *.md, *.markdown and README* are imported, and hub.json
at its top says whose they are (docs/hub-json.md). With "-", or without a path,
one document is read from standard input, under the name that --source gives.

A file that was imported before is updated: what has not changed is left alone.
Bad files are reported and do not stop the others; the exit code says so.`,
		Example: `  nexus import docs/
  nexus import spring.zip --owner learner-01 --dry-run
  nexus import --source notes/README.md < README.md`,
		RunE: func(command *cobra.Command, paths []string) error {
			inputs, err := flags.inputs(paths, command.InOrStdin())
			if err != nil {
				return err
			}
			return withDatabase(command.Context(), func(ctx context.Context, db *app.Database) error {
				return runImport(ctx, db.DB, inputs, flags.options, newImportReport(command.OutOrStdout(), command.ErrOrStderr(), flags.options.DryRun))
			})
		},
	}
	f := command.Flags()
	f.StringVar(&flags.source, "source", "", "name of the document on standard input, such as notes/README.md")
	f.StringVar(&flags.options.Owner, "owner", "", "handle of the author (default nobody)")
	f.StringVar(&flags.cohort, "cohort", "", "id of the cohort (default none: everybody sees the documents)")
	f.StringVar(&flags.options.Program, "program", "", "title of the programme (default the cohort's, else the one that the text names)")
	f.BoolVar(&flags.options.DryRun, "dry-run", false, "report what would change, and change nothing")
	f.BoolVar(&flags.options.Create, "create", false, "create the users and cohorts that hub.json declares")
	return command
}

// inputs returns what is to be imported, and completes the options.
func (f *importFlags) inputs(paths []string, stdin io.Reader) ([]source.Input, error) {
	if f.cohort != "" {
		parsed, err := id.Parse(f.cohort)
		if err != nil {
			return nil, fmt.Errorf("--cohort: %w", err)
		}
		cohort, err := id.As[id.Cohort](parsed)
		if err != nil {
			return nil, fmt.Errorf("--cohort: %w", err)
		}
		f.options.Cohort = &cohort
	}
	if len(paths) == 0 || len(paths) == 1 && paths[0] == "-" {
		if f.source == "" {
			return nil, errors.New("give files, folders or zip archives; for standard input, give its name by --source")
		}
		return []source.Input{source.Reader(f.source, stdin)}, nil
	}
	if f.source != "" {
		return nil, errors.New("--source names standard input; the names of files come from their paths")
	}
	inputs := make([]source.Input, len(paths))
	for i, path := range paths {
		if path == "-" {
			return nil, errors.New("standard input (-) cannot be imported together with files")
		}
		inputs[i] = source.Path(path)
	}
	return inputs, nil
}

func runImport(ctx context.Context, db *database.DB, inputs []source.Input, options importer.Options, report *importReport) error {
	if _, err := database.Migrate(ctx, db); err != nil {
		return err
	}
	options.Progress = report.progress
	summary, err := importer.New(importer.NewServices(db)).Import(ctx, inputs, options)
	report.end(summary)
	if err != nil {
		return err
	}
	if failed := summary.Counts[importer.Failed]; failed > 0 {
		return fmt.Errorf("%s failed", count(failed, "file"))
	}
	return nil
}
